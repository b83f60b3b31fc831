package io.serai.source.debezium;

import io.serai.change.Relation;
import io.serai.change.RowImage;
import io.serai.error.ErrorCode;
import io.serai.error.SeraiException;
import io.serai.source.SourceTable;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;
import org.jspecify.annotations.Nullable;

/** Where the rows of the engine have the columns of a stored table, and how they become images of it. Confined to one thread. */
final class RowLayout {
    private final SourceTable table;
    private final Schema schema;
    private final Field[] fields;
    private final String where;
    private Schema lastSeen;

    private RowLayout(SourceTable table, Schema schema, Field[] fields, String where) {
        this.table = table;
        this.schema = schema;
        this.fields = fields;
        this.where = where;
        this.lastSeen = schema;
    }

    /** The layout of rows of {@code schema}, or null when they have not exactly the table's columns. */
    static @Nullable RowLayout of(SourceTable table, Schema schema, Connector connector, String where) {
        Relation relation = table.relation();
        List<Field> sent = schema.fields();
        Field[] fields = new Field[relation.columns().size()];
        if (sent.size() != fields.length) {
            return null;
        }
        for (Field field : sent) {
            int column = relation.indexOf(connector.name(field.name()));
            if (column < 0) {
                return null;
            }
            fields[column] = field;
        }
        return new RowLayout(table, schema, fields, where);
    }

    /** Whether it is the layout of rows with this schema, which names the columns and, by our converters, their types. */
    boolean isOf(Schema other) {
        if (other != lastSeen) {
            if (!schema.equals(other)) {
                return false;
            }
            lastSeen = other;
        }
        return true;
    }

    /**
     * The row as an image.
     *
     * @param isWhole whether NULL means NULL; else it means that the log may not have sent the column
     */
    byte[] image(Struct row, boolean isWhole) {
        RowImage.Builder image = new RowImage.Builder(fields.length);
        for (Field field : fields) {
            // not `get`, which gives a column's default for NULL
            Object value = row.getWithoutDefault(field.name());
            switch (value) {
                case null -> {
                    if (isWhole) {
                        image.addNull();
                    } else {
                        image.addUnknown();
                    }
                }
                case String text
                when text.isEmpty() || text.charAt(0) != 0 -> {
                    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
                    image.add(bytes, 0, bytes.length);
                }
                case String mark when mark.equals(ColumnText.UNCHANGED) -> image.addUnknown();
                default -> throw unknown(field, value);
            }
        }
        return image.bytes();
    }

    private SeraiException unknown(Field field, Object value) {
        String type = value instanceof String mark && mark.startsWith(ColumnText.UNKNOWN_CLASS)
                ? mark.substring(ColumnText.UNKNOWN_CLASS.length())
                : value.getClass().getName();
        return new SeraiException(
                ErrorCode.DEBEZIUM_RECORD,
                "Debezium's engine gives column \"" + field.name() + "\" as " + type + ", which cannot be converted",
                where + ", table " + table.table(),
                ErrorCode.DEBEZIUM_RECORD.remedy());
    }
}
