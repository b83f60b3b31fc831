package io.serai.route;

import io.serai.change.Column;
import io.serai.change.ColumnType;
import io.serai.change.Relation;
import io.serai.change.RowChange;
import io.serai.change.RowImage;
import io.serai.change.RowKey;
import io.serai.change.TableRef;
import io.serai.change.Value;
import io.serai.change.ValueFormat;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A table {@code public.todos} with a column of each kind, and changes of it. */
final class Todos {
    /** The id of the row that all changes are of. */
    static final String ID = "t1";

    static final Relation RELATION = new Relation(
            new TableRef("public", "todos"),
            List.of(
                    new Column("id", Type.TEXT),
                    new Column("owner_id", Type.TEXT),
                    new Column("title", Type.TEXT),
                    new Column("done", Type.BOOLEAN),
                    new Column("effort", Type.REAL),
                    new Column("photo", Type.BYTES),
                    new Column("created_at", Type.TIME)),
            List.of(0));

    private Todos() {}

    static RowChange.Insert insert() {
        return insert("u1", "Buy milk", "f");
    }

    static RowChange.Insert insert(String owner, String title, String done) {
        RowImage image = image(ID, owner, title, done, "1", "00ff", "2026-01-02 03:04:05");
        return new RowChange.Insert(image.key(), image);
    }

    static RowChange.Update update(RowImage after) {
        return new RowChange.Update(after.key(), after.key(), after);
    }

    static RowChange.Delete delete() {
        return new RowChange.Delete(RELATION, RowKey.of(List.of(ID.getBytes(StandardCharsets.UTF_8))));
    }

    static RowChange.Truncate truncate() {
        return new RowChange.Truncate(RELATION.table());
    }

    /** An image whose title the log did not send. */
    static RowImage withoutTitle() {
        RowImage.Builder builder = new RowImage.Builder(7);
        add(builder, ID);
        add(builder, "u1");
        builder.addUnknown();
        for (String text : List.of("f", "1", "00ff", "2026-01-02 03:04:05")) {
            add(builder, text);
        }
        return new RowImage(RELATION, builder.bytes());
    }

    static RowImage image(@Nullable String... texts) {
        RowImage.Builder builder = new RowImage.Builder(texts.length);
        for (String text : texts) {
            add(builder, text);
        }
        return new RowImage(RELATION, builder.bytes());
    }

    private static void add(RowImage.Builder builder, @Nullable String text) {
        if (text == null) {
            builder.addNull();
        } else {
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            builder.add(bytes, 0, bytes.length);
        }
    }

    private enum Type implements ColumnType {
        TEXT,
        BOOLEAN,
        REAL,
        BYTES,
        TIME;

        @Override
        public Value decode(byte[] bytes) {
            String text = new String(bytes, StandardCharsets.UTF_8);
            return switch (this) {
                case TEXT -> Value.of(text);
                case BOOLEAN -> Value.of(text.equals("t"));
                case REAL -> Value.of(Double.parseDouble(text));
                case BYTES -> new Value.BlobValue(HexFormat.of().parseHex(text));
                case TIME -> new Time(text);
            };
        }

        @Override
        public String encoded() {
            return name();
        }
    }

    /** A time, which the editions write differently. */
    record Time(String text) implements Value.EditionValue {
        @Override
        public Value in(ValueFormat format) {
            return Value.of(format.isoTimestamps() ? text.replace(' ', 'T') : text);
        }
    }
}
