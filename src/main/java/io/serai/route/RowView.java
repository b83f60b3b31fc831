package io.serai.route;

import io.serai.change.Column;
import io.serai.change.JsonText;
import io.serai.change.Relation;
import io.serai.change.Row;
import io.serai.change.RowChange;
import io.serai.change.Value;
import io.serai.change.ValueFormat;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How a route's steps see a row: as a map or as the text of a JSON object, by column name in the order of the source. INTEGER is a {@link Long},
 * REAL a {@link Double}, TEXT a {@link String}, BLOB bytes (in JSON their Base64 text), NULL null; dates and times have their current form,
 * whatever the edition of the sync config.
 */
final class RowView {
    private static final ValueFormat FORMAT = ValueFormat.CURRENT;

    private RowView() {}

    /** What there is to see of a change: the row after it; the old key of a delete, which is nothing where the table has none; nothing of a truncate. */
    static Row of(RowChange change) {
        return switch (change) {
            case RowChange.Insert insert -> insert.row().row();
            case RowChange.Update update -> update.row().row();
            case RowChange.Delete delete -> key(delete);
            case RowChange.Truncate truncate ->
                new Row(new Relation(truncate.table(), List.of(), List.of()), new Value[0]);
        };
    }

    private static Row key(RowChange.Delete delete) {
        List<Integer> keyColumns = delete.relation().keyColumns();
        List<byte[]> bytes = delete.key().values();
        List<Column> columns = new ArrayList<>(keyColumns.size());
        Value[] values = new Value[keyColumns.size()];
        for (int i = 0; i < values.length; i++) {
            Column column = delete.relation().columns().get(keyColumns.get(i));
            columns.add(column);
            values[i] = column.type().decode(bytes.get(i));
        }
        return new Row(new Relation(delete.table(), columns, List.of()), values);
    }

    /** The row as a new map. */
    static Map<String, @Nullable Object> map(Row row) {
        Map<String, @Nullable Object> map = LinkedHashMap.newLinkedHashMap(row.size());
        for (int i = 0; i < row.size(); i++) {
            map.put(row.relation().columns().get(i).name(), java(row.value(i)));
        }
        return map;
    }

    /** The row as the text of a JSON object. */
    static String json(Row row) {
        StringBuilder out = new StringBuilder(32 * row.size()).append('{');
        for (int i = 0; i < row.size(); i++) {
            if (i > 0) {
                out.append(',');
            }
            JsonText.appendQuoted(out, row.relation().columns().get(i).name());
            JsonText.append(out.append(':'), jsonValue(row.value(i)));
        }
        return out.append('}').toString();
    }

    /** A value as it is in the map. */
    static @Nullable Object java(Value value) {
        return switch (value.plain(FORMAT)) {
            case Value.NullValue ignored -> null;
            case Value.IntegerValue integer -> integer.value();
            case Value.RealValue real -> real.value();
            case Value.TextValue text -> text.value();
            case Value.BlobValue blob -> blob.value().clone();
            case Value.EditionValue edition -> throw new IllegalStateException(edition.getClass() + " is not plain");
        };
    }

    /** A value as it is in the JSON text: one of the kinds that have a JSON form. */
    static Value jsonValue(Value value) {
        return switch (value.plain(FORMAT)) {
            case Value.BlobValue blob -> Value.of(Base64.getEncoder().encodeToString(blob.value()));
            case Value.RealValue real when !Double.isFinite(real.value()) -> Value.NULL;
            case Value plain -> plain;
        };
    }
}
