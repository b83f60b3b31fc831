package io.serai.syncrules.cases;

import io.serai.change.Json;
import io.serai.change.JsonReader;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Compares what came of a case with what is expected, as cases.md says: order does not matter, and quirks excuse some differences. */
public final class CaseGrader {
    private static final Pattern BUCKET = Pattern.compile("(.*?)(\\|\\d+)?(\\[.*\\])", Pattern.DOTALL);
    private static final Set<String> SKIPPED = Set.of("int-outside-64-bit", "non-sqlite-value", "version-sensitive");

    private final Json.Object expected;
    private final Json.Object actual;
    private final Set<String> quirks = new HashSet<>();

    private CaseGrader(Json.Object testCase, Json.Object actual) {
        this.expected = (Json.Object) member(testCase, "expected");
        this.actual = actual;
        elements(testCase, "quirks").forEach(quirk -> quirks.add(((Json.Text) quirk).value()));
    }

    /** Whether {@code actual} is as expected; empty when the case does not count. */
    public static Optional<Boolean> grade(Json.Object testCase, Json.Object actual) {
        CaseGrader grader = new CaseGrader(testCase, actual);
        if (grader.quirks.stream().anyMatch(SKIPPED::contains)) {
            return Optional.empty();
        }
        if (grader.expected.get("invalid") != null) {
            return Optional.of(actual.get("invalid") != null);
        }
        return Optional.of(
                switch (((Json.Text) member(testCase, "category")).value()) {
                    case "functions" -> grader.functions();
                    case "row-eval" -> grader.rows();
                    case "param" -> grader.buckets();
                    case "errors" -> grader.issues();
                    case "end-to-end" -> grader.clients();
                    case "op-format" -> grader.operations();
                    default -> throw new IllegalArgumentException("unknown category");
                });
    }

    private boolean functions() {
        for (Json.Member context : expected.members()) {
            Json.Object wanted = (Json.Object) context.value();
            boolean skipped = wanted.get("ungraded") != null
                    || (quirks.contains("literal-precision") && context.name().startsWith("legacy"));
            if (!skipped && !isSame(wanted, (Json.Object) member(actual, context.name()))) {
                return false;
            }
        }
        return true;
    }

    private static boolean isSame(Json.Object wanted, Json.Object found) {
        Json value = wanted.get("value");
        if (value == null) {
            return found.get("value") == null;
        }
        return found.get("value") != null && TypedValues.value(value).equals(TypedValues.value(member(found, "value")));
    }

    private boolean rows() {
        return actual.get("rows") != null
                && rows(expected).equals(rows(actual))
                && lookups(expected).equals(lookups(actual))
                && isPositive(expected, "rowErrors") == isPositive(actual, "rowErrors");
    }

    private Set<Object> rows(Json.Object side) {
        Set<Object> rows = new HashSet<>();
        for (Json item : elements(side, "rows")) {
            Json.Object row = (Json.Object) item;
            Object data = quirks.contains("non-finite-real") ? "" : data(member(row, "dataJson"));
            rows.add(List.of(bucket(row), member(row, "table"), member(row, "id"), data));
        }
        return rows;
    }

    private static Set<Object> lookups(Json.Object side) {
        Set<Object> lookups = new HashSet<>();
        for (Json item : elements(side, "parameters")) {
            Json.Object lookup = (Json.Object) item;
            List<Json> key = elements(lookup, "lookup");
            Set<Object> values = new HashSet<>();
            for (Json row : elements(lookup, "values")) {
                Set<Object> outputs = new HashSet<>();
                ((Json.Object) row).members().forEach(output -> outputs.add(TypedValues.value(output.value())));
                values.add(outputs);
            }
            lookups.add(List.of(key.subList(2, key.size()), values));
        }
        return lookups;
    }

    private boolean buckets() {
        if (expected.get("requestError") != null || actual.get("buckets") == null) {
            return expected.get("requestError") != null && actual.get("requestError") != null;
        }
        return buckets(expected).equals(buckets(actual))
                && isPositive(expected, "errors") == isPositive(actual, "errors");
    }

    private Set<Object> buckets(Json.Object side) {
        Set<Object> buckets = new HashSet<>();
        for (Json item : elements(side, "buckets")) {
            Json.Object bucket = (Json.Object) item;
            buckets.add(List.of(bucket(bucket), member(bucket, "priority"), member(bucket, "definition")));
        }
        return buckets;
    }

    private Object bucket(Json.Object owner) {
        String name = ((Json.Text) member(owner, "bucket")).value();
        Matcher matcher = BUCKET.matcher(name);
        if (!quirks.contains("bucket-name-order") || !matcher.matches()) {
            return name;
        }
        List<String> parameters = new ArrayList<>();
        ((Json.Array) JsonReader.read(matcher.group(3))).elements().forEach(value -> parameters.add(value.text()));
        parameters.sort(null);
        return List.of(matcher.group(1), parameters);
    }

    private boolean issues() {
        if (expected.get("valid") != actual.get("valid")) {
            return false;
        }
        return elements(expected, "issues").stream()
                .map(Json.Object.class::cast)
                .filter(issue -> isError(issue) && issue.get("start") instanceof Json.IntegerNumber)
                .allMatch(issue -> elements(actual, "issues").stream()
                        .map(Json.Object.class::cast)
                        .anyMatch(found -> isError(found)
                                && number(found, "start") <= number(issue, "end")
                                && number(found, "end") >= number(issue, "start")));
    }

    private static boolean isError(Json.Object issue) {
        return new Json.Text("error").equals(issue.get("level"));
    }

    private boolean clients() {
        List<Object> wanted = new ArrayList<>();
        List<Object> found = new ArrayList<>();
        elements(expected, "clients").forEach(client -> wanted.add(client((Json.Object) client)));
        elements(actual, "clients").forEach(client -> found.add(client((Json.Object) client)));
        return wanted.equals(found);
    }

    private static Object client(Json.Object client) {
        Map<Object, Object> rows = new HashMap<>();
        for (Json item : elements(client, "rows")) {
            Json.Object row = (Json.Object) item;
            Set<Object> variants = new HashSet<>();
            elements(row, "dataJson").forEach(text -> variants.add(data(text)));
            rows.put(List.of(member(row, "table"), member(row, "id")), List.of(member(row, "priority"), variants));
        }
        return rows;
    }

    private boolean operations() {
        for (String name : List.of("checksum", "uuid", "subkey")) {
            Json wanted = expected.get(name);
            if (wanted != null && !matches(wanted, actual)) {
                return false;
            }
        }
        return true;
    }

    private static boolean matches(Json wanted, Json.Object actual) {
        return wanted.equals(actual.get("checksum"))
                || wanted.equals(actual.get("uuid"))
                || wanted.equals(actual.get("subkey"));
    }

    /** The data of a row with its members in any order. */
    private static Object data(Json text) {
        return unordered(JsonReader.read(((Json.Text) text).value()));
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

    private static long number(Json.Object owner, String name) {
        return ((Json.IntegerNumber) member(owner, name)).value().longValueExact();
    }

    private static List<Json> elements(Json.Object owner, String name) {
        return owner.get(name) instanceof Json.Array array ? array.elements() : List.of();
    }

    private static Json member(Json.Object owner, String name) {
        Json value = owner.get(name);
        if (value == null) {
            throw new IllegalArgumentException("no member " + name + " in " + owner.text());
        }
        return value;
    }
}
