package io.serai.syncrules.evaluator;

import io.serai.bucket.BucketRow;
import io.serai.bucket.Lookup;
import io.serai.change.Row;
import io.serai.change.TableRef;
import io.serai.change.ValueFormat;
import io.serai.syncrules.QueryOutcome;
import io.serai.syncrules.QueryOutcome.Failed;
import io.serai.syncrules.QueryOutcome.Missed;
import io.serai.syncrules.TableEvaluator.FailureListener;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Tells of each query by itself what it makes of a row of one table, and why not more. For people; not fast. Immutable and thread-safe. */
public final class RowExplainer {
    private final TableRef table;
    private final ValueFormat format;
    private final List<DataPlan> data;
    private final List<LookupPlan> lookups;

    /** An explainer of {@code table} with the plans that read it. */
    public RowExplainer(TableRef table, ValueFormat format, List<DataPlan> data, List<LookupPlan> lookups) {
        this.table = table;
        this.format = format;
        this.data = List.copyOf(data);
        this.lookups = List.copyOf(lookups);
    }

    /** The outcome of each query: those that fill buckets, then those that find parameters, both in the order of the sync config. */
    public List<QueryOutcome> explain(Row row) {
        List<QueryOutcome> outcomes = new ArrayList<>();
        data.forEach(plan -> outcomes.add(new QueryOutcome(plan.query(), result(plan, row))));
        lookups.forEach(plan -> outcomes.add(new QueryOutcome(plan.query(), result(plan, row))));
        return outcomes;
    }

    private QueryOutcome.Result result(DataPlan plan, Row row) {
        Failures failures = new Failures();
        List<BucketRow> rows =
                new RowEvaluator(table, format, List.of(plan), List.of(), List.of()).bucketRows(row, failures);
        if (failures.reason != null) {
            return new Failed(failures.reason);
        }
        return rows.isEmpty() ? missed(plan.match(), plan.tables(), row) : new QueryOutcome.Places(rows);
    }

    private QueryOutcome.Result result(LookupPlan plan, Row row) {
        Failures failures = new Failures();
        List<Lookup> entries =
                new RowEvaluator(table, format, List.of(), List.of(plan), List.of()).lookups(row, failures);
        if (failures.reason != null) {
            return new Failed(failures.reason);
        }
        if (!entries.isEmpty()) {
            return new QueryOutcome.Lookups(entries);
        }
        return hasKey(plan.match(), plan.tables(), row) ? Missed.NO_VALUE : missed(plan.match(), plan.tables(), row);
    }

    /** Leaves conditions out until a key is found: the ones that were left out last are those that are not met. */
    private Missed missed(RowMatch match, SourceTables tables, Row row) {
        try {
            return switch (match) {
                case RowMatch.Product product -> {
                    if (hasKey(new RowMatch.Product(product.each(), product.filters(), List.of()), tables, row)) {
                        yield Missed.NO_PARAMETER;
                    }
                    yield hasKey(new RowMatch.Product(product.each(), List.of(), List.of()), tables, row)
                            ? Missed.FILTERED
                            : Missed.NO_ELEMENT;
                }
                case RowMatch.Tree tree ->
                    hasKey(tree.withoutParameters(), tables, row) ? Missed.NO_PARAMETER : Missed.FILTERED;
            };
        } catch (EvaluationException e) {
            return Missed.NO_PARAMETER; // the parameter came first: without it, the condition that fails is not reached
        }
    }

    private boolean hasKey(RowMatch match, SourceTables tables, Row row) {
        RowScope scope = new RowScope(row, format, table);
        scope.enter(tables.pattern(), match.elements());
        boolean[] found = {false};
        match.match(scope, key -> found[0] = true);
        return found[0];
    }

    private static final class Failures implements FailureListener {
        private @Nullable String reason;

        @Override
        public void failed(String query, String why) {
            reason = why;
        }
    }
}
