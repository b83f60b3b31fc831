package io.serai.api.sync;

import io.serai.change.Json;
import io.serai.change.JsonReader;
import io.serai.change.JsonSyntaxException;
import org.jspecify.annotations.Nullable;

/** Reads the bodies of requests, which strangers write. */
final class RequestJson {
    private static final int MAX_DEPTH = 64;

    private RequestJson() {}

    /** The document, if it is JSON and not nested deeper than any request needs. */
    static Json read(String body) throws RequestRefused {
        try {
            return JsonReader.read(body, MAX_DEPTH);
        } catch (JsonSyntaxException e) {
            throw RequestRefused.invalid("The request's body is " + e.getMessage() + ".");
        }
    }

    /**
     * A number that is not negative, as a number or as its decimal text.
     *
     * @param what what the client calls it
     */
    static long number(@Nullable Json json, String what) throws RequestRefused {
        try {
            long value = switch (json) {
                case Json.Text text -> Long.parseLong(text.value());
                case Json.IntegerNumber number -> number.value().longValueExact();
                case null, default -> -1;
            };
            if (value >= 0) {
                return value;
            }
        } catch (ArithmeticException | NumberFormatException e) {
            // told below
        }
        throw RequestRefused.invalid(what + " is not a decimal number of at most 63 bits.");
    }
}
