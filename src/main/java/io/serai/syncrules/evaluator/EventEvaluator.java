package io.serai.syncrules.evaluator;

import io.serai.change.Row;
import io.serai.change.TableRef;
import io.serai.change.Value;
import io.serai.change.ValueFormat;
import io.serai.syncrules.TableEvaluator.FailureListener;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Evaluates the payloads of events for the rows of one table. Immutable but for a cache, and thread-safe. */
final class EventEvaluator {
    private final TableRef table;
    private final ValueFormat format;
    private final List<EventPlan> plans;
    private final OutputLayouts layouts;

    EventEvaluator(TableRef table, ValueFormat format, List<EventPlan> plans) {
        this.table = table;
        this.format = format;
        this.plans = List.copyOf(plans);
        this.layouts = new OutputLayouts(plans.stream().map(EventPlan::output).toList());
    }

    boolean isEmpty() {
        return plans.isEmpty();
    }

    /** The members of each payload of {@code event} for a row, in the order of the sync config. */
    List<Map<String, Value>> payloads(String event, Row row, FailureListener failures) {
        List<Map<String, Value>> payloads = new ArrayList<>();
        for (int i = 0; i < plans.size(); i++) {
            EventPlan plan = plans.get(i);
            if (plan.event().equals(event)) {
                try {
                    RowScope scope = new RowScope(row, format, table);
                    scope.enter(plan.tables().pattern(), 0);
                    payloads.add(layouts.of(row.relation())[i].values(scope));
                } catch (EvaluationException e) {
                    failures.failed(plan.query(), String.valueOf(e.getMessage()));
                }
            }
        }
        return payloads;
    }
}
