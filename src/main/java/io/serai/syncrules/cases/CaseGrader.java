package io.serai.syncrules.cases;

import static io.serai.syncrules.cases.CaseMembers.elements;
import static io.serai.syncrules.cases.CaseMembers.get;
import static io.serai.syncrules.cases.CaseMembers.integer;
import static io.serai.syncrules.cases.CaseMembers.object;
import static io.serai.syncrules.cases.CaseMembers.objects;
import static io.serai.syncrules.cases.CaseMembers.objectsOrNone;
import static io.serai.syncrules.cases.CaseMembers.text;

import io.serai.change.Json;
import io.serai.change.JsonReader;
import io.serai.change.JsonSyntaxException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Compares what came of a case with what is expected, as cases.md says: order does not matter, and quirks excuse some differences. Confined to
 * one thread.
 */
public final class CaseGrader {
    private static final Pattern BUCKET = Pattern.compile("(.*?)(\\|\\d+)?(\\[.*\\])", Pattern.DOTALL);
    private static final Set<String> SKIPPED = Set.of("int-outside-64-bit", "non-sqlite-value", "version-sensitive");

    private final Json.Object expected;
    private final Json.Object actual;
    private final Set<String> quirks = new HashSet<>();
    private final List<String> differences = new ArrayList<>();

    private CaseGrader(Json.Object testCase, Json.Object actual) {
        this.expected = object(testCase, "expected");
        this.actual = actual;
        if (testCase.get("quirks") != null) {
            elements(testCase, "quirks").stream()
                    .filter(Json.Text.class::isInstance)
                    .forEach(quirk -> quirks.add(((Json.Text) quirk).value()));
        }
    }

    /**
     * What differs from what is expected, one line each, none when all is as expected; empty when the case does not count.
     *
     * @throws IllegalArgumentException when {@code expected} is not there, or not in the shape of the category
     */
    public static Optional<List<String>> differences(Json.Object testCase, Json.Object actual) {
        CaseGrader grader = new CaseGrader(testCase, actual);
        if (grader.quirks.stream().anyMatch(SKIPPED::contains)) {
            return Optional.empty();
        }
        grader.compare(text(testCase, "category"));
        return Optional.of(List.copyOf(grader.differences));
    }

    private void compare(String category) {
        for (String refusal : List.of("invalid", "requestError")) {
            boolean wanted = expected.get(refusal) != null;
            Json found = actual.get(refusal);
            if (wanted || found != null) {
                requireSame(found == null ? refusal : refusal + ": " + actual.text(), wanted, found != null);
                return;
            }
        }
        switch (category) {
            case "functions", "types" -> compareContexts();
            case "row-eval" -> {
                compare("row", rows(expected), rows(actual));
                compare("lookup", lookups(expected), lookups(actual));
                requireSame("rowErrors", isPositive(expected, "rowErrors"), isPositive(actual, "rowErrors"));
            }
            case "param" -> {
                compare("bucket", buckets(expected), buckets(actual));
                requireSame("errors", isPositive(expected, "errors"), isPositive(actual, "errors"));
            }
            case "errors" -> compareIssues();
            case "end-to-end" -> compareClients();
            case "op-format" -> compareOperations();
            default -> throw new IllegalArgumentException("the category \"" + category + "\" is not known");
        }
    }

    private void compareContexts() {
        for (Json.Member context : expected.members()) {
            String name = context.name();
            if (!(context.value() instanceof Json.Object wanted)) {
                continue;
            }
            boolean skipped = wanted.get("ungraded") != null
                    || (quirks.contains("literal-precision") && name.startsWith("legacy"));
            Json.Object found = object(actual, actual.get(name) == null ? "all" : name);
            if (!skipped && !isSame(wanted, found)) {
                differences.add(name + ": expected " + wanted.text() + ", found " + found.text());
            }
        }
    }

    private static boolean isSame(Json.Object wanted, Json.Object found) {
        Json value = wanted.get("value");
        Json other = found.get("value");
        if (value == null || other == null) {
            return value == null && other == null;
        }
        return TypedValues.value(value).equals(TypedValues.value(other));
    }

    private Map<Object, String> rows(Json.Object side) {
        Map<Object, String> rows = new LinkedHashMap<>();
        for (Json.Object row : objects(side, "rows")) {
            Object data = quirks.contains("non-finite-real") ? "" : data(text(row, "dataJson"));
            rows.put(
                    List.of(bucket(row), text(row, "table"), text(row, "id"), data),
                    text(row, "bucket") + " " + text(row, "table") + " " + text(row, "id") + " "
                            + text(row, "dataJson"));
        }
        return rows;
    }

    private static Map<Object, String> lookups(Json.Object side) {
        Map<Object, String> lookups = new LinkedHashMap<>();
        for (Json.Object lookup : objectsOrNone(side, "parameters")) {
            List<Json> key = elements(lookup, "lookup");
            if (key.size() < 2) {
                throw new IllegalArgumentException("a lookup begins with the names of its definition and its index");
            }
            Set<Object> values = new HashSet<>();
            for (Json.Object row : objects(lookup, "values")) {
                Set<Object> outputs = new HashSet<>();
                row.members().forEach(output -> outputs.add(TypedValues.value(output.value())));
                values.add(outputs);
            }
            lookups.put(List.of(key.subList(2, key.size()), values), lookup.text());
        }
        return lookups;
    }

