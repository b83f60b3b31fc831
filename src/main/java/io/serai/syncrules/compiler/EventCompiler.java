package io.serai.syncrules.compiler;

import io.serai.syncrules.evaluator.EventPlan;
import io.serai.syncrules.evaluator.OutputPlan;
import io.serai.syncrules.evaluator.SourceTables;
import io.serai.syncrules.parser.SourceText;
import io.serai.syncrules.parser.SqlSelect;
import io.serai.syncrules.parser.SyncConfig;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Compiles an entry of {@code event_definitions}, whose payloads mean all rows: their WHERE is ignored. Confined to one thread. */
final class EventCompiler {
    private final SyncConfig.Event event;
    private final Dialect dialect;
    private final Report report;

    EventCompiler(SyncConfig.Event event, Dialect dialect, Report report) {
        this.event = event;
        this.dialect = dialect;
        this.report = report;
    }

    List<EventPlan> compile() {
        List<EventPlan> plans = new ArrayList<>();
        Set<SourceTables> seen = new HashSet<>();
        for (SourceText payload : event.payloads()) {
            Query query = new Query(event.name() + ", payload " + (plans.size() + 1), payload, report);
            query.parse(false).flatMap(select -> compile(query, select)).ifPresent(plan -> {
                if (!seen.add(plan.tables())) {
                    query.error("sql.duplicate-table-name", query.whole(), "An event has one payload for each table");
                }
                plans.add(plan);
            });
        }
        return plans;
    }

    private Optional<EventPlan> compile(Query query, SqlSelect select) {
        query.refuseClauses(select, false);
        return SelectList.onlyTable(query, select).map(table -> {
            SourceTables tables = query.tables(table);
            String name = table.alias() == null ? table.name() : table.alias().name();
            RowNames names = new RowNames(query, RowNames.Kind.EVENT, name, tables);
            ExpressionCompiler expressions = new ExpressionCompiler(query, dialect, names);
            List<OutputPlan.Item> items = new SelectList(query, expressions, name).compile(select);
            return new EventPlan(event.name(), query.name(), tables, new OutputPlan(Optional.of(name), items, true));
        });
    }
}
