package io.serai.api.sync;

import static io.serai.api.sync.SyncApiFixture.gone;
import static io.serai.api.sync.SyncApiFixture.put;
import static org.assertj.core.api.Assertions.assertThat;

import io.serai.api.sync.SyncApiFixture.Change;
import io.serai.api.sync.SyncApiFixture.Lines;
import io.serai.change.Json;
import io.serai.change.JsonReader;
import io.serai.change.Value;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A conversation that was recorded with PowerSync's service ({@code sample.ndjson}), with the same rows. Apart from what is opaque (op ids, the number before a
 * bucket's name, subkeys, and the checksum of a REMOVE, which is that of the subkey), lines are the same.
 */
@Timeout(60)
class RecordedConversationTest {
    private static final String USER = "e4774cdd-a079-3f86-414e-8b9140bb6db4";
    private static final String REQUEST = "{\"buckets\":[],\"include_checksum\":true,\"raw_data\":true,"
            + "\"client_id\":\"curl-sample\",\"parameters\":{},"
            + "\"streams\":{\"include_defaults\":true,\"subscriptions\":[]}}";
    private static final String RULES = """
            bucket_definitions:
              user_lists:
                parameters: SELECT request.user_id() AS user_id
                data:
                  - SELECT * FROM lists WHERE owner_id = bucket.user_id
                  - SELECT * FROM todos WHERE owner_id = bucket.user_id
              global:
                data:
                  - SELECT id, name FROM lists
            """;

    @TempDir
    Path folder;

    @Test
    void isTheSameHere() throws Exception {
        List<Json.Object> recorded = recorded();
        try (SyncApiFixture fixture = new SyncApiFixture(folder, RULES, SyncLimits.DEFAULT)) {
            // The rows before: each list of the user's, and another's list that only the global bucket shows.
            Map<String, Change> rows = new LinkedHashMap<>();
            for (Json.Object line : recorded.subList(1, 3)) {
                rowsOf(line, rows);
            }
            fixture.begin(rows.values().toArray(Change[]::new));

            List<Json.Object> received = new ArrayList<>();
            try (Lines lines = fixture.stream(USER, REQUEST)) {
                receive(lines, received);
                for (int from = 4; from < recorded.size(); ) {
                    int to = from + 1;
                    while (!isComplete(recorded.get(to++))) {}
                    Map<String, Change> transaction = new LinkedHashMap<>();
                    recorded.subList(from, to).forEach(line -> rowsOf(line, transaction));
                    fixture.commit(transaction.values().toArray(Change[]::new));
                    receive(lines, received);
                    from = to;
                }
            }

            assertThat(normalised(received)).isEqualTo(normalised(recorded.subList(0, received.size())));
        }
    }

    /** The conversation of the first request in the sample. */
    private static List<Json.Object> recorded() throws Exception {
        try (InputStream in =
                Objects.requireNonNull(RecordedConversationTest.class.getResourceAsStream("sample.ndjson"))) {
            List<String> lines = new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .toList();
            int end = lines.indexOf("");
            return lines.subList(0, end).stream()
                    .filter(line -> !line.startsWith("#"))
                    .map(line -> (Json.Object) JsonReader.read(line))
                    .toList();
        }
    }

    private static void receive(Lines lines, List<Json.Object> received) throws Exception {
        lines.upTo("checkpoint_complete").forEach(line -> received.add((Json.Object) JsonReader.read(line)));
    }

    private static boolean isComplete(Json.Object line) {
        return line.get("checkpoint_complete") != null;
    }

    /** The rows that a line of data puts or removes; the bucket with all columns wins. */
    private static void rowsOf(Json.Object line, Map<String, Change> rows) {
        if (!(line.get("data") instanceof Json.Object data)) {
            return;
        }
        for (Json each : operations(data)) {
            Json.Object operation = (Json.Object) each;
            String table = text(operation, "object_type");
            String id = text(operation, "object_id");
            if (text(operation, "op").equals("REMOVE")) {
                rows.put(table + id, gone(table, id));
                continue;
            }
            List<Object> members = new ArrayList<>();
            for (Json.Member member : ((Json.Object) JsonReader.read(text(operation, "data"))).members()) {
                if (!member.name().equals("id")) {
                    members.add(member.name());
                    members.add(
                            member.value() instanceof Json.Text text
                                    ? Value.of(text.value())
                                    : member.value().toValue());
                }
            }
            rows.merge(
                    table + id,
                    put(table, id, members.toArray()),
                    (one, other) -> one.row().orElseThrow().size()
                                    > other.row().orElseThrow().size()
                            ? one
                            : other);
        }
    }

    private static String text(Json.Object object, String name) {
        return ((Json.Text) Objects.requireNonNull(object.get(name))).value();
    }

    private static List<Json> operations(Json.Object data) {
        return ((Json.Array) Objects.requireNonNull(data.get("data"))).elements();
    }

    /** The lines without what is opaque: op ids are replaced by places in their bucket, bucket checksums by the sum of what was sent, compared apart. */
    private static List<String> normalised(List<Json.Object> lines) {
        Map<String, Map<String, Integer>> places = new HashMap<>();
        List<String> normalised = new ArrayList<>();
        for (Json.Object line : lines) {
            String text = line.text().replaceAll("\"bucket\":\"\\d+#", "\"bucket\":\"N#");
            if (line.get("data") instanceof Json.Object data) {
                Map<String, Integer> placesHere =
                        places.computeIfAbsent(text(data, "bucket").replaceAll("^\\d+#", ""), b -> new TreeMap<>());
                List<String> operations = operations(data).stream()
                        .map(Json::text)
                        .map(operation -> operation
                                .replaceAll("\"op_id\":\"\\d+\"", "\"op_id\":\"?\"")
                                .replaceAll("\"subkey\":\"[^\"]+\"", "\"subkey\":\"?\"")
                                .replaceAll("(\"op\":\"REMOVE\".*\"checksum\":)\\d+", "$1?"))
                        .sorted()
                        .toList();
                placesHere.put(text(data, "next_after"), placesHere.size());
                text = text.replaceAll(
                                "\"data\":\\[.*\\]",
                                "\"data\":" + java.util.regex.Matcher.quoteReplacement(operations.toString()))
                        .replaceAll("\"next_after\":\"\\d+\"", "\"next_after\":\"" + placesHere.size() + "\"")
                        .replaceAll("\"after\":\"[1-9]\\d*\"", "\"after\":\"" + (placesHere.size() - 1) + "\"");
            }
            normalised.add(text.replaceAll("\"last_op_id\":\"\\d+\"", "\"last_op_id\":\"?\"")
                    .replaceAll("\"checksum\":-?\\d+,\"count\":(\\d+)", "\"checksum\":?,\"count\":$1"));
        }
        return normalised.stream()
                .map(RecordedConversationTest::withSortedWords)
                .collect(Collectors.toList());
    }

    /** Members of rows come in any order. */
    private static String withSortedWords(String line) {
        return line.contains("\"op\":\"PUT\"")
                ? Arrays.stream(line.split(",", -1)).sorted().collect(Collectors.joining(","))
                : line;
    }
}
