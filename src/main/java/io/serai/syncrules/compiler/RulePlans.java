package io.serai.syncrules.compiler;

import io.serai.syncrules.evaluator.DataPlan;
import io.serai.syncrules.evaluator.EventPlan;
import io.serai.syncrules.evaluator.LookupPlan;
import io.serai.syncrules.evaluator.RequestPlan;
import io.serai.syncrules.evaluator.SourceTables;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * All that a sync config asks for. Immutable.
 *
 * @param definitions the request plans of {@code bucket_definitions}, which every client gets
 * @param streams the streams, which clients subscribe to
 * @param uses where tables and columns are named
 */
public record RulePlans(
        List<DataPlan> data,
        List<LookupPlan> lookups,
        List<RequestPlan> definitions,
        List<StreamPlan> streams,
        List<EventPlan> events,
        List<NameUse> uses) {
    /** A stream, and whether a client gets it without asking. */
    public record StreamPlan(String name, boolean autoSubscribe, List<RequestPlan> requests) {
        /** Copies the list. */
        public StreamPlan {
            requests = List.copyOf(requests);
        }
    }

    /** Copies the lists. */
    public RulePlans {
        data = List.copyOf(data);
        lookups = List.copyOf(lookups);
        definitions = List.copyOf(definitions);
        streams = List.copyOf(streams);
        events = List.copyOf(events);
        uses = List.copyOf(uses);
    }

    /** These plans, with each definition that stores something named by what {@code ids} has for its name. */
    public RulePlans withIds(Map<String, String> ids) {
        return new RulePlans(
                data.stream()
                        .map(plan -> plan.ofDefinition(id(ids, plan.definition())))
                        .toList(),
                lookups.stream()
                        .map(plan -> plan.ofDefinition(id(ids, plan.definition())))
                        .toList(),
                definitions.stream()
                        .map(plan -> plan.withIds(name -> id(ids, name)))
                        .toList(),
                streams.stream()
                        .map(stream -> new StreamPlan(
                                stream.name(),
                                stream.autoSubscribe(),
                                stream.requests().stream()
                                        .map(plan -> plan.withIds(name -> id(ids, name)))
                                        .toList()))
                        .toList(),
                events,
                uses);
    }

    private static String id(Map<String, String> ids, String name) {
        return Objects.requireNonNull(ids.get(name));
    }

    /** What of these plans stores something for a definition that {@code wanted} accepts; nothing of requests and events. */
    public RulePlans only(Predicate<String> wanted) {
        return new RulePlans(
                data.stream().filter(plan -> wanted.test(plan.definition())).toList(),
                lookups.stream().filter(plan -> wanted.test(plan.definition())).toList(),
                List.of(),
                List.of(),
                List.of(),
                List.of());
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
