package io.serai.source.postgres;

import io.serai.change.Value;
import io.serai.change.ValueFormat;
import java.nio.charset.StandardCharsets;

/** A multirange: a JSON array of its ranges where custom types are decoded. Immutable. */
record MultirangeType(RangeType range) implements PostgresType {
    @Override
    public Value decode(byte[] bytes) {
        return new CustomValue(this, new String(bytes, StandardCharsets.UTF_8), true);
    }

    @Override
    public Value decode(String text, ValueFormat format) {
        StringBuilder out = new StringBuilder(text.length() + 80);
        appendJson(out, text, format);
        return Value.of(out.toString());
    }

    @Override
    public void appendJson(StringBuilder out, String text, ValueFormat format) {
        TextScanner scanner = new TextScanner(text);
        scanner.expect('{');
        out.append('[');
        boolean first = true;
        while (!scanner.take('}')) {
            if (!first) {
                scanner.expect(',');
                out.append(',');
            }
            first = false;
            range.append(out, scanner, format);
        }
        out.append(']');
        if (!scanner.isAtEnd()) {
            throw new BrokenTextException("text behind a multirange");
        }
    }

    @Override
    public boolean dependsOnFormat() {
        return true;
    }

    @Override
    public String encoded() {
        return "multirange(" + range.bound().encoded() + ")";
    }
}