    private Map<Object, String> buckets(Json.Object side) {
        Map<Object, String> buckets = new LinkedHashMap<>();
        for (Json.Object bucket : objects(side, "buckets")) {
            buckets.put(
                    List.of(bucket(bucket), integer(bucket, "priority"), text(bucket, "definition")),
                    text(bucket, "bucket") + " of " + text(bucket, "definition") + ", priority "
                            + integer(bucket, "priority"));
        }
        return buckets;
    }

    private Object bucket(Json.Object owner) {
        String name = text(owner, "bucket");
        Matcher matcher = BUCKET.matcher(name);
        if (!quirks.contains("bucket-name-order") || !matcher.matches()) {
            return name;
        }
        if (!(JsonReader.read(matcher.group(3)) instanceof Json.Array values)) {
            return name;
        }
        List<String> parameters = new ArrayList<>();
        values.elements().forEach(value -> parameters.add(value.text()));
        parameters.sort(null);
        return List.of(matcher.group(1), parameters);
    }

    private void compareIssues() {
        requireSame("valid", get(expected, "valid") == Json.Literal.TRUE, get(actual, "valid") == Json.Literal.TRUE);
        for (Json.Object issue : objectsOrNone(expected, "issues")) {
            if (isError(issue)
                    && issue.get("start") instanceof Json.IntegerNumber
                    && objectsOrNone(actual, "issues").stream()
                            .noneMatch(found -> isError(found)
                                    && integer(found, "start") <= integer(issue, "end")
                                    && integer(found, "end") >= integer(issue, "start"))) {
                differences.add("missing error " + issue.text());
            }
        }
        if (!differences.isEmpty()) {
            objectsOrNone(actual, "issues").forEach(issue -> differences.add("found " + issue.text()));
        }
    }

    private static boolean isError(Json.Object issue) {
        return new Json.Text("error").equals(issue.get("level"));
    }

    private void compareClients() {
        List<Json.Object> wanted = objects(expected, "clients");
        List<Json.Object> found = objects(actual, "clients");
        if (wanted.size() != found.size()) {
            differences.add("expected " + wanted.size() + " clients, the case has " + found.size());
            return;
        }
        for (int i = 0; i < wanted.size(); i++) {
            compare("row of client " + i, clientRows(wanted.get(i)), clientRows(found.get(i)));
        }
    }

    private static Map<Object, String> clientRows(Json.Object client) {
        Map<Object, String> rows = new LinkedHashMap<>();
        for (Json.Object row : objectsOrNone(client, "rows")) {
            Set<Object> variants = new HashSet<>();
            List<String> shown = new ArrayList<>();
            for (Json variant : elements(row, "dataJson")) {
                if (!(variant instanceof Json.Text text)) {
                    throw new IllegalArgumentException("the case's member \"dataJson\" is not an array of texts");
                }
                variants.add(data(text.value()));
                shown.add(text.value());
            }
            rows.put(
                    List.of(text(row, "table"), text(row, "id"), integer(row, "priority"), variants),
                    text(row, "table") + " " + text(row, "id") + ", priority " + integer(row, "priority") + ", "
                            + String.join(" or ", shown));
        }
        return rows;
    }

    private void compareOperations() {
        for (String name : List.of("checksum", "uuid", "subkey")) {
            Json wanted = expected.get(name);
            Json found = actual.get(name);
            if (wanted != null && !wanted.equals(found)) {
                differences.add(
                        name + ": expected " + wanted.text() + ", found " + (found == null ? "none" : found.text()));
            }
        }
    }

    private void compare(String what, Map<Object, String> wanted, Map<Object, String> found) {
        wanted.forEach((key, shown) -> {
            if (!found.containsKey(key)) {
                differences.add("missing " + what + ": " + shown);
            }
        });
        found.forEach((key, shown) -> {
            if (!wanted.containsKey(key)) {
                differences.add("unexpected " + what + ": " + shown);
            }
        });
    }

    private void requireSame(String fact, boolean wanted, boolean found) {
        if (wanted != found) {
            differences.add(wanted ? "expected " + fact : "unexpected " + fact);
        }
    }

    /** The data of a row with its members in any order; text that is not JSON is compared as it is. */
    private static Object data(String text) {
        try {
            return unordered(JsonReader.read(text));
        } catch (JsonSyntaxException e) {
            return text;
        }
    }

    private static Object unordered(Json json) {
        return switch (json) {
            case Json.Object object -> {
                Map<String, Object> members = new TreeMap<>();
                object.members().forEach(member -> members.put(member.name(), unordered(member.value())));
                yield members;
            }
            case Json.Array array ->
                array.elements().stream().map(CaseGrader::unordered).toList();
            default -> json.text();
        };
    }

    private static boolean isPositive(Json.Object owner, String name) {
        return owner.get(name) instanceof Json.IntegerNumber number
                && number.value().signum() > 0;
    }
}
