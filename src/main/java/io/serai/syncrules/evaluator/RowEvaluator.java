package io.serai.syncrules.evaluator;

import io.serai.bucket.BucketName;
import io.serai.bucket.BucketRow;
import io.serai.bucket.Checksum;
import io.serai.bucket.EvaluatedRow;
import io.serai.bucket.Lookup;
import io.serai.bucket.OutputRow;
import io.serai.change.JsonBytes;
import io.serai.change.JsonText;
import io.serai.change.Row;
import io.serai.change.TableRef;
import io.serai.change.Value;
import io.serai.change.ValueFormat;
import io.serai.syncrules.TableEvaluator;
import io.serai.syncrules.TablePattern;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Evaluates the rows of one table with the plans that read it. Immutable but for a cache of layouts, and thread-safe: scratch space belongs to the
 * thread.
 */
public final class RowEvaluator implements TableEvaluator {
    private static final ThreadLocal<Scratch> SCRATCH = ThreadLocal.withInitial(Scratch::new);

    private final TableRef table;
    private final ValueFormat format;
    private final Data[] data;
    private final List<LookupPlan> lookups;
    private final EventEvaluator events;
    private final OutputLayouts layouts;
    private final String[] outputTables;

    /** An evaluator of {@code table} with the plans that read it. */
    public RowEvaluator(
            TableRef table, ValueFormat format, List<DataPlan> data, List<LookupPlan> lookups, List<EventPlan> events) {
        this.table = table;
        this.format = format;
        this.lookups = List.copyOf(lookups);
        this.events = new EventEvaluator(table, format, events);
        List<Output> distinct = new ArrayList<>();
        this.data = new Data[data.size()];
        for (int i = 0; i < this.data.length; i++) {
            Output output =
                    new Output(data.get(i).output(), data.get(i).tables().pattern());
            if (!distinct.contains(output)) {
                distinct.add(output);
            }
            this.data[i] = new Data(data.get(i), distinct.indexOf(output));
        }
        this.layouts = new OutputLayouts(distinct.stream().map(Output::plan).toList());
        this.outputTables = distinct.stream()
                .map(output -> output.plan.table().orElse(table.name()))
                .toArray(String[]::new);
    }

    /** What a row is made into; the pattern decides on its table's suffix. */
    private record Output(OutputPlan plan, TablePattern pattern) {}

    /** A plan, the number of its output among the distinct ones, and its only bucket if it has no parameters. */
    private record Data(DataPlan plan, int output, @Nullable BucketName onlyBucket) {
        Data(DataPlan plan, int output) {
            this(
                    plan,
                    output,
                    plan.match().parameters() == 0
                            ? new BucketName(plan.definition(), plan.bucketPrefix() + "[]")
                            : null);
        }

        BucketName bucket(String[] key) {
            if (onlyBucket != null) {
                return onlyBucket;
            }
            return new BucketName(plan.definition(), plan.bucketPrefix() + '[' + String.join(",", key) + ']');
        }
    }

    /** Buffers that are used again for each row of a thread. */
    private static final class Scratch {
        private final JsonBytes json = new JsonBytes(1_024);
        private final MessageDigest sha256 = Checksum.sha256();
    }

    @Override
    public boolean isEmpty() {
        return data.length == 0 && lookups.isEmpty() && events.isEmpty();
    }

    @Override
    public EvaluatedRow evaluate(Row row, FailureListener failures) {
        List<BucketRow> rows = bucketRows(row, failures);
        return new EvaluatedRow(rows.size() < 2 ? rows : lastOfEach(rows), lookups(row, failures));
    }

    @Override
    public List<Map<String, Value>> payloads(String event, Row row, FailureListener failures) {
        return events.payloads(event, row, failures);
    }

