package io.serai.syncrules.parser;

import io.serai.syncrules.parser.SyncConfig.Definition;
import io.serai.syncrules.parser.SyncConfig.Event;
import io.serai.syncrules.parser.SyncConfig.NamedQuery;
import io.serai.syncrules.parser.SyncConfig.Stream;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Reads the shape of a sync config and reports everything in it that does not fit. Confined to one thread. */
public final class ConfigReader {
    private static final int FIRST_EDITION_OF_STREAMS = 2;
    private static final int FIRST_EDITION_OF_QUERIES = 3;

    private final String yaml;
    private final Issues issues;
    private final Set<String> names = new HashSet<>();

    /** A reader of {@code yaml} that reports to {@code issues}. */
    public ConfigReader(String yaml, Issues issues) {
        this.yaml = yaml;
        this.issues = issues;
    }

    /** The sync config, without the parts that have errors; empty when nothing of it can be read. */
    public Optional<SyncConfig> read() {
        Optional<YamlNode> root;
        try {
            root = YamlReader.read(yaml);
        } catch (YamlSyntaxException e) {
            issues.error("yaml.syntax", e.span(), "This is not YAML: " + e.getMessage());
            return Optional.empty();
        }
        if (root.isEmpty()) {
            issues.error("yaml.wrong-type", wholeDocument(), "The sync config is empty");
            return Optional.empty();
        }
        return YamlMap.of(root.get(), "The sync config", issues).map(this::config);
    }

    private SyncConfig config(YamlMap root) {
        Optional<YamlMap> settings = root.map("config");
        Compatibility compatibility = settings.map(map -> new CompatibilityReader(map, issues).read())
                .orElseGet(() -> CompatibilityReader.defaults(1));
        int edition = compatibility.edition();

        List<Definition> definitions = new ArrayList<>();
        root.map("bucket_definitions")
                .ifPresent(map -> map.entries((name, value) -> {
                    if (edition >= FIRST_EDITION_OF_QUERIES) {
                        issues.error(
                                "config.edition", value.span(), "Edition 3 has no bucket_definitions; write streams");
                    } else {
                        claim(name);
                        definition(name.text(), value).ifPresent(definitions::add);
                    }
                }));
        List<NamedQuery> commonTables = root.map("with")
                .map(map -> edition < FIRST_EDITION_OF_QUERIES ? onlyInEditionThree(map, "with") : commonTables(map))
                .orElse(List.of());
        List<Stream> streams = new ArrayList<>();
        root.map("streams")
                .ifPresent(map -> map.entries((name, value) -> {
                    claim(name);
                    stream(name.text(), value, edition).ifPresent(streams::add);
                }));
        List<Event> events = new ArrayList<>();
        root.map("event_definitions")
                .ifPresent(map ->
                        map.entries((name, value) -> event(name.text(), value).ifPresent(events::add)));
        requireDefinitions(root, edition);
        root.refuseOthers();
        return new SyncConfig(compatibility, definitions, commonTables, streams, events);
    }

    private void requireDefinitions(YamlMap root, int edition) {
        if (root.has("streams") || (root.has("bucket_definitions") && edition < FIRST_EDITION_OF_QUERIES)) {
            return;
        }
        String missing = edition < FIRST_EDITION_OF_QUERIES ? "bucket_definitions or streams" : "streams";
        issues.error("yaml.missing-key", wholeDocument(), "The sync config needs " + missing);
    }

    private Span wholeDocument() {
        return new Span(0, Math.min(10, yaml.length()));
    }

    private void claim(YamlNode.Scalar name) {
        if (!names.add(name.text())) {
            issues.error(
                    "yaml.duplicate-definition",
                    name.span(),
                    "\"" + name.text() + "\" is defined already; bucket_definitions and streams share their names");
        }
    }

    private Optional<Definition> definition(String name, YamlNode value) {
        return YamlMap.of(value, "The definition \"" + name + "\"", issues).map(map -> {
            Optional<Integer> priority = priority(map);
            boolean acceptDangerous = map.flag("accept_potentially_dangerous_queries");
            List<SourceText> data = map.requiredQueries("data", yaml);
            List<SourceText> parameters = parameters(map, data);
            map.refuseOthers();
            return new Definition(name, value.span(), priority, acceptDangerous, parameters, data);
        });
    }

