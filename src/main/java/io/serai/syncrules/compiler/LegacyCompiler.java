package io.serai.syncrules.compiler;

import io.serai.syncrules.evaluator.DataPlan;
import io.serai.syncrules.evaluator.Expression;
import io.serai.syncrules.evaluator.LookupPlan;
import io.serai.syncrules.evaluator.RequestPlan;
import io.serai.syncrules.parser.SourceText;
import io.serai.syncrules.parser.SyncConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Compiles an entry of {@code bucket_definitions}. Confined to one thread. */
final class LegacyCompiler {
    private final SyncConfig.Definition definition;
    private final Dialect dialect;
    private final Report report;

    LegacyCompiler(SyncConfig.Definition definition, Dialect dialect, Report report) {
        this.definition = definition;
        this.dialect = dialect;
        this.report = report;
    }

    /** The plans of a definition; the lists are empty where a query has errors. */
    record Compiled(List<DataPlan> data, List<LookupPlan> lookups, List<RequestPlan> requests) {}

    Compiled compile() {
        List<ParameterQueryCompiler.Compiled> parameterQueries = parameterQueries();
        List<String> parameters = parameterQueries.isEmpty()
                ? List.of()
                : parameterQueries.getFirst().parameters();
        boolean usable = definition.parameters().isEmpty() || !parameterQueries.isEmpty();

        List<DataPlan> data = new ArrayList<>();
        for (int i = 0; i < definition.data().size(); i++) {
            Query query = new Query(name("data query", i), definition.data().get(i), report);
            if (usable) {
                new DataQueryCompiler(definition.name(), query, dialect, parameters)
                        .compile()
                        .ifPresent(data::add);
            } else {
                query.error(
                        "legacy.no-parameters",
                        query.whole(),
                        "No parameter query of this definition can be used, so no client would get this data");
            }
        }
        List<LookupPlan> lookups = parameterQueries.stream()
                .flatMap(query -> query.lookup().stream())
                .toList();
        return new Compiled(data, lookups, requests(parameterQueries, parameters));
    }

    private List<ParameterQueryCompiler.Compiled> parameterQueries() {
        List<ParameterQueryCompiler.Compiled> compiled = new ArrayList<>();
        List<SourceText> texts = definition.parameters();
        for (int i = 0; i < texts.size(); i++) {
            Query query = new Query(name("parameter query", i), texts.get(i), report);
            Optional<ParameterQueryCompiler.Compiled> result = new ParameterQueryCompiler(
                            definition.name(), String.valueOf(i + 1), query, dialect, definition.priority())
                    .compile();
            result.ifPresent(added -> {
                requireSameParameters(compiled, added);
                compiled.add(added);
                if (!definition.acceptDangerous()) {
                    Security.check(added);
                }
            });
        }
        return compiled;
    }

    private static void requireSameParameters(
            List<ParameterQueryCompiler.Compiled> earlier, ParameterQueryCompiler.Compiled added) {
        if (earlier.isEmpty()) {
            return;
        }
        List<String> first = earlier.getFirst().parameters();
        if (!Set.copyOf(first).equals(Set.copyOf(added.parameters()))) {
            added.query()
                    .error(
                            "legacy.parameter-queries-differ",
                            added.query().whole(),
                            "All parameter queries of a definition must select the same names; the first one selects "
                                    + (first.isEmpty() ? "none" : String.join(", ", first)));
        }
    }

    private List<RequestPlan> requests(List<ParameterQueryCompiler.Compiled> queries, List<String> parameters) {
        if (definition.parameters().isEmpty()) {
            int priority = definition.priority().orElse(SyncConfig.DEFAULT_PRIORITY);
            return List.of(new RequestPlan(
                    definition.name(),
                    definition.name(),
                    definition.name(),
                    definition.name(),
                    priority,
                    List.of(),
                    List.of(),
                    List.of(),
                    true,
                    false));
        }
        return queries.stream()
                .filter(query -> query.query().errors() == 0)
                .map(query -> request(query, parameters))
                .toList();
    }

    private RequestPlan request(ParameterQueryCompiler.Compiled compiled, List<String> parameters) {
        List<List<Expression>> values = parameters.stream()
                .map(name -> List.of(compiled.values().get(compiled.parameters().indexOf(name))))
                .toList();
        return new RequestPlan(
                definition.name(),
                compiled.query().name(),
                definition.name(),
                definition.name(),
                compiled.priority(),
                compiled.steps(),
                compiled.conditions(),
                values,
                true,
                false);
    }

    private String name(String kind, int index) {
        return definition.name() + ", " + kind + " " + (index + 1);
    }
}
