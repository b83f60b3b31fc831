package io.serai.syncrules.evaluator;

import io.serai.change.Json;
import io.serai.change.Value;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The way to a value in a JSON document: names of members and indexes of arrays. Immutable. */
public record JsonPath(List<String> steps) {
    /** Copies the list. */
    public JsonPath {
        steps = List.copyOf(steps);
    }

    /**
     * Reads a path. With {@code fixed} it is split at dots only behind a {@code $}, which is dropped with all up to the first dot; else it is
     * always split, and a first piece that begins with {@code $} is dropped.
     */
    public static JsonPath of(String path, boolean fixed) {
        if (fixed && !path.startsWith("$")) {
            return new JsonPath(List.of(path));
        }
        List<String> steps = new ArrayList<>();
        int start = 0;
        for (int dot = path.indexOf('.'); dot >= 0; dot = path.indexOf('.', start)) {
            steps.add(path.substring(start, dot));
            start = dot + 1;
        }
        steps.add(path.substring(start));
        if (path.startsWith("$")) {
            steps.removeFirst();
        }
        return new JsonPath(steps);
    }

    /** The value at this path of the document in a value, as JSON text or, with {@code asText}, as a value. */
    Value extract(Value document, boolean asText, boolean fixed) {
        if (document == Value.NULL) {
            return Value.NULL;
        }
        Json found = walk(JsonDocuments.read(document));
        if (found == null) {
            return Value.NULL;
        }
        if (found == Json.Literal.NULL) {
            return asText == fixed ? Value.NULL : Value.of("null");
        }
        return asText ? found.toValue() : Value.of(found.text());
    }

    private @Nullable Json walk(Json document) {
        Json at = document;
        for (String step : steps) {
            at = step(at, step);
            if (at == null) {
                return null;
            }
        }
        return at;
    }

    private static @Nullable Json step(Json json, String step) {
        if (json instanceof Json.Object object) {
            return object.get(step);
        }
        if (json instanceof Json.Array array && JsonDocuments.isArrayIndex(step)) {
            long index = Long.parseLong(step);
            return index < array.elements().size() ? array.elements().get((int) index) : null;
        }
        return null;
    }
}
