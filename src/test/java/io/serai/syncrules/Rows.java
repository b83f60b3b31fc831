package io.serai.syncrules;

import io.serai.bucket.BucketRow;
import io.serai.bucket.EvaluatedRow;
import io.serai.change.Column;
import io.serai.change.ColumnType;
import io.serai.change.Relation;
import io.serai.change.Row;
import io.serai.change.TableRef;
import io.serai.change.Value;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Rows and what rules make of them, as tests write them. */
public final class Rows {
    static final ColumnType DECODED = new ColumnType() {
        @Override
        public Value decode(byte[] bytes) {
            throw new UnsupportedOperationException("the values of tests are decoded");
        }

        @Override
        public String encoded() {
            return "decoded";
        }
    };

    private Rows() {}

    /** A row of {@code public.table}: names and values in turn; a String is TEXT, a Long is INTEGER. */
    public static Row row(String table, Object... namesAndValues) {
        List<Column> columns = new ArrayList<>();
        List<Value> values = new ArrayList<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            columns.add(new Column((String) namesAndValues[i], DECODED));
            values.add(value(namesAndValues[i + 1]));
        }
        Relation relation = new Relation(new TableRef("public", table), columns, List.of());
        return new Row(relation, values.toArray(Value[]::new));
    }

    private static Value value(Object value) {
        return switch (value) {
            case String text -> Value.of(text);
            case Integer integer -> Value.of(integer.longValue());
            case Double real -> Value.of(real);
            case byte[] bytes -> new Value.BlobValue(bytes);
            case Value given -> given;
            default -> throw new IllegalArgumentException("no value: " + value);
        };
    }

    /** The rules of a sync config without errors. */
    public static SyncRules rules(String yaml) {
        ParsedConfig config = SyncRules.parse(yaml);
        return config.rules()
                .orElseThrow(() -> new AssertionError(config.issues().toString()));
    }

    /** What the rules make of a row whose evaluation does not fail. */
    public static EvaluatedRow evaluate(SyncRules rules, Row row) {
        return rules.table(SyncRules.DEFAULT_TAG, row.relation().table(), "public")
                .evaluate(row, (query, reason) -> {
                    throw new AssertionError(query + ": " + reason);
                });
    }

    /** Bucket, table, id and data of each place. */
    static List<String> places(EvaluatedRow evaluated) {
        return evaluated.bucketRows().stream().map(Rows::place).toList();
    }

    private static String place(BucketRow row) {
        String data = new String(row.row().json(), StandardCharsets.UTF_8);
        return row.bucket() + " " + row.row().table() + " " + row.row().id() + " " + data;
    }
}
