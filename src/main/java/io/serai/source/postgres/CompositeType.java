package io.serai.source.postgres;

import io.serai.change.JsonText;
import io.serai.change.Value;
import io.serai.change.ValueFormat;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** A composite: a JSON object by attribute name where custom types are decoded. Immutable. */
record CompositeType(List<Attribute> attributes) implements PostgresType {
    /** A part of a composite. */
    record Attribute(String name, PostgresType type) {}

    CompositeType {
        attributes = List.copyOf(attributes);
    }

    @Override
    public Value decode(byte[] bytes) {
        return new CustomValue(this, new String(bytes, StandardCharsets.UTF_8), true);
    }

    @Override
    public Value decode(String text, ValueFormat format) {
        StringBuilder out = new StringBuilder(text.length() + 16 * attributes.size());
        appendJson(out, text, format);
        return Value.of(out.toString());
    }

    @Override
    public void appendJson(StringBuilder out, String text, ValueFormat format) {
        TextScanner scanner = new TextScanner(text);
        scanner.expect('(');
        out.append('{');
        for (int i = 0; i < attributes.size(); i++) {
            Attribute attribute = attributes.get(i);
            if (i > 0) {
                scanner.expect(',');
                out.append(',');
            }
            JsonText.appendQuoted(out, attribute.name());
            out.append(':');
            String part = scanner.partOrNull(",)");
            if (part == null) {
                out.append("null");
            } else {
                attribute.type().appendJson(out, part, format);
            }
        }
        scanner.expect(')');
        out.append('}');
        if (!scanner.isAtEnd()) {
            throw new BrokenTextException("text behind a composite");
        }
    }

    @Override
    public boolean dependsOnFormat() {
        return true;
    }

    @Override
    public String encoded() {
        StringBuilder out = new StringBuilder("composite(");
        for (Attribute attribute : attributes) {
            out.append(out.charAt(out.length() - 1) == '(' ? "" : ",")
                    .append('"')
                    .append(attribute.name().replace("\"", "\"\""))
                    .append("\":")
                    .append(attribute.type().encoded());
        }
        return out.append(')').toString();
    }
}
