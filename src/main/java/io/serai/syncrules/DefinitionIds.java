package io.serai.syncrules;

import io.serai.bucket.DefinitionId;
import io.serai.syncrules.compiler.RulePlans;
import io.serai.syncrules.parser.SqlParser;
import io.serai.syncrules.parser.SyncConfig;
import io.serai.syncrules.parser.SyncConfig.NamedQuery;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;

/**
 * The {@link DefinitionId} of each definition and stream of a sync config. What a definition stores follows from its queries, the common tables that they
 * name, the config's compatibility options, and which of its buckets are another stream's; not from its priority or who gets it by default.
 */
final class DefinitionIds {
    private final SyncConfig config;
    private final RulePlans plans;
    private final Map<String, String> ids = new HashMap<>();

    private DefinitionIds(SyncConfig config, RulePlans plans) {
        this.config = config;
        this.plans = plans;
    }

    /** The ids by name; {@code plans} are those of {@code config}. */
    static Map<String, String> of(SyncConfig config, RulePlans plans) {
        DefinitionIds made = new DefinitionIds(config, plans);
        for (SyncConfig.Definition definition : config.definitions()) {
            made.add(
                    definition.name(),
                    made.begin("definition")
                            .queries("parameters", definition.parameters())
                            .queries("data", definition.data()));
        }
        for (SyncConfig.Stream stream : config.streams()) {
            made.add(
                    stream.name(),
                    made.begin("stream")
                            .commonTables(named(config.commonTables(), stream))
                            .commonTables(named(stream.commonTables(), stream))
                            .queries("queries", stream.queries()));
        }
        return made.ids;
    }

    private CanonicalText begin(String kind) {
        return new CanonicalText().part(kind, config.compatibility().toString());
    }

    private void add(String name, CanonicalText text) {
        plans.data().stream()
                .filter(plan -> plan.definition().equals(name))
                .map(plan -> plan.bucketPrefix().substring(name.length()))
                .distinct()
                .forEach(owned -> text.part("owns", owned));
        ids.put(name, DefinitionId.of(name, text.hash()));
    }

    /** The common tables whose names are words of the stream's queries: all that these read, and perhaps more. */
    private static List<NamedQuery> named(List<NamedQuery> tables, SyncConfig.Stream stream) {
        TreeSet<String> words = new TreeSet<>();
        stream.queries().forEach(query -> words.addAll(SqlParser.names(query.text())));
        return tables.stream()
                .filter(table -> words.contains(table.name().toLowerCase(Locale.ROOT)))
                .toList();
    }
}
