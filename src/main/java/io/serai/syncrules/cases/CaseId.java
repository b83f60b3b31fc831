package io.serai.syncrules.cases;

import io.serai.change.Json;
import io.serai.change.JsonReader;
import io.serai.change.JsonSyntaxException;
import java.util.Optional;

/** Finds the id of a case in text that is not JSON as a whole, so that the answer can name it. Confined to one thread. */
final class CaseId {
    private final String text;
    private int at;

    private CaseId(String text) {
        this.text = text;
    }

    /** The text that the outermost object's member {@code id} has; empty when it cannot be read. */
    static Optional<Json> find(String broken) {
        return new CaseId(broken).find();
    }

    private Optional<Json> find() {
        int depth = 0;
        while (at < text.length()) {
            char c = text.charAt(at);
            if (c == '"') {
                String name = string();
                if (depth == 1 && name.equals("\"id\"") && isNext(':') && isNext('"')) {
                    at--;
                    return read(string());
                }
                continue;
            }
            if (c == '{' || c == '[') {
                depth++;
            } else if (c == '}' || c == ']') {
                depth--;
            }
            at++;
        }
        return Optional.empty();
    }

    /** The string that begins here, with its quotes as far as they are there. */
    private String string() {
        int start = at++;
        while (at < text.length() && text.charAt(at) != '"') {
            at += text.charAt(at) == '\\' ? 2 : 1;
        }
        at = Math.min(at + 1, text.length());
        return text.substring(start, at);
    }

    private boolean isNext(char expected) {
        while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
            at++;
        }
        return at < text.length() && text.charAt(at++) == expected;
    }

    private static Optional<Json> read(String quoted) {
        try {
            return Optional.of(JsonReader.read(quoted));
        } catch (JsonSyntaxException e) {
            return Optional.empty();
        }
    }
}
