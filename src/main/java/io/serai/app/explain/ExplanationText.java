package io.serai.app.explain;

import io.serai.app.explain.Explanation.InTable;
import io.serai.bucket.Checksum;
import io.serai.bucket.Lookup;
import io.serai.change.Json;
import io.serai.change.JsonText;
import io.serai.syncrules.QueryOutcome;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;

/** An explanation in lines for people. */
final class ExplanationText {
    private ExplanationText() {}

    static String of(Explanation explanation) {
        return explanation.tables().stream().map(ExplanationText::of).collect(Collectors.joining("\n"));
    }

    private static String of(InTable answer) {
        StringBuilder out = new StringBuilder("source ")
                .append(answer.source())
                .append(", table ")
                .append(answer.table())
                .append(key(answer.key()))
                .append('\n');
        lines(out, "replicated", List.of(replicated(answer)));
        if (answer.replication() != Explanation.Replicated.NO) {
            lines(out, "row", List.of(row(answer)));
            lines(out, "buckets", buckets(answer));
        }
        lines(
                out,
                "rules",
                answer.outcomes().stream().map(ExplanationText::outcome).toList());
        lines(out, "note", answer.notes());
        return out.toString();
    }

    private static void lines(StringBuilder out, String label, List<String> lines) {
        String head = label;
        for (String line : lines) {
            out.append(String.format("  %-11s %s\n", head, line));
            head = "";
        }
    }

    private static String key(Json.Object key) {
        return key.members().stream()
                .map(member -> ", " + member.name() + " = " + member.value().text())
                .collect(Collectors.joining());
    }

    private static String replicated(InTable answer) {
        return switch (answer.replication()) {
            case NO -> "no";
            case GONE -> "no longer";
            case COPYING -> "yes, its copy is not done";
            case YES -> "yes, copied";
        };
    }

    private static String row(InTable answer) {
        String stored = answer.image().map(Json::text).orElse("not stored");
        if (answer.isIncomplete()) {
            return stored + " (incomplete)";
        }
        return answer.diverted()
                .map(reason -> stored + " (diverted: " + reason + ")")
                .orElse(stored);
    }

    private static List<String> buckets(InTable answer) {
        if (answer.places().isEmpty()) {
            return List.of("none");
        }
        return answer.places().stream()
                .map(place -> place.bucket().name() + ": " + place.table() + " " + JsonText.quoted(place.id())
                        + ", checksum " + Checksum.unsigned(place.checksum()))
                .toList();
    }

    private static String outcome(QueryOutcome outcome) {
        return outcome.query() + ": " + result(outcome.result());
    }

    private static String result(QueryOutcome.Result result) {
        return switch (result) {
            case QueryOutcome.Places places ->
                places.rows().stream()
                        .map(row -> row.bucket().name() + " gets " + row.row().table() + " "
                                + new String(row.row().json(), StandardCharsets.UTF_8))
                        .collect(Collectors.joining("; "));
            case QueryOutcome.Lookups lookups ->
                lookups.entries().stream().map(ExplanationText::lookup).collect(Collectors.joining("; "));
            case QueryOutcome.Failed failed -> "the query failed: " + failed.reason();
            case QueryOutcome.Missed missed -> "nothing, " + reason(missed);
        };
    }

    private static String lookup(Lookup lookup) {
        return "clients with " + lookup.key() + " get the bucket parameters " + lookup.values();
    }

    private static String reason(QueryOutcome.Missed missed) {
        return switch (missed) {
            case FILTERED -> "filtered out by its WHERE";
            case NO_ELEMENT -> "its json_each has no element";
            case NO_PARAMETER -> "the bucket parameter is NULL, a BLOB or empty";
            case NO_VALUE -> "a value that it selects is NULL or a BLOB";
        };
    }
}
