package io.serai.source.postgres;

import org.jspecify.annotations.Nullable;

/**
 * Walks through the text of a value with parts: arrays, composites and ranges quote alike (double quotes; inside, a backslash or a doubled quote
 * stands before a character that is meant literally). Confined to one thread.
 */
final class TextScanner {
    private final String text;
    private int at;
    private boolean quoted;

    TextScanner(String text) {
        this.text = text;
    }

    boolean isAtEnd() {
        return at == text.length();
    }

    char peek() {
        if (at == text.length()) {
            throw new BrokenTextException("the text ends too early");
        }
        return text.charAt(at);
    }

    /** Steps over {@code expected} if it comes next. */
    boolean take(char expected) {
        if (at < text.length() && text.charAt(at) == expected) {
            at++;
            return true;
        }
        return false;
    }

    void expect(char expected) {
        if (!take(expected)) {
            throw new BrokenTextException("a character is missing");
        }
    }

    /** Steps behind the next {@code last}. */
    void skipPast(char last) {
        int index = text.indexOf(last, at);
        if (index < 0) {
            throw new BrokenTextException("a character is missing");
        }
        at = index + 1;
    }

    /** The part up to one of {@code ends} outside quotes, without its quotes; {@link #wasQuoted} tells whether it had any. */
    String part(String ends) {
        StringBuilder out = new StringBuilder();
        quoted = false;
        boolean inside = false;
        while (inside || ends.indexOf(peek()) < 0) {
            char c = peek();
            at++;
            if (c == '\\') {
                out.append(peek());
                at++;
            } else if (c != '"') {
                out.append(c);
            } else if (inside && at < text.length() && text.charAt(at) == '"') {
                out.append('"');
                at++;
            } else {
                inside = !inside;
                quoted = true;
            }
        }
        return out.toString();
    }

    /** As {@link #part}, or null for one that is empty and has no quotes. */
    @Nullable
    String partOrNull(String ends) {
        String part = part(ends);
        return part.isEmpty() && !quoted ? null : part;
    }

    boolean wasQuoted() {
        return quoted;
    }
}
