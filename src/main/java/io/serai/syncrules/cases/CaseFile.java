package io.serai.syncrules.cases;

import io.serai.change.Json;
import io.serai.change.JsonReader;
import io.serai.change.JsonSyntaxException;
import java.util.ArrayList;
import java.util.List;

/** A file of cases: a document {@code {"cases":[…]}}, or one case per line. */
public final class CaseFile {
    private CaseFile() {}

    /**
     * The cases, at least one, in their order.
     *
     * @throws IllegalArgumentException when the text is neither form; the message says where
     */
    public static List<Json.Object> read(String text) {
        List<Json.Object> cases = isDocument(text) ? document(text) : lines(text);
        if (cases.isEmpty()) {
            throw new IllegalArgumentException("it has no cases");
        }
        return cases;
    }

    /** A first line that is not a whole object begins a document that goes on; one that is and has cases is a document, too. */
    private static boolean isDocument(String text) {
        String first = text.lines().filter(line -> !line.isBlank()).findFirst().orElse("");
        try {
            return JsonReader.read(first) instanceof Json.Object object && object.get("cases") != null;
        } catch (JsonSyntaxException e) {
            return true;
        }
    }

    private static List<Json.Object> document(String text) {
        Json document;
        try {
            document = JsonReader.read(text);
        } catch (JsonSyntaxException e) {
            long line = text.substring(0, Math.min(e.offset(), text.length()))
                            .chars()
                            .filter(c -> c == '\n')
                            .count()
                    + 1;
            throw new IllegalArgumentException("line " + line + ": " + e.getMessage(), e);
        }
        if (document instanceof Json.Object object) {
            return CaseMembers.objects(object, "cases");
        }
        throw new IllegalArgumentException("it is not an object with a member \"cases\"");
    }

    private static List<Json.Object> lines(String text) {
        List<Json.Object> cases = new ArrayList<>();
        int number = 0;
        for (String line : text.lines().toList()) {
            number++;
            if (line.isBlank()) {
                continue;
            }
            try {
                if (!(JsonReader.read(line) instanceof Json.Object object)) {
                    throw new IllegalArgumentException("not a JSON object");
                }
                cases.add(object);
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException("line " + number + ": " + e.getMessage(), e);
            }
        }
        return cases;
    }
}