    private List<SourceText> parameters(YamlMap map, List<SourceText> data) {
        List<SourceText> parameters = map.queryOrQueries("parameters", yaml);
        if (map.has("parameters") && parameters.isEmpty() && !data.isEmpty()) {
            map.get("parameters")
                    .filter(node -> node instanceof YamlNode.Sequence)
                    .ifPresent(node -> issues.error(
                            "yaml.missing-key",
                            node.span(),
                            "Without a parameter query no client gets the data; leave the key out for everybody"));
        }
        return parameters;
    }

    private Optional<Stream> stream(String name, YamlNode value, int edition) {
        if (edition == FIRST_EDITION_OF_STREAMS) {
            issues.warning(
                    "config.edition", value.span(), "Streams of edition 2 are an early form; use \"edition: 3\"");
        }
        return YamlMap.of(value, "The stream \"" + name + "\"", issues).flatMap(map -> {
            Optional<Integer> priority = priority(map);
            boolean autoSubscribe = map.flag("auto_subscribe");
            boolean acceptDangerous = map.flag("accept_potentially_dangerous_queries");
            List<NamedQuery> commonTables = List.of();
            List<SourceText> queries = new ArrayList<>();
            if (edition >= FIRST_EDITION_OF_QUERIES) {
                commonTables = map.map("with").map(this::commonTables).orElse(List.of());
                if (map.has("query") == map.has("queries")) {
                    issues.error("yaml.missing-key", value.span(), "A stream needs either query or queries");
                }
                map.query("query", yaml).ifPresent(queries::add);
                if (map.has("queries")) {
                    queries.addAll(map.requiredQueries("queries", yaml));
                }
            } else {
                map.map("with").ifPresent(with -> onlyInEditionThree(with, "with"));
                map.get("queries").ifPresent(node -> onlyInEditionThree(node, "queries"));
                if (!map.has("query")) {
                    issues.error("yaml.missing-key", value.span(), "A stream needs a query");
                }
                map.query("query", yaml).ifPresent(queries::add);
            }
            map.refuseOthers();
            if (edition < FIRST_EDITION_OF_STREAMS) {
                Span span =
                        queries.isEmpty() ? value.span() : queries.getFirst().span();
                issues.error("config.edition", span, "Streams need \"edition: 3\" in config");
                return Optional.empty();
            }
            return Optional.of(
                    new Stream(name, value.span(), priority, autoSubscribe, acceptDangerous, commonTables, queries));
        });
    }

    private List<NamedQuery> onlyInEditionThree(YamlMap map, String key) {
        onlyInEditionThree(map.node(), key);
        return List.of();
    }

    private void onlyInEditionThree(YamlNode node, String key) {
        issues.error("config.edition", node.span(), "\"" + key + "\" needs \"edition: 3\" in config");
    }

    private List<NamedQuery> commonTables(YamlMap map) {
        List<NamedQuery> tables = new ArrayList<>();
        map.entries((name, value) ->
                map.query(value, yaml).ifPresent(query -> tables.add(new NamedQuery(name.text(), name.span(), query))));
        return tables;
    }

    private Optional<Event> event(String name, YamlNode value) {
        return YamlMap.of(value, "The event \"" + name + "\"", issues).map(map -> {
            List<SourceText> payloads = map.requiredQueries("payloads", yaml);
            map.refuseOthers();
            return new Event(name, value.span(), payloads);
        });
    }

    private Optional<Integer> priority(YamlMap map) {
        Optional<YamlNode> node = map.get("priority");
        if (node.isEmpty()) {
            return Optional.empty();
        }
        if (node.get() instanceof YamlNode.Scalar scalar
                && scalar.isInteger()
                && scalar.text().length() == 1) {
            int priority = scalar.text().charAt(0) - '0';
            if (priority <= SyncConfig.DEFAULT_PRIORITY) {
                return Optional.of(priority);
            }
        }
        issues.error("yaml.bad-priority", node.get().span(), "A priority is 0, 1, 2 or 3; 0 comes first");
        return Optional.empty();
    }
}
