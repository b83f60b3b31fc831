package io.serai.benchmark;

import io.serai.bucket.EvaluatedRow;
import io.serai.change.Column;
import io.serai.change.ColumnType;
import io.serai.change.Relation;
import io.serai.change.Row;
import io.serai.change.TableRef;
import io.serai.change.Value;
import io.serai.syncrules.SyncRules;
import io.serai.syncrules.TableEvaluator;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Rows that one thread evaluates in a second, JSON text and hash included. An operation is one row: todos of ten columns, which are two uuids, texts,
 * a timestamp, integers and a small JSON document.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(2)
@Warmup(iterations = 10, time = 1)
@Measurement(iterations = 5, time = 2)
public class RowEvaluationBenchmark {
    private static final int ROWS = 2_000;
    private static final TableRef TODOS = new TableRef("public", "todos");

    /** What the sync config asks for. */
    public enum Rules {
        /** One bucket parameter, all columns. */
        ONE_PARAMETER("""
                bucket_definitions:
                  by_owner:
                    parameters: SELECT request.user_id() AS owner
                    data: [SELECT * FROM todos WHERE owner_id = bucket.owner]
                """),
        /** Five data queries with filters and functions. */
        FIVE_QUERIES("""
                bucket_definitions:
                  five:
                    parameters: SELECT request.user_id() AS owner
                    data:
                      - SELECT * FROM todos WHERE owner_id = bucket.owner AND completed = 0
                      - SELECT id, upper(description) AS description FROM todos AS a WHERE owner_id = bucket.owner AND length(description) > 3
                      - SELECT id, tags ->> 'labels' AS labels FROM todos AS b WHERE owner_id = bucket.owner
                      - SELECT id, unixepoch(created_at) AS created FROM todos AS c WHERE owner_id = bucket.owner
                      - SELECT id, priority * 2 + 1 AS weight FROM todos AS d WHERE owner_id = bucket.owner AND priority >= 3
                """),
        /** A stream with OR over two columns. */
        STREAM_WITH_OR("""
                config: {edition: 3}
                streams:
                  mine:
                    query: SELECT * FROM todos WHERE owner_id = auth.user_id() OR assignee_id = auth.user_id()
                """);

        private final String yaml;

        Rules(String yaml) {
            this.yaml = yaml;
        }

        private TableEvaluator evaluator() {
            return SyncRules.parse(yaml).rules().orElseThrow().table(SyncRules.DEFAULT_TAG, TODOS, "public");
        }
    }

    /** The sync config. */
    @Param
    public Rules rules = Rules.ONE_PARAMETER;

    private final Row[] rows = rows();
    private TableEvaluator evaluator = rules.evaluator();
    private int next;

    /** Compiles the sync config. */
    @Setup
    public void compile() {
        evaluator = rules.evaluator();
    }

    /** Evaluates the next row. */
    @Benchmark
    public EvaluatedRow evaluate() {
        Row row = rows[next];
        next = next + 1 == ROWS ? 0 : next + 1;
        return evaluator.evaluate(row, (query, reason) -> {
            throw new IllegalStateException(query + ": " + reason);
        });
    }

    private static Row[] rows() {
        List<Column> columns = Stream.of(
                        "id",
                        "list_id",
                        "owner_id",
                        "assignee_id",
                        "description",
                        "completed",
                        "priority",
                        "created_at",
                        "tags",
                        "note")
                .map(name -> new Column(name, Decoded.DECODED))
                .toList();
        Relation relation = new Relation(TODOS, columns, List.of(0));
        Row[] rows = new Row[ROWS];
        for (int i = 0; i < ROWS; i++) {
            rows[i] = new Row(relation, new Value[] {
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
            });
        }
        return rows;
    }

    /** The type of columns whose values are never decoded. */
    private enum Decoded implements ColumnType {
        DECODED;

        @Override
        public Value decode(byte[] bytes) {
            throw new UnsupportedOperationException();
        }

        @Override
        public String encoded() {
            return "decoded";
        }
    }
}
