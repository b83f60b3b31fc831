package io.serai.syncrules;

import io.serai.syncrules.parser.SyncConfig;
import java.util.Comparator;
import java.util.Optional;

/** Hashes the contents of a sync config. The order of queries counts: bucket names depend on it. */
final class Fingerprint {
    private Fingerprint() {}

    static String of(SyncConfig config) {
        CanonicalText text = new CanonicalText();
        text.part("config", config.compatibility().toString());
        CanonicalText.sorted(config.definitions(), Comparator.comparing(SyncConfig.Definition::name))
                .forEach(definition -> text.part("definition", definition.name())
                        .part("priority", priority(definition.priority()))
                        .queries("parameters", definition.parameters())
                        .queries("data", definition.data()));
        text.commonTables(config.commonTables());
        for (SyncConfig.Stream stream : config.streams()) {
            text.part("stream", stream.name())
                    .part("priority", priority(stream.priority()))
                    .part("auto_subscribe", String.valueOf(stream.autoSubscribe()))
                    .commonTables(stream.commonTables())
                    .queries("queries", stream.queries());
        }
        CanonicalText.sorted(config.events(), Comparator.comparing(SyncConfig.Event::name))
                .forEach(event -> text.part("event", event.name()).queries("payloads", event.payloads()));
        return text.hash();
    }

    private static String priority(Optional<Integer> priority) {
        return String.valueOf(priority.orElse(SyncConfig.DEFAULT_PRIORITY));
    }
}
