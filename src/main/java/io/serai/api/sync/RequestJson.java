package io.serai.api.sync;

import io.serai.change.Json;
import io.serai.change.JsonReader;
import io.serai.change.JsonSyntaxException;

/** Reads the bodies of requests, which strangers write. */
final class RequestJson {
    private static final int MAX_DEPTH = 64;

    private RequestJson() {}

    /** The document, if it is JSON and not nested deeper than any request needs: reading takes a piece of the thread's stack for each level. */
    static Json read(String body) throws RequestRefused {
        if (depth(body) > MAX_DEPTH) {
            throw RequestRefused.invalid("The request's body has more than " + MAX_DEPTH + " levels.");
        }
        try {
            return JsonReader.read(body);
        } catch (JsonSyntaxException e) {
            throw RequestRefused.invalid("The request's body is not JSON.");
        }
    }

    private static int depth(String body) {
        int depth = 0;
        int deepest = 0;
        boolean inText = false;
        for (int i = 0; i < body.length(); i++) {
            char c = body.charAt(i);
            if (inText) {
                if (c == '\\') {
                    i++;
                } else if (c == '"') {
                    inText = false;
                }
            } else {
                switch (c) {
                    case '"' -> inText = true;
                    case '[', '{' -> deepest = Math.max(deepest, ++depth);
                    case ']', '}' -> depth--;
                    default -> {}
                }
            }
        }
        return deepest;
    }
}
