package io.serai.api.sync;

import static io.serai.api.sync.SyncApiFixture.put;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.serai.api.sync.SyncApiFixture.Lines;
import io.serai.testsupport.TestToken;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class AWriteCheckpointTest {
    private static final String RULES = """
            bucket_definitions:
              tags:
                data:
                  - SELECT * FROM tags
            """;
    private static final Duration SOON = Duration.ofSeconds(10);

    @TempDir
    Path folder;

    private SyncApiFixture fixture;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    @BeforeEach
    void start() throws Exception {
        fixture = new SyncApiFixture(folder, RULES, SyncLimits.DEFAULT);
        fixture.begin(put("tags", "x", "name", "red"));
    }

    @AfterEach
    void stop() throws Exception {
        threads.shutdownNow();
        await().atMost(SOON).until(() -> fixture.api().requests() == 0);
        fixture.close();
    }

    @Test
    void hasANumberThatGrowsForEachClientOfAUser() throws Exception {
        assertThat(fixture.get("/write-checkpoint2.json?client_id=phone", "ann").body())
                .isEqualTo("{\"data\":{\"write_checkpoint\":\"1\"}}");
        assertThat(fixture.get("/write-checkpoint2.json?client_id=phone", "ann").body())
                .isEqualTo("{\"data\":{\"write_checkpoint\":\"2\"}}");
        assertThat(fixture.get("/write-checkpoint2.json?client_id=tablet", "ann")
                        .body())
                .isEqualTo("{\"data\":{\"write_checkpoint\":\"1\"}}");
        assertThat(fixture.get("/write-checkpoint2.json?client_id=phone", "bob").body())
                .isEqualTo("{\"data\":{\"write_checkpoint\":\"1\"}}");
    }

    @Test
    void comesWithTheCheckpointThatShowsTheClientsWrite() throws Exception {
        try (Lines lines = fixture.stream("ann", "{\"client_id\":\"phone\"}")) {
            assertThat(lines.upTo("checkpoint_complete").getFirst()).doesNotContain("write_checkpoint");
            fixture.heads().ahead(2);
            fixture.get("/write-checkpoint2.json?client_id=phone", "ann");
            fixture.heads().ahead(0);

            fixture.commit(put("tags", "y", "name", "green"));
            assertThat(lines.upTo("checkpoint_complete").getFirst()).doesNotContain("write_checkpoint");

            fixture.commit(put("tags", "z", "name", "blue"));
            assertThat(lines.upTo("checkpoint_complete").getFirst()).contains("\"write_checkpoint\":\"1\"");
        }
    }

    @Test
    void comesToAnIdleClientWithNothingElse() throws Exception {
        try (Lines lines = fixture.stream("ann", "{\"client_id\":\"phone\"}")) {
            lines.upTo("checkpoint_complete");
            fixture.get("/write-checkpoint2.json?client_id=phone", "ann");

            assertThat(lines.upTo("checkpoint_complete").getFirst())
                    .startsWith("{\"checkpoint_diff\":")
                    .contains("\"write_checkpoint\":\"1\"", "\"updated_buckets\":[]");
        }
    }

    @Test
    void ofTheOlderKindIsTheCheckpointThatShowsAllThatTheSourceHad() throws Exception {
        fixture.heads().ahead(2);
        Future<HttpResponse<String>> answer = inBackground("/write-checkpoint.json?client_id=phone");
        await().atMost(SOON).until(() -> fixture.heads().expectations() == 1);
        fixture.commit(put("tags", "y", "name", "green"));
        assertThat(answer).isNotDone();

        fixture.commit(put("tags", "z", "name", "blue"));

        long opId = fixture.storage().checkpoint().orElseThrow().opId().value();
        assertThat(answer.get(10, TimeUnit.SECONDS).body()).isEqualTo("{\"data\":{\"checkpoint\":\"" + opId + "\"}}");
        await().atMost(SOON).until(() -> fixture.heads().expectations() == 0);
    }

    /** The positions of what is served are of the former log, and say nothing of the new one. */
    @Test
    void I8OfTheOlderKindWaitsForTheCopyOfASourceWhoseHistoryIsLost() throws Exception {
        for (int i = 0; i < 5; i++) {
            fixture.commit(put("tags", "y" + i, "name", "green"));
        }
        fixture.startOver();
        fixture.heads().ahead(1);
        Future<HttpResponse<String>> answer = inBackground("/write-checkpoint.json?client_id=phone");
        await().atMost(SOON).until(() -> fixture.heads().questions() == 1);
        fixture.commit(put("tags", "x", "name", "red"));
        await().during(Duration.ofMillis(500)).atMost(SOON).until(() -> !answer.isDone());

        fixture.begin(put("tags", "z", "name", "of the client"));

        long opId = fixture.storage().checkpoint().orElseThrow().opId().value();
        assertThat(answer.get(10, TimeUnit.SECONDS).body()).isEqualTo("{\"data\":{\"checkpoint\":\"" + opId + "\"}}");
    }

    @Test
    void ofTheOlderKindIsAnsweredAtOnceWhenTheSourceHasNoMore() throws Exception {
        long opId = fixture.storage().checkpoint().orElseThrow().opId().value();

        assertThat(fixture.get("/write-checkpoint.json", "ann").body())
                .isEqualTo("{\"data\":{\"checkpoint\":\"" + opId + "\"}}");
    }

    @Test
    void ofTheOlderKindIsForgottenWhenItsClientGoes() throws Exception {
        fixture.heads().ahead(1);
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), fixture.port())) {
            socket.getOutputStream()
                    .write(("GET /write-checkpoint.json HTTP/1.1\r\nHost: x\r\nAuthorization: Token "
                                    + TestToken.of("ann") + "\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            await().atMost(SOON).until(() -> fixture.heads().expectations() == 1);
            assertThat(fixture.api().requests()).isEqualTo(1);
        }

        await().atMost(SOON).until(() -> fixture.api().requests() == 0);
    }

    @Test
    void ofTheOlderKindIsRefusedWhenTheServiceStops() throws Exception {
        fixture.heads().ahead(1);
        Future<HttpResponse<String>> answer = inBackground("/write-checkpoint.json");
        await().atMost(SOON).until(() -> fixture.heads().expectations() == 1);

        fixture.api().close();

        assertThat(answer.get(10, TimeUnit.SECONDS).statusCode()).isEqualTo(503);
        assertThat(fixture.heads().expectations()).isZero();
        assertThat(fixture.get("/write-checkpoint2.json", "ann").statusCode()).isEqualTo(503);
    }

    @Test
    void isAskedForOnceForAllThatAskMeanwhile() throws Exception {
        fixture.heads().hold();
        Future<HttpResponse<String>> first = inBackground("/write-checkpoint2.json?client_id=c");
        await().atMost(SOON).until(() -> fixture.heads().questions() == 1);
        List<Future<HttpResponse<String>>> others = IntStream.range(0, 20)
                .mapToObj(i -> inBackground("/write-checkpoint2.json?client_id=c" + i))
                .toList();
        await().atMost(SOON).until(() -> fixture.api().requests() == 21);
        await().pollDelay(Duration.ofMillis(200)).until(() -> true);

        fixture.heads().answer();

        assertThat(first.get(10, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
        for (Future<HttpResponse<String>> other : others) {
            assertThat(other.get(10, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
        }
        assertThat(fixture.heads().questions()).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/write-checkpoint.json", "/write-checkpoint2.json"})
    void isRefusedWhileTheSourceCannotBeAsked(String path) throws Exception {
        fixture.heads().unreachable();

        HttpResponse<String> response = fixture.get(path, "ann");

        assertThat(response.statusCode()).isEqualTo(503);
        assertThat(response.body()).startsWith("{\"error\":{\"code\":\"PSYNC_S2003\",\"status\":503");
        assertThat(fixture.heads().expectations()).isZero();
    }

    @Test
    void hasTheNumberThatTheClientWantsUnlessItHasAHigherOne() throws Exception {
        assertThat(request("{\"client_id\":\"phone\",\"checkpoint_request_id\":\"7\"}"))
                .isEqualTo("{\"data\":{\"checkpoint_request_id\":\"7\"}}");
        assertThat(request("{\"client_id\":\"phone\",\"checkpoint_request_id\":3}"))
                .isEqualTo("{\"data\":{\"checkpoint_request_id\":\"7\"}}");
        assertThat(request("{\"client_id\":\"phone\",\"checkpoint_request_id\":9007199254740993}"))
                .isEqualTo("{\"data\":{\"checkpoint_request_id\":\"9007199254740993\"}}");
        try (Lines lines = fixture.stream("ann", "{\"client_id\":\"phone\"}")) {
            assertThat(lines.next()).contains("\"write_checkpoint\":\"9007199254740993\"");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "{}",
                "{\"checkpoint_request_id\":\"x\"}",
                "{\"checkpoint_request_id\":-1}",
                "{\"checkpoint_request_id\":\"99999999999999999999\"}",
                "{\"checkpoint_request_id\":1,\"client_id\":{}}"
            })
    void isRefusedWhenTheRequestIsNonsense(String body) throws Exception {
        HttpResponse<InputStream> response = fixture.post("/sync/checkpoint-request", TestToken.of("ann"), body);

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(fixture.heads().questions()).isZero();
    }

    @Test
    void isRefusedWhenTheClientsNameIsLongerThanNamesAre() throws Exception {
        assertThat(fixture.get("/write-checkpoint2.json?client_id=" + "x".repeat(257), "ann")
                        .statusCode())
                .isEqualTo(400);
    }

    private String request(String body) throws Exception {
        HttpResponse<InputStream> response = fixture.post("/sync/checkpoint-request", TestToken.of("ann"), body);
        try (InputStream in = response.body()) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private Future<HttpResponse<String>> inBackground(String path) {
        return threads.submit(() -> fixture.get(path, "ann"));
    }
}