    /** The places of a row in buckets, in the order of the queries; a bucket may hold it more than once. */
    public List<BucketRow> bucketRows(Row row, FailureListener failures) {
        if (data.length == 0) {
            return List.of();
        }
        RowScope scope = new RowScope(row, format, table);
        OutputLayout[] layouts = this.layouts.of(row.relation());
        OutputRow[] written = new OutputRow[layouts.length];
        List<BucketRow> rows = new ArrayList<>(data.length);
        for (Data each : data) {
            int before = rows.size();
            try {
                scope.enter(each.plan.tables().pattern(), each.plan.match().elements());
                each.plan
                        .match()
                        .match(
                                scope,
                                key -> rows.add(
                                        new BucketRow(each.bucket(key), write(each.output, scope, layouts, written))));
            } catch (EvaluationException e) {
                rows.subList(before, rows.size()).clear();
                failures.failed(each.plan.query(), String.valueOf(e.getMessage()));
            }
        }
        return rows;
    }

    /**
     * The value of a member of the first query's output, as it is before it is written.
     *
     * @throws EvaluationException when it has none for the row
     */
    public Value output(Row row, String member) {
        DataPlan plan = data[0].plan;
        RowScope scope = new RowScope(row, format, table);
        scope.enter(plan.tables().pattern(), plan.match().elements());
        return plan.output().items().stream()
                .filter(item ->
                        item instanceof OutputPlan.Named named && named.name().equals(member))
                .map(item -> ((OutputPlan.Named) item).expression().evaluate(scope))
                .findFirst()
                .orElse(Value.NULL);
    }

    private OutputRow write(int output, RowScope scope, OutputLayout[] layouts, @Nullable OutputRow[] written) {
        OutputRow row = written[output];
        if (row == null) {
            Scratch scratch = SCRATCH.get();
            row = layouts[output].write(scope, outputTables[output], scratch.json, scratch.sha256);
            written[output] = row;
        }
        return row;
    }

    /** The index entries of a row. */
    public List<Lookup> lookups(Row row, FailureListener failures) {
        if (lookups.isEmpty()) {
            return List.of();
        }
        RowScope scope = new RowScope(row, format, table);
        LinkedHashSet<Lookup> found = new LinkedHashSet<>();
        for (LookupPlan plan : lookups) {
            List<Lookup> mine = new ArrayList<>();
            try {
                scope.enter(plan.tables().pattern(), plan.match().elements());
                plan.match().match(scope, key -> {
                    String values = values(plan, scope);
                    if (values != null) {
                        mine.add(
                                new Lookup(plan.definition(), plan.index(), "[" + String.join(",", key) + "]", values));
                    }
                });
                found.addAll(mine);
            } catch (EvaluationException e) {
                failures.failed(plan.query(), String.valueOf(e.getMessage()));
            }
        }
        return List.copyOf(found);
    }

    /** The JSON text of a lookup's outputs, or null when the row is not to be indexed. */
    private static @Nullable String values(LookupPlan plan, RowScope scope) {
        StringBuilder out = new StringBuilder("{");
        for (LookupPlan.Output output : plan.outputs()) {
            Value value = output.expression().evaluate(scope);
            if (plan.requires() == LookupPlan.Required.VALUE && value == Value.NULL) {
                return null;
            }
            if (value instanceof Value.BlobValue && plan.requires() != LookupPlan.Required.NOTHING) {
                return null;
            }
            if (value instanceof Value.BlobValue || isAbsent(output.expression(), scope)) {
                continue;
            }
            if (out.length() > 1) {
                out.append(',');
            }
            JsonText.appendQuoted(out, output.name());
            out.append(':');
            JsonText.append(out, value);
        }
        return out.append('}').toString();
    }

    private static boolean isAbsent(Expression expression, RowScope scope) {
        return expression instanceof Expression.Column column && scope.row().get(column.name()) == null;
    }

    /** One row per bucket, table and id: the last one. */
    private static List<BucketRow> lastOfEach(List<BucketRow> rows) {
        Set<Place> taken = HashSet.newHashSet(rows.size());
        List<BucketRow> last = new ArrayList<>(rows.size());
        for (BucketRow row : rows.reversed()) {
            if (taken.add(new Place(row.bucket(), row.row().table(), row.row().id()))) {
                last.add(row);
            }
        }
        return last.reversed();
    }

    private record Place(BucketName bucket, String table, String id) {}
}
