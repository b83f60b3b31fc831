package io.serai.source.postgres;

import io.serai.change.Value;
import io.serai.change.ValueFormat;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** A range: a JSON object of its bounds, or {@code empty}, where custom types are decoded. Immutable. */
record RangeType(PostgresType bound) implements PostgresType {
    private static final String EMPTY = "empty";

    @Override
    public Value decode(byte[] bytes) {
        return new CustomValue(this, new String(bytes, StandardCharsets.UTF_8), true);
    }

    @Override
    public Value decode(String text, ValueFormat format) {
        if (text.equals(EMPTY)) {
            return Value.of(text);
        }
        StringBuilder out = new StringBuilder(text.length() + 72);
        appendJson(out, text, format);
        return Value.of(out.toString());
    }

    @Override
    public void appendJson(StringBuilder out, String text, ValueFormat format) {
        if (text.equals(EMPTY)) {
            out.append("\"empty\"");
            return;
        }
        TextScanner scanner = new TextScanner(text);
        append(out, scanner, format);
        if (!scanner.isAtEnd()) {
            throw new BrokenTextException("text behind a range");
        }
    }

    /** Appends the range that comes next, which is not empty. */
    void append(StringBuilder out, TextScanner scanner, ValueFormat format) {
        boolean withLower = scanner.take('[');
        if (!withLower) {
            scanner.expect('(');
        }
        String lower = scanner.partOrNull(",");
        scanner.expect(',');
        String upper = scanner.partOrNull(")]");
        boolean withUpper = scanner.take(']');
        if (!withUpper) {
            scanner.expect(')');
        }
        out.append("{\"lower\":");
        appendBound(out, lower, format);
        out.append(",\"upper\":");
        appendBound(out, upper, format);
        out.append(",\"lower_exclusive\":").append(withLower ? 0 : 1);
        out.append(",\"upper_exclusive\":").append(withUpper ? 0 : 1).append('}');
    }

    private void appendBound(StringBuilder out, @Nullable String text, ValueFormat format) {
        if (text == null) {
            out.append("null");
        } else {
            bound.appendJson(out, text, format);
        }
    }

    @Override
    public boolean dependsOnFormat() {
        return true;
    }

    @Override
    public String encoded() {
        return "range(" + bound.encoded() + ")";
    }
}
