package io.serai.syncrules.parser;

import java.util.List;
import java.util.regex.Pattern;

/** A node of a YAML document and its place in the text. Immutable. */
public sealed interface YamlNode {
    /** Where the node stands. */
    Span span();

    /** What the node is, for messages. */
    String kind();

    /** A map; keys are in the order of the text and may repeat. */
    record Mapping(Span span, List<Entry> entries) implements YamlNode {
        /** Copies the list. */
        public Mapping {
            entries = List.copyOf(entries);
        }

        @Override
        public String kind() {
            return "a map";
        }
    }

    /** A key and its value. */
    record Entry(YamlNode key, YamlNode value) {}

    /** A list. */
    record Sequence(Span span, List<YamlNode> items) implements YamlNode {
        /** Copies the list. */
        public Sequence {
            items = List.copyOf(items);
        }

        @Override
        public String kind() {
            return "a list";
        }
    }

    /** A scalar: its text, decoded, and the way it was written. */
    record Scalar(Span span, String text, Style style) implements YamlNode {
        private static final Pattern NULL = Pattern.compile("|~|null|Null|NULL");
        private static final Pattern BOOLEAN = Pattern.compile("true|True|TRUE|false|False|FALSE");
        private static final Pattern INTEGER = Pattern.compile("[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+");
        private static final Pattern REAL = Pattern.compile(
                "[-+]?(\\.[0-9]+|[0-9]+(\\.[0-9]*)?)([eE][-+]?[0-9]+)?|[-+]?\\.(inf|Inf|INF)|\\.(nan|NaN|NAN)");

        /** Whether it is null in YAML 1.2's core schema. */
        public boolean isNull() {
            return matches(NULL);
        }

        /** Whether it is true or false in YAML 1.2's core schema. */
        public boolean isBoolean() {
            return matches(BOOLEAN);
        }

        /** Whether it is an integer in YAML 1.2's core schema. */
        public boolean isInteger() {
            return matches(INTEGER);
        }

        /** Whether it is a string in YAML 1.2's core schema. */
        public boolean isString() {
            return !isNull() && !isBoolean() && !isInteger() && !matches(REAL);
        }

        /** The truth value of a boolean. */
        public boolean isTrue() {
            return text.equalsIgnoreCase("true");
        }

        @Override
        public String kind() {
            if (isNull()) {
                return "null";
            }
            if (isBoolean()) {
                return "a boolean";
            }
            return isString() ? "a string" : "a number";
        }

        private boolean matches(Pattern pattern) {
            return style == Style.PLAIN && pattern.matcher(text).matches();
        }
    }

    /** How a scalar is written. */
    enum Style {
        /** Without quotes. */
        PLAIN,
        /** In single quotes. */
        SINGLE_QUOTED,
        /** In double quotes. */
        DOUBLE_QUOTED,
        /** As a block, after {@code |} or {@code >}. */
        BLOCK
    }
}
