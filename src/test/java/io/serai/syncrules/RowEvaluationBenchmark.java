package io.serai.syncrules;

import io.serai.bucket.EvaluatedRow;
import io.serai.change.Column;
import io.serai.change.ColumnType;
import io.serai.change.Relation;
import io.serai.change.Row;
import io.serai.change.TableRef;
import io.serai.change.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * Rows per second of CPU time and bytes allocated per row, on one thread, JSON text and hash included. Run by hand; the last round counts.
 *
 * <p>The rows are todos of ten columns: two uuids, texts, a timestamp, integers and a small JSON document.
 */
public final class RowEvaluationBenchmark {
    private static final int ROWS = 2_000;
    private static final int ROUNDS = 6;
    private static final long ROUND_NANOS = 1_500_000_000L;

    private RowEvaluationBenchmark() {}

    /** Runs all works. */
    public static void main(String[] arguments) {
        run("one bucket parameter, SELECT *", """
                bucket_definitions:
                  by_owner:
                    parameters: SELECT request.user_id() AS owner
                    data: [SELECT * FROM todos WHERE owner_id = bucket.owner]
                """);
        run("one bucket parameter and a global bucket, SELECT *", """
                bucket_definitions:
                  by_owner:
                    parameters: SELECT request.user_id() AS owner
                    data: [SELECT * FROM todos WHERE owner_id = bucket.owner]
                  everything:
                    data: [SELECT * FROM todos]
                """);
        run("five queries with filters and functions", """
                bucket_definitions:
                  five:
                    parameters: SELECT request.user_id() AS owner
                    data:
                      - SELECT * FROM todos WHERE owner_id = bucket.owner AND completed = 0
                      - SELECT id, upper(description) AS description FROM todos AS a WHERE owner_id = bucket.owner AND length(description) > 3
                      - SELECT id, tags ->> 'labels' AS labels FROM todos AS b WHERE owner_id = bucket.owner
                      - SELECT id, unixepoch(created_at) AS created FROM todos AS c WHERE owner_id = bucket.owner
                      - SELECT id, priority * 2 + 1 AS weight FROM todos AS d WHERE owner_id = bucket.owner AND priority >= 3
                """);
        run("edition 3, OR over two columns", """
                config: {edition: 3}
                streams:
                  mine:
                    query: SELECT * FROM todos WHERE owner_id = auth.user_id() OR assignee_id = auth.user_id()
                """);
    }

    private static void run(String work, String yaml) {
        SyncRules rules = SyncRules.parse(yaml).rules().orElseThrow();
        TableRef table = new TableRef("public", "todos");
        TableEvaluator evaluator = rules.table(SyncRules.DEFAULT_TAG, table, "public");
        List<Row> rows = rows(table);
        com.sun.management.ThreadMXBean threads =
                (com.sun.management.ThreadMXBean) java.lang.management.ManagementFactory.getThreadMXBean();
        for (int round = 1; round <= ROUNDS; round++) {
            long allocated = threads.getCurrentThreadAllocatedBytes();
            long start = threads.getCurrentThreadCpuTime();
            long count = 0;
            long places = 0;
            while (threads.getCurrentThreadCpuTime() - start < ROUND_NANOS) {
                for (Row row : rows) {
                    EvaluatedRow evaluated = evaluator.evaluate(row, (query, reason) -> {
                        throw new IllegalStateException(query + ": " + reason);
                    });
                    places += evaluated.bucketRows().size();
                }
                count += rows.size();
            }
            double seconds = (threads.getCurrentThreadCpuTime() - start) / 1e9;
            long bytes = (threads.getCurrentThreadAllocatedBytes() - allocated) / count;
            if (round == ROUNDS) {
                System.out.printf(
                        "%-55s %,10.0f rows/s  %,6d bytes/row  %.1f places/row%n",
                        work, count / seconds, bytes, (double) places / count);
            }
        }
    }

    private static List<Row> rows(TableRef table) {
        ColumnType decoded = new ColumnType() {
            @Override
            public Value decode(byte[] bytes) {
                throw new UnsupportedOperationException();
            }

            @Override
            public String encoded() {
                return "decoded";
            }
        };
        List<Column> columns = new ArrayList<>();
        for (String name : List.of(
                "id",
                "list_id",
                "owner_id",
                "assignee_id",
                "description",
                "completed",
                "priority",
                "created_at",
                "tags",
                "note")) {
            columns.add(new Column(name, decoded));
        }
        Relation relation = new Relation(table, columns, List.of(0));
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < ROWS; i++) {
            rows.add(new Row(relation, new Value[] {
                Value.of(new UUID(i, 1).toString()),
                Value.of(new UUID(i / 10, 2).toString()),
                Value.of(new UUID(i / 100, 3).toString()),
                Value.of(new UUID(i / 50, 4).toString()),
                Value.of("Something to be done soon, number " + i),
                Value.of(i % 2),
                Value.of(i % 5),
                Value.of("2026-11-25T02:24:" + (10 + i % 50) + ".123456Z"),
                Value.of("{\"labels\": [\"home\", \"later\"], \"n\": " + i + "}"),
                i % 3 == 0 ? Value.NULL : Value.of("a “note” with ümlauts")
            }));
        }
        return rows;
    }
}
