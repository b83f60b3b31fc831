package io.serai.config;

import io.serai.error.ErrorCode;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/**
 * A mapping of the file while it is read: answers values by key, notes what is wrong with them, and knows at the end which keys nobody asked
 * for. A value that is wrong is answered as absent, so that reading goes on and all faults are found at once. Confined to one thread.
 */
final class Section {
    private static final Tag ENV = new Tag("!env");

    private final String path;
    private final @Nullable Mark start;
    private final Environment environment;
    private final List<Issue> issues;
    private final Map<String, NodeTuple> entries = new LinkedHashMap<>();
    private final Set<String> known = new LinkedHashSet<>();

    /** The section at {@code path} (empty for the file); anything but a mapping is an issue, and the section is then empty. */
    Section(String path, Node node, Environment environment, List<Issue> issues) {
        this.path = path;
        this.start = node.getStartMark().orElse(null);
        this.environment = environment;
        this.issues = issues;
        if (node instanceof MappingNode mapping) {
            mapping.getValue().forEach(this::addEntry);
        } else if (!isNull(node)) {
            error(node, name("") + " must be a mapping of keys to values");
        }
    }

    /** A text; numbers and booleans are taken as they are written. */
    Optional<String> text(String key) {
        return node(key).flatMap(this::scalar);
    }

    /** A text that must be there. {@code example} is what could be written. */
    String requiredText(String key, String example) {
        Optional<String> text = text(key);
        if (text.isEmpty() && !entries.containsKey(key)) {
            error(start, name(key) + " is missing; write for example \"" + key + ": " + example + "\"");
        }
        return text.orElse("");
    }

