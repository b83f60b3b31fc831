package io.serai.syncrules.parser;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;

/**
 * A map of the sync config whose keys are asked for by name: what is asked for is known, the rest is reported by {@link #refuseOthers}.
 * Confined to one thread.
 */
final class YamlMap {
    private final YamlNode.Mapping node;
    private final Issues issues;
    private final Map<String, YamlNode.Entry> entries = new LinkedHashMap<>();
    private final Set<String> known = new LinkedHashSet<>();

    private YamlMap(YamlNode.Mapping node, Issues issues) {
        this.node = node;
        this.issues = issues;
        Set<String> seen = new HashSet<>();
        for (YamlNode.Entry entry : node.entries()) {
            if (!(entry.key() instanceof YamlNode.Scalar key) || !key.isString()) {
                issues.error("yaml.wrong-type", entry.key().span(), "A key must be a string; put it in quotes");
            } else if (seen.add(key.text())) {
                entries.put(key.text(), entry);
            } else {
                issues.error("yaml.syntax", key.span(), "The key \"" + key.text() + "\" appears twice");
            }
        }
    }

    /** The map that {@code node} is; if it is none, that is reported with {@code what} as the sentence's subject. */
    static Optional<YamlMap> of(YamlNode node, String what, Issues issues) {
        if (node instanceof YamlNode.Mapping mapping) {
            return Optional.of(new YamlMap(mapping, issues));
        }
        issues.error("yaml.wrong-type", node.span(), what + " must be a map, not " + node.kind());
        return Optional.empty();
    }

    YamlNode node() {
        return node;
    }

    boolean has(String key) {
        known.add(key);
        return entries.containsKey(key);
    }

    Optional<YamlNode> get(String key) {
        known.add(key);
        return Optional.ofNullable(entries.get(key)).map(YamlNode.Entry::value);
    }

    Optional<YamlMap> map(String key) {
        return get(key).flatMap(value -> of(value, "\"" + key + "\"", issues));
    }

    /** A boolean; false when the key is absent. */
    boolean flag(String key) {
        return optionalFlag(key).orElse(false);
    }

    /** A boolean; empty when the key is absent. */
    Optional<Boolean> optionalFlag(String key) {
        Optional<YamlNode> node = get(key);
        if (node.isEmpty()) {
            return Optional.empty();
        }
        if (node.get() instanceof YamlNode.Scalar scalar && scalar.isBoolean()) {
            return Optional.of(scalar.isTrue());
        }
        issues.error("yaml.wrong-type", node.get().span(), "\"" + key + "\" must be true or false");
        return Optional.empty();
    }

    /** All entries with their names; for maps whose keys are free. */
    void entries(BiConsumer<YamlNode.Scalar, YamlNode> each) {
        entries.values().forEach(entry -> each.accept((YamlNode.Scalar) entry.key(), entry.value()));
        known.addAll(entries.keySet());
    }

    Optional<SourceText> query(String key, String yaml) {
        return get(key).flatMap(value -> query(value, yaml));
    }

    Optional<SourceText> query(YamlNode value, String yaml) {
        if (value instanceof YamlNode.Scalar scalar && !scalar.isNull()) {
            return Optional.of(new SourceText(yaml, scalar));
        }
        issues.error("yaml.wrong-type", value.span(), "A query must be a string, not " + value.kind());
        return Optional.empty();
    }

    /** A list of queries, which must be there. */
    List<SourceText> requiredQueries(String key, String yaml) {
        Optional<YamlNode> value = get(key);
        if (value.isEmpty()) {
            issues.error("yaml.missing-key", node.span(), "\"" + key + "\" is missing: a list of queries");
            return List.of();
        }
        if (!(value.get() instanceof YamlNode.Sequence sequence)) {
            issues.error(
                    "yaml.wrong-type",
                    value.get().span(),
                    "\"" + key + "\" must be a list of queries, not "
                            + value.get().kind());
            return List.of();
        }
        return queries(sequence, yaml);
    }

    /** One query or a list of them; empty when the key is absent. */
    List<SourceText> queryOrQueries(String key, String yaml) {
        Optional<YamlNode> value = get(key);
        if (value.isPresent() && value.get() instanceof YamlNode.Sequence sequence) {
            return queries(sequence, yaml);
        }
        return query(key, yaml).map(List::of).orElse(List.of());
    }

    private List<SourceText> queries(YamlNode.Sequence sequence, String yaml) {
        List<SourceText> queries = new ArrayList<>();
        for (YamlNode item : sequence.items()) {
            query(item, yaml).ifPresent(queries::add);
        }
        return queries;
    }

    /** Reports the keys that nobody has asked for. */
    void refuseOthers() {
        entries.forEach((key, entry) -> {
            if (!known.contains(key)) {
                issues.error(
                        "yaml.unknown-key",
                        entry.key().span(),
                        "The key \"" + key + "\" is not known here" + Names.hint(key, known));
            }
        });
    }
}
