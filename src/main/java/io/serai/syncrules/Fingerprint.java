package io.serai.syncrules;

import io.serai.bucket.Checksum;
import io.serai.syncrules.parser.SourceText;
import io.serai.syncrules.parser.SqlParser;
import io.serai.syncrules.parser.SyncConfig;
import io.serai.syncrules.parser.SyncConfig.NamedQuery;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/** Writes the contents of a sync config in one order and hashes them. The order of queries counts: bucket names depend on it. */
final class Fingerprint {
    private final StringBuilder text = new StringBuilder();

    private Fingerprint() {}

    static String of(SyncConfig config) {
        Fingerprint fingerprint = new Fingerprint();
        fingerprint.add(config);
        byte[] bytes = fingerprint.text.toString().getBytes(StandardCharsets.UTF_8);
        return HexFormat.of().formatHex(Checksum.sha256().digest(bytes));
    }

    private void add(SyncConfig config) {
        part("config", config.compatibility().toString());
        sorted(config.definitions(), Comparator.comparing(SyncConfig.Definition::name))
                .forEach(definition -> {
                    part("definition", definition.name());
                    priority(definition.priority());
                    queries("parameters", definition.parameters());
                    queries("data", definition.data());
                });
        commonTables(config.commonTables());
        for (SyncConfig.Stream stream : config.streams()) {
            part("stream", stream.name());
            priority(stream.priority());
            part("auto_subscribe", String.valueOf(stream.autoSubscribe()));
            commonTables(stream.commonTables());
            queries("queries", stream.queries());
        }
        sorted(config.events(), Comparator.comparing(SyncConfig.Event::name)).forEach(event -> {
            part("event", event.name());
            queries("payloads", event.payloads());
        });
    }

    private static <T> List<T> sorted(List<T> items, Comparator<T> order) {
        List<T> sorted = new ArrayList<>(items);
        sorted.sort(order);
        return sorted;
    }

    private void commonTables(List<NamedQuery> tables) {
        sorted(tables, Comparator.comparing(NamedQuery::name)).forEach(table -> {
            part("with", table.name());
            queries("query", List.of(table.query()));
        });
    }

    private void priority(Optional<Integer> priority) {
        part("priority", String.valueOf(priority.orElse(SyncConfig.DEFAULT_PRIORITY)));
    }

    private void queries(String kind, List<SourceText> queries) {
        queries.forEach(query -> part(kind, SqlParser.canonical(query.text())));
    }

    /** Adds a part in a form that no other parts can imitate: its length stands before it. */
    private void part(String kind, String content) {
        text.append(kind)
                .append(' ')
                .append(content.length())
                .append('\n')
                .append(content)
                .append('\n');
    }
}