    /**
     * A part of the URI that is the key's value, percent-decoded; a plus sign stays one, unlike in a form. A percent sign that begins no code is an
     * issue, which never quotes the part: it may be a password. The part is then answered as it is.
     */
    String decoded(String key, String part) {
        try {
            return URLDecoder.decode(part.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            reject(key, "has a % that is not followed by two hexadecimal digits; write %25 for it");
            return part;
        }
    }

    /** A whole number in [{@code least}, {@code most}]. */
    Optional<Integer> number(String key, int least, int most) {
        Optional<String> text = text(key);
        if (text.isEmpty()) {
            return Optional.empty();
        }
        try {
            int number = Integer.parseInt(text.get());
            if (number >= least && number <= most) {
                return Optional.of(number);
            }
        } catch (NumberFormatException e) {
            // told below, together with numbers that are out of range
        }
        bad(key, "a whole number from " + least + " to " + most);
        return Optional.empty();
    }

    /** {@code true} or {@code false}. */
    Optional<Boolean> flag(String key) {
        Optional<String> text = text(key);
        if (text.isEmpty()) {
            return Optional.empty();
        }
        return switch (text.get()) {
            case "true" -> Optional.of(true);
            case "false" -> Optional.of(false);
            default -> {
                bad(key, "true or false");
                yield Optional.empty();
            }
        };
    }

    /** One of the constants, written in lower case with dashes. */
    <E extends Enum<E>> Optional<E> choice(String key, Class<E> constants) {
        return choice(key, constants, '-');
    }

    /** One of the constants, written in lower case with this between its words. */
    <E extends Enum<E>> Optional<E> choice(String key, Class<E> constants, char separator) {
        Optional<String> text = text(key);
        if (text.isEmpty()) {
            return Optional.empty();
        }
        Optional<E> chosen = Stream.of(constants.getEnumConstants())
                .filter(constant -> written(constant, separator).equals(text.get()))
                .findFirst();
        if (chosen.isEmpty()) {
            bad(
                    key,
                    Stream.of(constants.getEnumConstants())
                            .map(constant -> written(constant, separator))
                            .collect(Collectors.joining(", ")));
        }
        return chosen;
    }

    /** A list of texts; a single text is a list of one. */
    List<String> texts(String key) {
        Optional<Node> node = node(key);
        if (node.isEmpty()) {
            return List.of();
        }
        if (node.get() instanceof SequenceNode sequence) {
            return sequence.getValue().stream()
                    .flatMap(item -> scalar(item).stream())
                    .toList();
        }
        return scalar(node.get()).stream().toList();
    }

    /** A mapping within this one. */
    Optional<Section> section(String key) {
        return node(key).map(node -> new Section(name(key), node, environment, issues));
    }

    /** A list of mappings. */
    List<Section> sections(String key) {
        Optional<Node> node = node(key);
        if (node.isEmpty()) {
            return List.of();
        }
        if (!(node.get() instanceof SequenceNode sequence)) {
            error(node.get(), name(key) + " must be a list");
            return List.of();
        }
        List<Section> sections = new ArrayList<>();
        for (Node item : sequence.getValue()) {
            sections.add(new Section(name(key) + "[" + sections.size() + "]", item, environment, issues));
        }
        return sections;
    }

    /** Accepts keys that have no effect here, with a warning for each that is there. */
    void withoutEffect(String why, String... keys) {
        for (String key : keys) {
            node(key).ifPresent(node -> warning(key, "has no effect here: " + why));
        }
    }

    /** Accepts keys in silence: PowerSync's service knows them, and leaving them out changes nothing for anybody. */
    void accept(String... keys) {
        known.addAll(List.of(keys));
    }

    /** Notes that a key has no effect. */
    void warning(String key, String what) {
        add(Issue.Severity.WARNING, ErrorCode.CONFIG_INVALID, markOf(key), name(key) + " " + what);
    }

    /** Notes a fault of a key's value, or of the section when the key is not there. */
    void reject(String key, String what) {
        error(markOf(key), name(key) + " " + what);
    }

    /** Whether the key is there with a value. */
    boolean has(String key) {
        return node(key).isPresent();
    }

    /** Notes each key that nobody has asked for, with the nearest that somebody did. */
    void end() {
        for (String key : entries.keySet()) {
            if (!known.contains(key)) {
                String meant = NearestName.of(key, known)
                        .map(nearest -> "; did you mean \"" + nearest + "\"?")
                        .orElse("; known are " + String.join(", ", known));
                error(
                        entries.get(key).getKeyNode(),
                        "unknown key \"" + key + "\"" + (path.isEmpty() ? "" : " in " + path) + meant);
            }
        }
    }

    private void addEntry(NodeTuple entry) {
        if (!(entry.getKeyNode() instanceof ScalarNode keyNode)) {
            error(entry.getKeyNode(), "a key must be plain text");
            return;
        }
        if (entries.putIfAbsent(keyNode.getValue(), entry) != null) {
            error(keyNode, name(keyNode.getValue()) + " is written twice");
        }
    }

    /** The value's node, unless the key is absent or its value is null; the key is known from now on. */
    private Optional<Node> node(String key) {
        known.add(key);
        return Optional.ofNullable(entries.get(key))
                .map(NodeTuple::getValueNode)
                .filter(node -> !isNull(node));
    }

    private Optional<String> scalar(Node node) {
        if (!(node instanceof ScalarNode scalar)) {
            error(node, "a single value is expected here, not a list or a mapping");
            return Optional.empty();
        }
        return ENV.equals(scalar.getTag()) ? fromEnvironment(scalar) : Optional.of(scalar.getValue());
    }

    /** The value of {@code !env NAME}, {@code !env NAME::number} or {@code !env NAME::boolean}; who reads it checks the type anyway. */
    private Optional<String> fromEnvironment(ScalarNode scalar) {
        String[] nameAndType = scalar.getValue().trim().split("::", 2);
        if (nameAndType.length == 2 && !Set.of("string", "number", "boolean").contains(nameAndType[1])) {
            error(scalar, "unknown type \"" + nameAndType[1] + "\" after !env; known are string, number, boolean");
            return Optional.empty();
        }
        String value = environment.get(nameAndType[0]);
        if (value == null) {
            add(
                    Issue.Severity.ERROR,
                    ErrorCode.CONFIG_ENVIRONMENT,
                    scalar.getStartMark().orElse(start),
                    "environment variable \"" + nameAndType[0] + "\" is not set");
        }
        return Optional.ofNullable(value);
    }

    /** Quotes the wrong value, but never one that came from the environment: it may be a secret. */
    private void bad(String key, String right) {
        NodeTuple entry = entries.get(key);
        String wrong =
                entry != null && entry.getValueNode() instanceof ScalarNode scalar && !ENV.equals(scalar.getTag())
                        ? " is \"" + scalar.getValue() + "\""
                        : "";
        error(markOf(key), name(key) + wrong + (wrong.isEmpty() ? " must be " : ", needed is ") + right);
    }

    private String name(String key) {
        if (path.isEmpty()) {
            return key.isEmpty() ? "the file" : key;
        }
        return key.isEmpty() ? path : path + "." + key;
    }

    private @Nullable Mark markOf(String key) {
        NodeTuple entry = entries.get(key);
        return entry == null ? start : entry.getValueNode().getStartMark().orElse(start);
    }

    private void error(Node node, String message) {
        error(node.getStartMark().orElse(start), message);
    }

    private void error(@Nullable Mark mark, String message) {
        add(Issue.Severity.ERROR, ErrorCode.CONFIG_INVALID, mark, message);
    }

    private void add(Issue.Severity severity, ErrorCode code, @Nullable Mark mark, String message) {
        int line = mark == null ? 1 : mark.getLine() + 1;
        int column = mark == null ? 1 : mark.getColumn() + 1;
        issues.add(new Issue(severity, code, line, column, message));
    }

    private static boolean isNull(Node node) {
        return Tag.NULL.equals(node.getTag());
    }

    private static String written(Enum<?> constant, char separator) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', separator);
    }
}
