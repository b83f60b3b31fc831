package io.serai.api.sync;

import static io.serai.api.sync.SyncApiFixture.gone;
import static io.serai.api.sync.SyncApiFixture.put;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.serai.api.sync.SyncApiFixture.Lines;
import io.serai.storage.Generation;
import io.serai.testsupport.TestToken;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import org.bson.BsonBinaryReader;
import org.bson.BsonDocument;
import org.bson.codecs.BsonDocumentCodec;
import org.bson.codecs.DecoderContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class AStreamTest {
    private static final String NEW_CLIENT = "{\"raw_data\":true,\"client_id\":\"c1\"}";
    private static final SyncLimits LIMITS =
            new SyncLimits(20, 20, 3, 10_000, Duration.ofMillis(300), Duration.ofSeconds(20));
    private static final String RULES = """
            config:
              edition: 3
            streams:
              mine:
                auto_subscribe: true
                query: SELECT * FROM todos WHERE owner = auth.user_id()
              shared:
                auto_subscribe: true
                priority: 1
                query: SELECT lists.* FROM lists, members WHERE lists.id = members.list AND members.member = auth.user_id()
              one:
                query: SELECT * FROM todos WHERE id = subscription.parameter('id')
              tags:
                query: SELECT * FROM tags WHERE id IN subscription.parameter('ids')
            """;

    @TempDir
    Path folder;

    private SyncApiFixture fixture;

    @BeforeEach
    void start() throws Exception {
        fixture = new SyncApiFixture(folder, RULES, LIMITS);
    }

    @AfterEach
    void stop() throws Exception {
        fixture.close();
    }

    @Test
    void beginsWithACheckpointAndItsData() throws Exception {
        fixture.begin(put("todos", "t1", "owner", "ann"), put("todos", "t2", "owner", "bob"));

        try (Lines lines = fixture.stream("ann", NEW_CLIENT)) {
            assertThat(lines.next())
                    .matches("\\{\"checkpoint\":\\{\"last_op_id\":\"\\d+\",\"buckets\":\\[\\{\"bucket\":\".*")
                    .contains("\"count\":1,\"priority\":3,\"subscriptions\":[{\"default\":0}]")
                    .contains(
                            "\"streams\":[{\"name\":\"mine\",\"is_default\":true,\"errors\":[]},{\"name\":\"shared\"");
            assertThat(lines.next())
                    .startsWith("{\"data\":{\"bucket\":\"")
                    .containsPattern(
                            "\"after\":\"0\",\"has_more\":false,\"data\":\\[\\{\"op_id\":\"\\d+\",\"op\":\"PUT\",\"object_type\":\"todos\"")
                    .contains("\"data\":\"{\\\"id\\\":\\\"t1\\\",\\\"owner\\\":\\\"ann\\\"}\"")
                    .containsPattern("\"next_after\":\"\\d+\"}}$");
            assertThat(lines.next()).matches("\\{\"checkpoint_complete\":\\{\"last_op_id\":\"\\d+\"}}");
        }
    }

    @Test
    void tellsOfWhatConcernsTheClientAndOfNothingElse() throws Exception {
        fixture.begin(put("todos", "t1", "owner", "ann"));
        try (Lines lines = fixture.stream("ann", NEW_CLIENT)) {
            lines.upTo("checkpoint_complete");

            fixture.commit(put("todos", "t2", "owner", "bob"));
            fixture.commit(gone("todos", "t1"));

            assertThat(lines.upTo("checkpoint_diff").getLast()).contains("\"count\":2");
            assertThat(lines.next())
                    .contains("\"op\":\"REMOVE\"")
                    .contains("\"data\":null")
                    .doesNotContain("t2");
            assertThat(lines.next()).startsWith("{\"checkpoint_complete\"");
        }
    }

    @Test
    void goesOnWhereTheClientIs() throws Exception {
        fixture.begin(put("todos", "t1", "owner", "ann"));
        String bucket;
        String after;
        try (Lines lines = fixture.stream("ann", NEW_CLIENT)) {
            String data = lines.upTo("data").getLast();
            after = data.replaceAll(".*\"next_after\":\"(\\d+)\".*", "$1");
            bucket = data.replaceAll(".*\"bucket\":(\".*?[^\\\\]\"),\"after.*", "$1");
        }
        fixture.commit(put("todos", "t2", "owner", "ann"));

        try (Lines lines = fixture.stream(
                "ann", "{\"raw_data\":true,\"buckets\":[{\"name\":" + bucket + ",\"after\":\"" + after + "\"}]}")) {
            assertThat(lines.next()).contains("\"count\":2");
            assertThat(lines.next())
                    .contains("\"after\":\"" + after + "\"")
                    .contains("t2")
                    .doesNotContain("t1");
        }
    }

    @Test
    void addsAndRemovesBucketsAsLookupsChange() throws Exception {
        fixture.begin(put("lists", "l1", "name", "home"));
        try (Lines lines = fixture.stream("ann", NEW_CLIENT)) {
            assertThat(lines.upTo("checkpoint_complete").getFirst())
                    .contains("\"priority\":3")
                    .doesNotContain("\"priority\":1");

            fixture.commit(put("members", "m1", "list", "l1", "member", "ann"));
            assertThat(lines.upTo("checkpoint_diff").getLast())
                    .contains("\"removed_buckets\":[]")
                    .contains("\"priority\":1");
            assertThat(lines.next()).contains("home");
            lines.upTo("checkpoint_complete");

            fixture.commit(gone("members", "m1"));
            assertThat(lines.upTo("checkpoint_diff").getLast())
                    .contains("\"updated_buckets\":[]")
                    .contains("\\\"l1\\\"");
        }
    }

    @Test
    void sendsAllOfABucketThatTheClientHadLostWhenItCameBack() throws Exception {
        fixture.begin(put("lists", "l1", "name", "home"), put("members", "m1", "list", "l1", "member", "ann"));
        String bucket;
        String after;
        try (Lines lines = fixture.stream("ann", NEW_CLIENT)) {
            String data = lines.upTo("data").getLast();
            after = data.replaceAll(".*\"next_after\":\"(\\d+)\".*", "$1");
            bucket = data.replaceAll(".*\"bucket\":(\".*?[^\\\\]\"),\"after.*", "$1");
        }
        fixture.commit(gone("members", "m1"));

        try (Lines lines = fixture.stream(
                "ann", "{\"raw_data\":true,\"buckets\":[{\"name\":" + bucket + ",\"after\":\"" + after + "\"}]}")) {
            lines.upTo("checkpoint_complete");
            fixture.commit(put("members", "m1", "list", "l1", "member", "ann"));
            lines.upTo("checkpoint_diff");

            assertThat(lines.next()).contains("\"after\":\"0\"").contains("home");
        }
    }

    @Test
    void I3AClientNeverSeesHalfOfATransactionThatTouchesTwoOfItsBuckets() throws Exception {
        fixture.begin(put("todos", "t", "owner", "ann", "n", 0), put("todos", "u", "owner", "zoe", "n", 0));
        String body =
                "{\"raw_data\":true,\"streams\":{\"subscriptions\":[{\"stream\":\"one\",\"parameters\":{\"id\":\"u\"}}]}}";
        try (Lines lines = fixture.stream("ann", body)) {
            lines.upTo("checkpoint_complete");
            for (int n = 1; n <= 200; n++) {
                fixture.commit(put("todos", "t", "owner", "ann", "n", n), put("todos", "u", "owner", "zoe", "n", n));
            }
            int[] last = {0, 0};
            while (last[0] < 200) {
                for (String line : lines.upTo("checkpoint_complete")) {
                    if (line.startsWith("{\"data\"")) {
                        int n = Integer.parseInt(line.replaceAll(".*\\\\\"n\\\\\":(\\d+).*", "$1"));
                        last[line.contains("\"object_id\":\"t\"") ? 0 : 1] = n;
                    }
                }
                assertThat(last[1]).isEqualTo(last[0]);
            }
        }
    }

    @Test
    void servesSubscriptionsAndTellsOfTheErrorsOfEach() throws Exception {
        fixture.begin(put("todos", "t1", "owner", "bob"), put("tags", "x", "name", "red"));
        String body = """
                {"raw_data":true,"streams":{"include_defaults":false,"subscriptions":[
                  {"stream":"one","parameters":{"id":"t1"},"override_priority":0},
                  {"stream":"tags","parameters":{"ids":"not json"}},
                  {"stream":"nowhere","parameters":null}]}}""";

        try (Lines lines = fixture.stream("ann", body)) {
            assertThat(lines.next())
                    .contains("\"priority\":0,\"subscriptions\":[{\"sub\":0}]")
                    .contains("{\"name\":\"one\",\"is_default\":false,\"errors\":[]}")
                    .containsPattern(
                            "\"name\":\"tags\",\"is_default\":false,\"errors\":\\[\\{\"subscription\":1,\"message\":\"[^\"]+\"")
                    .contains("{\"name\":\"nowhere\",\"is_default\":false,\"errors\":[{\"subscription\":2,")
                    .doesNotContain("\"mine\"");
            assertThat(lines.next()).contains("t1");
            assertThat(lines.next()).startsWith("{\"checkpoint_complete\"");
        }
    }

    @Test
    void keepsToTheBucketsThatTheClientWantsOnly() throws Exception {
        fixture.begin(put("todos", "t1", "owner", "ann"));

        try (Lines lines = fixture.stream("ann", "{\"only\":[\"another\"]}")) {
            assertThat(lines.next()).contains("\"buckets\":[]");
            assertThat(lines.next()).startsWith("{\"checkpoint_complete\"");
        }
    }

    @Test
    void givesOldClientsDataAsJson() throws Exception {
        fixture.begin(put("todos", "t1", "owner", "ann"));

        try (Lines lines = fixture.stream("ann", "{}")) {
            assertThat(lines.upTo("data").getLast()).contains("\"data\":{\"id\":\"t1\",\"owner\":\"ann\"}");
        }
    }

    @Test
    void saysHowLongTheTokenIsGoodAndEndsWithIt() throws Exception {
        fixture.begin(put("todos", "t1", "owner", "ann"));
        String token = TestToken.of("ann", Duration.ofSeconds(-58), ""); // clocks may differ by a minute

        try (Lines lines = new Lines(fixture.post("/sync/stream", token, NEW_CLIENT))) {
            lines.upTo("checkpoint_complete");
            assertThat(lines.next()).matches("\\{\"token_expires_in\":[012]}");
            assertThat(lines.rest())
                    .isNotEmpty()
                    .allMatch(line -> line.startsWith("{\"token_expires_in\":"))
                    .last()
                    .isEqualTo("{\"token_expires_in\":0}");
        }
    }

    @Test
    void waitsForTheFirstCheckpoint() throws Exception {
        try (Lines lines = fixture.stream("ann", NEW_CLIENT)) {
            assertThat(lines.next()).startsWith("{\"token_expires_in\":");

            fixture.begin(put("todos", "t1", "owner", "ann"));

            assertThat(lines.upTo("checkpoint").getLast()).contains("\"count\":1");
        }
    }

    @Test
    void goesOnUnderAnotherSyncConfig() throws Exception {
        fixture.begin(put("todos", "t1", "owner", "ann"), put("todos", "t2", "owner", "bob"));
        Generation before = fixture.storage().generations().active().orElseThrow();
        try (Lines lines = fixture.stream("ann", NEW_CLIENT)) {
            lines.upTo("checkpoint_complete");

            fixture.deploy(
                    RULES.replace("owner = auth.user_id()", "owner <> 'nobody'"),
                    put("todos", "t1", "owner", "ann"),
                    put("todos", "t2", "owner", "bob"));

            String diff = lines.upTo("checkpoint_diff").getLast();
            assertThat(diff)
                    .contains("\"removed_buckets\":[\"" + before.number() + "#mine")
                    .contains("\"count\":2");
            assertThat(lines.upTo("checkpoint_complete").getFirst())
                    .contains("t1")
                    .contains("t2");
        }
    }

    @Test
    void goesOnWhenWhatItIsBeingSentIsCompacted() throws Exception {
        SyncApiFixture.Change[] many = new SyncApiFixture.Change[3000];
        for (int i = 0; i < many.length; i++) {
            many[i] = put("todos", "t" + i, "owner", "ann", "text", "x".repeat(2000));
        }
        fixture.begin(many);
        try (Lines lines = fixture.stream("ann", NEW_CLIENT)) {
            List<String> sent = lines.upTo("data");

            fixture.commit(gone("todos", "t0"), put("todos", "t1", "owner", "ann", "text", "y"));
            fixture.storage().compact(fixture.storage().checkpoint().orElseThrow());

            sent.addAll(lines.upTo("checkpoint_complete"));
            Set<String> rows = new HashSet<>();
            Matcher operation = Pattern.compile(
                            "\"op\":\"(PUT|REMOVE)\",\"object_type\":\"todos\",\"object_id\":\"(t\\d+)\"")
                    .matcher(String.join("", sent));
            while (operation.find()) {
                if (operation.group(1).equals("PUT")) {
                    rows.add(operation.group(2));
                } else {
                    rows.remove(operation.group(2));
                }
            }
            assertThat(rows).hasSize(2999).doesNotContain("t0");
            assertThat(sent.getLast())
                    .contains(
                            fixture.storage().checkpoint().orElseThrow().opId().toString());
        }
    }

    @Test
    void isServedAsBsonToClientsThatPreferIt() throws Exception {
        fixture.begin(put("todos", "t1", "owner", "ann"));

        HttpResponse<InputStream> response = fixture.post(
                "/sync/stream",
                TestToken.of("ann"),
                NEW_CLIENT,
                "Accept",
                "application/vnd.powersync.bson-stream;q=0.9,application/x-ndjson;q=0.8");

        assertThat(response.headers().firstValue("Content-Type")).contains("application/vnd.powersync.bson-stream");
        try (InputStream in = response.body()) {
            BsonDocument checkpoint = document(in).getDocument("checkpoint");
            BsonDocument data = document(in).getDocument("data");
            assertThat(checkpoint
                                    .getArray("buckets")
                                    .get(0)
                                    .asDocument()
                                    .getNumber("checksum")
                                    .longValue()
                            & 0xffff_ffffL)
                    .isEqualTo(data.getArray("data")
                            .get(0)
                            .asDocument()
                            .getNumber("checksum")
                            .longValue());
            assertThat(data.getArray("data")
                            .get(0)
                            .asDocument()
                            .getString("data")
                            .getValue())
                    .isEqualTo("{\"id\":\"t1\",\"owner\":\"ann\"}");
            assertThat(document(in)).containsKey("checkpoint_complete");
        }
    }

    private static BsonDocument document(InputStream in) throws Exception {
        byte[] length = in.readNBytes(4);
        int size = Integer.reverseBytes(ByteBuffer.wrap(length).getInt());
        ByteBuffer document = ByteBuffer.allocate(size)
                .put(length)
                .put(in.readNBytes(size - 4))
                .flip();
        try (BsonBinaryReader reader = new BsonBinaryReader(document)) {
            return new BsonDocumentCodec()
                    .decode(reader, DecoderContext.builder().build());
        }
    }

    @Test
    void isCompressedForClientsThatAcceptIt() throws Exception {
        List<SyncApiFixture.Change> rows = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            rows.add(put("todos", "t" + i, "owner", "ann", "text", "x".repeat(1000)));
        }
        fixture.begin(rows.toArray(SyncApiFixture.Change[]::new));

        HttpResponse<InputStream> response =
                fixture.post("/sync/stream", TestToken.of("ann"), NEW_CLIENT, "Accept-Encoding", "gzip, deflate");

        assertThat(response.headers().firstValue("Content-Encoding")).contains("gzip");
        try (InputStream in = new GZIPInputStream(response.body())) {
            StringBuilder all = new StringBuilder();
            String line = "";
            while (!line.startsWith("{\"checkpoint_complete")) {
                line = line(in);
                all.append(line);
            }
            assertThat(all.toString().split("\"op_id\"", -1)).hasSize(501);
            fixture.commit(gone("todos", "t1"));
            while (!line.startsWith("{\"checkpoint_diff")) {
                line = line(in);
            }
        }
    }

    /** Reads no byte too many: a reader would wait until its buffer is full. */
    private static String line(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int b = in.read(); b != '\n'; b = in.read()) {
            line.write(b);
        }
        return line.toString(StandardCharsets.UTF_8);
    }

    @Test
    void isForgottenWhenItsClientGoes() throws Exception {
        fixture.begin(put("todos", "t1", "owner", "ann"));
        Lines lines = fixture.stream("ann", NEW_CLIENT);
        lines.upTo("checkpoint_complete");
        assertThat(fixture.api().streams()).isEqualTo(1);

        lines.close();

        await().atMost(Duration.ofSeconds(10)).until(() -> fixture.api().streams() == 0);
    }
}
