package io.serai.source.postgres;

import io.serai.source.postgres.CompositeType.Attribute;
import java.util.ArrayList;
import java.util.List;

/** Reads the text that {@link PostgresType#encoded} gives. Confined to one thread. */
final class TypeText {
    private final String text;
    private int at;

    private TypeText(String text) {
        this.text = text;
    }

    /** The type; a text that no type gave is an {@link IllegalArgumentException}. */
    static PostgresType parse(String encoded) {
        TypeText reader = new TypeText(encoded);
        PostgresType type = reader.type();
        if (reader.at != encoded.length()) {
            throw reader.broken();
        }
        return type;
    }

    private PostgresType type() {
        int start = at;
        while (at < text.length() && (Character.isLetterOrDigit(text.charAt(at)) || text.charAt(at) == '_')) {
            at++;
        }
        String word = text.substring(start, at);
        if (at == text.length() || text.charAt(at) != '(') {
            return scalar(word);
        }
        at++;
        PostgresType type = switch (word) {
            case "array" -> array(false);
            case "customarray" -> array(true);
            case "domain" -> new DomainType(type());
            case "range" -> new RangeType(type());
            case "multirange" -> new MultirangeType(new RangeType(type()));
            case "composite" -> new CompositeType(attributes());
            default -> throw broken();
        };
        expect(')');
        return type;
    }

    private ArrayType array(boolean custom) {
        PostgresType element = type();
        char delimiter = peek() == ')' ? ',' : text.charAt(at++);
        return new ArrayType(element, delimiter, custom);
    }

    private List<Attribute> attributes() {
        List<Attribute> attributes = new ArrayList<>();
        while (peek() != ')') {
            if (!attributes.isEmpty()) {
                expect(',');
            }
            String name = name();
            expect(':');
            attributes.add(new Attribute(name, type()));
        }
        return attributes;
    }

    private String name() {
        expect('"');
        StringBuilder name = new StringBuilder();
        while (true) {
            char c = peek();
            at++;
            if (c == '"') {
                if (peek() != '"') {
                    return name.toString();
                }
                at++;
            }
            name.append(c);
        }
    }

    private ScalarType scalar(String word) {
        for (ScalarType type : ScalarType.values()) {
            if (type.encoded().equals(word)) {
                return type;
            }
        }
        throw broken();
    }

    private char peek() {
        if (at == text.length()) {
            throw broken();
        }
        return text.charAt(at);
    }

    private void expect(char expected) {
        if (peek() != expected) {
            throw broken();
        }
        at++;
    }

    private IllegalArgumentException broken() {
        return new IllegalArgumentException("not a Postgres type: " + text);
    }
}
