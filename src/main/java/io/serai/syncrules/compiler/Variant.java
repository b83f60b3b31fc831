package io.serai.syncrules.compiler;

import io.serai.syncrules.evaluator.Expression;
import io.serai.syncrules.evaluator.RequestPlan;
import io.serai.syncrules.evaluator.RowMatch;
import java.util.List;

/**
 * One AND of a stream's condition, compiled: which rows it means by which keys, and how a client finds its keys. Immutable.
 *
 * @param match the rows of the output table
 * @param resolution how a client finds its keys
 */
record Variant(RowMatch match, Resolution resolution) {
    /** What a client does; variants with equal ones share a bucket. */
    record Resolution(List<RequestPlan.Step> steps, List<Expression> conditions, List<List<Expression>> parameters) {
        /** Copies the lists. */
        public Resolution {
            steps = List.copyOf(steps);
            conditions = List.copyOf(conditions);
            parameters = parameters.stream().map(List::copyOf).toList();
        }
    }
}
