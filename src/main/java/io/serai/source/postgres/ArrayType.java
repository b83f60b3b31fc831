package io.serai.source.postgres;

import io.serai.change.Value;
import io.serai.change.ValueFormat;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * An array, which becomes JSON text; lower bounds are dropped. Immutable.
 *
 * @param delimiter what stands between the elements; {@code ;} for boxes, else a comma
 * @param custom whether the elements are of a type that Postgres does not bring, so that the edition decides whether the array is decoded
 */
record ArrayType(PostgresType element, char delimiter, boolean custom) implements PostgresType {
    @Override
    public Value decode(byte[] bytes) {
        String text = new String(bytes, StandardCharsets.UTF_8);
        CustomValue value = new CustomValue(this, text, custom);
        return dependsOnFormat() ? value : value.in(ValueFormat.CURRENT);
    }

    @Override
    public Value decode(String text, ValueFormat format) {
        StringBuilder out = new StringBuilder(text.length() + 16);
        appendJson(out, text, format);
        return Value.of(out.toString());
    }

    @Override
    public void appendJson(StringBuilder out, String text, ValueFormat format) {
        TextScanner scanner = new TextScanner(text);
        if (scanner.peek() == '[') {
            scanner.skipPast('=');
        }
        char separator = format.customTypes() ? delimiter : ',';
        appendLevel(out, scanner, separator, separator + "}", format);
        if (!scanner.isAtEnd()) {
            throw new BrokenTextException("text behind an array");
        }
    }

    private void appendLevel(StringBuilder out, TextScanner scanner, char separator, String ends, ValueFormat format) {
        scanner.expect('{');
        out.append('[');
        boolean first = true;
        while (!scanner.take('}')) {
            if (!first) {
                scanner.expect(separator);
                out.append(',');
            }
            first = false;
            if (scanner.peek() == '{') {
                appendLevel(out, scanner, separator, ends, format);
            } else {
                String part = scanner.part(ends);
                if (!scanner.wasQuoted() && part.toUpperCase(Locale.ROOT).equals("NULL")) {
                    out.append("null");
                } else {
                    element.appendJson(out, part, format);
                }
            }
        }
        out.append(']');
    }

    @Override
    public boolean dependsOnFormat() {
        return custom || delimiter != ',' || element.dependsOnFormat();
    }

    @Override
    public String encoded() {
        return (custom ? "customarray(" : "array(") + element.encoded() + (delimiter == ',' ? "" : delimiter) + ")";
    }
}
