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
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A conversation that was recorded with PowerSync's service ({@code sample.ndjson}), with the same rows and requests. Lines are the same, apart from what
 * {@link ComparableLines} takes out, which is opaque to clients.
 */
@Timeout(60)
class RecordedConversationTest {
    private static final String USER = "e4774cdd-a079-3f86-414e-8b9140bb6db4";
    private static final String GLOBAL = "global[]";
    private static final String LISTS = "user_lists[\"" + USER + "\"]";
    private static final String CLIENT = "\"include_checksum\":true,\"raw_data\":true,\"client_id\":\"curl-sample\"";
    private static final String REQUEST = "{\"buckets\":[]," + CLIENT
            + ",\"parameters\":{},\"streams\":{\"include_defaults\":true,\"subscriptions\":[]}}";
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

    private final ComparableLines recordedBuckets = new ComparableLines();
    private final ComparableLines buckets = new ComparableLines();
    private List<List<Json.Object>> recorded;
    private SyncApiFixture fixture;

    /** The first request of the sample, and the changes while it was open. */
    @BeforeEach
    void talk() throws Exception {
        recorded = recorded();
        fixture = new SyncApiFixture(folder, RULES, SyncLimits.DEFAULT);
        List<Json.Object> first = recorded.getFirst();
        // The rows before: each list of the user's, and another's list that only the global bucket shows.
        Map<String, Change> rows = new LinkedHashMap<>();
        for (Json.Object line : first.subList(1, 3)) {
            rowsOf(line, rows);
        }
        fixture.begin(rows.values().toArray(Change[]::new));
        List<Json.Object> received = new ArrayList<>();
        try (Lines lines = fixture.stream(USER, REQUEST)) {
            received.addAll(received(lines));
            for (int from = 4; from < first.size(); ) {
                int to = from + 1;
                while (!isComplete(first.get(to++))) {}
                Map<String, Change> transaction = new LinkedHashMap<>();
                first.subList(from, to).forEach(line -> rowsOf(line, transaction));
                fixture.commit(transaction.values().toArray(Change[]::new));
                received.addAll(received(lines));
                from = to;
            }
        }
        recordedBuckets.learn(first);
        buckets.learn(received);
        assertSame(received, 1);
    }

    @AfterEach
    void stop() throws Exception {
        fixture.close();
    }

    @Test
    void goesOnWhereAClientWas() throws Exception {
        assertSame(stream(positions(after(GLOBAL, 15), after(LISTS, 15))), 2);
    }

    @Test
    void bringsAWriteCheckpointBack() throws Exception {
        HttpResponse<String> requested = fixture.get("/write-checkpoint2.json?client_id=curl-sample", USER);

        assertThat(JsonReader.read(requested.body())).isEqualTo(recorded.get(2).getFirst());
        assertSame(stream(positions(999_999, 999_999)), 4);
        assertSame(stream("{\"buckets\":[],\"client_id\":\"curl-sample\"}").subList(0, 2), 6);
    }

    @Test
    void refusesABadTokenAlike() throws Exception {
        HttpResponse<InputStream> refused = fixture.post("/sync/stream", "bad", REQUEST);
        String body = new String(refused.body().readAllBytes(), StandardCharsets.UTF_8);

        Json.Object expected = error(recorded.get(4).getFirst());
        Json.Object told = error((Json.Object) JsonReader.read(body));
        assertThat(refused.statusCode()).isEqualTo(401);
        assertThat(told.members())
                .extracting(Json.Member::name)
                .isEqualTo(expected.members().stream().map(Json.Member::name).toList());
        for (String member : List.of("code", "status", "name")) {
            assertThat(told.get(member)).isEqualTo(expected.get(member));
        }
    }

    private void assertSame(List<Json.Object> received, int request) {
        assertThat(buckets.of(received)).isEqualTo(recordedBuckets.of(recorded.get(request - 1)));
    }

    private List<Json.Object> stream(String body) throws Exception {
        try (Lines lines = fixture.stream(USER, body)) {
            return received(lines);
        }
    }

    private String positions(long global, long lists) {
        return "{\"buckets\":[{\"name\":\"" + buckets.name(GLOBAL) + "\",\"after\":\"" + global + "\"},{\"name\":\""
                + buckets.name(LISTS).replace("\"", "\\\"") + "\",\"after\":\"" + lists + "\"}]," + CLIENT + "}";
    }

    /** The op id here that stands where that one stood. */
    private long after(String bucket, long recordedId) {
        return buckets.idAt(bucket, recordedBuckets.place(bucket, recordedId));
    }

    private static Json.Object error(Json.Object answer) {
        return (Json.Object) Objects.requireNonNull(answer.get("error"));
    }

    /** The answers of the sample, in the order of its requests. */
    private static List<List<Json.Object>> recorded() throws Exception {
        List<List<Json.Object>> answers = new ArrayList<>();
        try (InputStream in =
                Objects.requireNonNull(RecordedConversationTest.class.getResourceAsStream("sample.ndjson"))) {
            for (String line : new String(in.readAllBytes(), StandardCharsets.UTF_8).split("\n", -1)) {
                if (line.matches("# \\d\\..*")) {
                    answers.add(new ArrayList<>());
                } else if (line.startsWith("{")) {
                    answers.getLast().add((Json.Object) JsonReader.read(line));
                }
            }
        }
        return answers;
    }

    private static List<Json.Object> received(Lines lines) throws Exception {
        return lines.upTo("checkpoint_complete").stream()
                .map(line -> (Json.Object) JsonReader.read(line))
                .toList();
    }

    private static boolean isComplete(Json.Object line) {
        return line.get("checkpoint_complete") != null;
    }

    /** The rows that a line of data puts or removes; the bucket with all columns wins. */
    private static void rowsOf(Json.Object line, Map<String, Change> rows) {
        if (!(line.get("data") instanceof Json.Object data)) {
            return;
        }
        for (Json each : ComparableLines.operations(data)) {
            Json.Object operation = (Json.Object) each;
            String table = ComparableLines.text(operation, "object_type");
            String id = ComparableLines.text(operation, "object_id");
            if (ComparableLines.text(operation, "op").equals("REMOVE")) {
                rows.put(table + id, gone(table, id));
                continue;
            }
            List<Object> members = new ArrayList<>();
            for (Json.Member member :
                    ((Json.Object) JsonReader.read(ComparableLines.text(operation, "data"))).members()) {
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
}
