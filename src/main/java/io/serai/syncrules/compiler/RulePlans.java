package io.serai.syncrules.compiler;

import io.serai.syncrules.evaluator.DataPlan;
import io.serai.syncrules.evaluator.LookupPlan;
import io.serai.syncrules.evaluator.RequestPlan;
import io.serai.syncrules.evaluator.SourceTables;
import java.util.List;
import java.util.stream.Stream;

/** All that a sync config asks for. Immutable. */
public record RulePlans(
        List<DataPlan> data, List<LookupPlan> lookups, List<RequestPlan> requests, List<EventPlan> events) {
    /** Copies the lists. */
    public RulePlans {
        data = List.copyOf(data);
        lookups = List.copyOf(lookups);
        requests = List.copyOf(requests);
        events = List.copyOf(events);
    }

    /** Every set of tables that is read. */
    public Stream<SourceTables> tables() {
        return Stream.of(
                        data.stream().map(DataPlan::tables),
                        lookups.stream().map(LookupPlan::tables),
                        events.stream().map(EventPlan::tables))
                .flatMap(tables -> tables)
                .distinct();
    }
}
