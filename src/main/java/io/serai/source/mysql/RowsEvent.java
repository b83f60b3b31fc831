package io.serai.source.mysql;

import io.serai.change.RowImage;
import io.serai.source.LogSink;
import io.serai.source.SourceTable;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Reads the rows of an event one after the other. Confined to one thread. */
final class RowsEvent {
    private static final int PARTIAL_JSON = 1;

    /** What an event says of a row. */
    @SuppressWarnings("ArrayRecordComponent") // handed over, never written
    record Change(LogSink.Kind kind, SourceTable table, byte @Nullable [] before, byte @Nullable [] after) {}

    private final LogSink.Kind kind;
    private final boolean isPartial;
    private final LogTable logTable;
    private final SourceTable table;
    private final ByteReader in;
    private final int columns;
    private final byte[] before;
    private final byte[] after;
    private final boolean hasWholeRows;
    /** JSON of the row before, by column; null for SQL NULL. Filled only for partial updates. */
    private final @Nullable JsonDocument[] documents;

    /** An event of this kind whose reader stands behind its header. */
    RowsEvent(LogSink.Kind kind, boolean isPartial, LogTable logTable, SourceTable table, ByteReader in) {
        this.kind = kind;
        this.isPartial = isPartial;
        this.logTable = logTable;
        this.table = table;
        this.in = in;
        this.columns = in.packedInt();
        byte[] first = in.bits(columns);
        this.before = kind == LogSink.Kind.INSERT ? new byte[first.length] : first;
        this.after = kind == LogSink.Kind.UPDATE ? in.bits(columns) : first;
        this.hasWholeRows = kind == LogSink.Kind.UPDATE && all(after);
        this.documents = new @Nullable JsonDocument[isPartial ? columns : 0];
    }

    private boolean all(byte[] present) {
        for (int i = 0; i < columns; i++) {
            if (!ByteReader.isSet(present, i)) {
                return false;
            }
        }
        return true;
    }

    boolean hasNext() {
        return in.hasRemaining();
    }

    /** The next row; null when a partial update has differences to a value that the event does not have. */
    @Nullable
    Change next() {
        return switch (kind) {
            case INSERT -> new Change(kind, table, null, image(after, false));
            case DELETE -> new Change(kind, table, image(before, true), null);
            case UPDATE -> {
                byte[] old = image(before, hasWholeRows);
                byte[] now = isPartial ? partialImage() : image(after, false);
                yield now == null ? null : new Change(kind, table, old, now);
            }
        };
    }

    /** One image, or of it only the key. */
    private byte[] image(byte[] present, boolean keyOnly) {
        byte[] nulls = in.bits(count(present));
        RowImage.Builder out = new RowImage.Builder(columns);
        int place = 0;
        for (int i = 0; i < columns; i++) {
            boolean isWanted = !keyOnly
                    || table.isKeyless()
                    || table.relation().keyColumns().contains(i);
            if (!ByteReader.isSet(present, i)) {
                out.addUnknown();
            } else if (ByteReader.isSet(nulls, place++)) {
                if (isWanted) {
                    out.addNull();
                } else {
                    out.addUnknown();
                }
                remember(i, null);
            } else {
                read(i, isWanted, out);
            }
        }
        return out.bytes();
    }

    private void read(int column, boolean isWanted, RowImage.Builder out) {
        LogColumn logged = logTable.columns().get(column);
        if (isPartial && logged.type() == LogValue.JSON) {
            int start = in.position();
            int length = Math.toIntExact(in.little(logged.meta()));
            remember(column, JsonDocument.read(in.array(), in.position(), length));
            in.skip(start - in.position());
        }
        if (isWanted) {
            LogValue.read(in, logged, type(column), out);
        } else {
            LogValue.skip(in, logged);
            out.addUnknown();
        }
    }

    private void remember(int column, @Nullable JsonDocument document) {
        if (isPartial) {
            documents[column] = document;
        }
    }

    /** The image after a partial update: where a bit says so, JSON is differences to the value before. */
    private byte @Nullable [] partialImage() {
        byte[] differs = (in.packed() & PARTIAL_JSON) == 0 ? null : in.bits(logTable.jsonColumns());
        byte[] nulls = in.bits(count(after));
        RowImage.Builder out = new RowImage.Builder(columns);
        int place = 0;
        int json = 0;
        boolean isKnown = true;
        for (int i = 0; i < columns; i++) {
            LogColumn logged = logTable.columns().get(i);
            boolean isDifference = logged.type() == LogValue.JSON && differs != null && ByteReader.isSet(differs, json);
            json += logged.type() == LogValue.JSON ? 1 : 0;
            if (!ByteReader.isSet(after, i)) {
                out.addUnknown();
            } else if (ByteReader.isSet(nulls, place++)) {
                out.addNull();
            } else if (isDifference) {
                isKnown &= difference(i, out);
            } else {
                LogValue.read(in, logged, type(i), out);
            }
        }
        return isKnown ? out.bytes() : null;
    }

    private boolean difference(int column, RowImage.Builder out) {
        int length = Math.toIntExact(in.little(4));
        JsonDocument earlier = ByteReader.isSet(before, column) ? documents[column] : null;
        if (earlier == null) {
            in.skip(length);
            return false;
        }
        byte[] text = JsonDiff.apply(earlier, in, length).text().getBytes(StandardCharsets.UTF_8);
        out.add(text, 0, text.length);
        return true;
    }

    private int count(byte[] present) {
        int count = 0;
        for (int i = 0; i < columns; i++) {
            count += ByteReader.isSet(present, i) ? 1 : 0;
        }
        return count;
    }

    private MysqlType type(int column) {
        return (MysqlType) table.relation().columns().get(column).type();
    }
}
