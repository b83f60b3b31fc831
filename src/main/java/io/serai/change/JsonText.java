package io.serai.change;

import java.util.List;

/**
 * Compact JSON text: no spaces, members in their order, strings escaped only where they must be (quote, backslash, control characters, lone
 * surrogates), REAL numbers always with a point or an exponent. {@link JsonBytes} writes the same text as UTF-8.
 */
public final class JsonText {
    static final String HEX = "0123456789abcdef";

    private JsonText() {}

    /** {@code text} as a JSON string. */
    public static String quoted(String text) {
        StringBuilder out = new StringBuilder(text.length() + 2);
        appendQuoted(out, text);
        return out.toString();
    }

    /** Appends {@code text} as a JSON string. */
    public static void appendQuoted(StringBuilder out, String text) {
        out.append('"');
        int start = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c >= ' ' && c != '"' && c != '\\' && !Character.isSurrogate(c)) {
                continue;
            }
            if (isPair(text, i)) {
                i++;
                continue;
            }
            out.append(text, start, i);
            appendEscape(out, c);
            start = i + 1;
        }
        out.append(text, start, text.length()).append('"');
    }

    /**
     * Appends a value: NULL as {@code null}, INTEGER as digits, REAL as {@link NumberText#json}, TEXT quoted. A BLOB has no JSON form.
     *
     * @throws IllegalArgumentException for a BLOB or a value that is not {@linkplain Value#plain plain}
     */
    public static void append(StringBuilder out, Value value) {
        switch (value) {
            case Value.NullValue ignored -> out.append("null");
            case Value.IntegerValue integer -> out.append(integer.value());
            case Value.RealValue real -> out.append(NumberText.json(real));
            case Value.TextValue text -> appendQuoted(out, text.value());
            case Value.BlobValue ignored -> throw new IllegalArgumentException("a BLOB has no JSON form");
            case Value.EditionValue ignored -> throw new IllegalArgumentException("the value depends on the edition");
        }
    }

    /** Appends a document. */
    public static void append(StringBuilder out, Json json) {
        switch (json) {
            case Json.Literal literal ->
                out.append(
                        switch (literal) {
                            case NULL -> "null";
                            case TRUE -> "true";
                            case FALSE -> "false";
                        });
            case Json.IntegerNumber number -> out.append(number.value());
            case Json.RealNumber number -> NumberText.appendJson(out, number.value());
            case Json.Text text -> appendQuoted(out, text.value());
            case Json.Array array -> appendArray(out, array.elements());
            case Json.Object object -> appendObject(out, object.members());
        }
    }

    private static void appendArray(StringBuilder out, List<Json> elements) {
        out.append('[');
        for (int i = 0; i < elements.size(); i++) {
            if (i > 0) {
                out.append(',');
            }
            append(out, elements.get(i));
        }
        out.append(']');
    }

    private static void appendObject(StringBuilder out, List<Json.Member> members) {
        out.append('{');
        for (int i = 0; i < members.size(); i++) {
            if (i > 0) {
                out.append(',');
            }
            appendQuoted(out, members.get(i).name());
            out.append(':');
            append(out, members.get(i).value());
        }
        out.append('}');
    }

    /** Whether a surrogate pair starts at {@code index}. */
    static boolean isPair(String text, int index) {
        return Character.isHighSurrogate(text.charAt(index))
                && index + 1 < text.length()
                && Character.isLowSurrogate(text.charAt(index + 1));
    }

    private static void appendEscape(StringBuilder out, char c) {
        out.append('\\');
        char shortForm = shortEscape(c);
        if (shortForm != 0) {
            out.append(shortForm);
            return;
        }
        out.append('u');
        for (int shift = 12; shift >= 0; shift -= 4) {
            out.append(HEX.charAt(c >> shift & 0xf));
        }
    }

    /** The letter behind the backslash, or 0 when the character needs four hexadecimal digits. */
    static char shortEscape(char c) {
        return switch (c) {
            case '"', '\\' -> c;
            case '\b' -> 'b';
            case '\t' -> 't';
            case '\n' -> 'n';
            case '\f' -> 'f';
            case '\r' -> 'r';
            default -> 0;
        };
    }
}
