package io.serai.api.sync;

import static io.serai.api.sync.SyncApiFixture.put;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.serai.api.sync.SyncApiFixture.Lines;
import io.serai.testsupport.TestToken;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class AHostileClientTest {
    private static final SyncLimits LIMITS =
            new SyncLimits(20, 20, 3, 10_000, Duration.ofSeconds(20), Duration.ofMillis(1500));
    private static final String RULES = """
            bucket_definitions:
              mine:
                parameters: SELECT value AS owner FROM json_each(request.parameter('owners'))
                data:
                  - SELECT * FROM todos WHERE owner = bucket.owner
              tags:
                data:
                  - SELECT * FROM tags
            """;
    private static final String NOTHING = "{\"parameters\":{\"owners\":[]}}";

    @TempDir
    Path folder;

    private SyncApiFixture fixture;

    @BeforeEach
    void start() throws Exception {
        fixture = new SyncApiFixture(folder, RULES, LIMITS);
        fixture.begin(put("tags", "x", "name", "red"));
    }

    @AfterEach
    void othersAreServedAllTheSame() throws Exception {
        try (Lines lines = fixture.stream("bob", NOTHING)) {
            assertThat(lines.upTo("checkpoint_complete")).hasSize(3);
        }
        fixture.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "[]",
                "{\"buckets\":{}}",
                "{\"buckets\":[{\"after\":\"1\"}]}",
                "{\"buckets\":[{\"name\":\"a\",\"after\":\"x\"}]}",
                "{\"buckets\":[{\"name\":\"a\",\"after\":-1}]}",
                "{\"buckets\":[{\"name\":\"a\",\"after\":\"99999999999999999999\"}]}",
                "{\"only\":\"a\"}",
                "{\"raw_data\":1}",
                "{\"client_id\":[]}",
                "{\"parameters\":[]}",
                "{\"streams\":{\"subscriptions\":[{}]}}",
                "{\"streams\":{\"subscriptions\":[{\"stream\":\"a\",\"override_priority\":4}]}}"
            })
    void thatSendsNonsenseIsToldSo(String body) throws Exception {
        HttpResponse<InputStream> response = fixture.post("/sync/stream", TestToken.of("ann"), body);

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(text(response)).startsWith("{\"error\":{\"code\":\"PSYNC_S").contains("\"status\":400");
    }

    @Test
    void withoutATokenIsToldWhatToDoAndNoMore() throws Exception {
        HttpResponse<InputStream> response = fixture.post("/sync/stream", "not.a.token", "{}");

        assertThat(response.statusCode()).isEqualTo(401);
        assertThat(text(response))
                .contains("\"code\":\"PSYNC_S21")
                .contains("\"name\":\"AuthorizationError\"")
                .doesNotContain("SERAI-");
    }

    @Test
    void withAHugeBodyIsCutOff() throws Exception {
        HttpResponse<InputStream> response =
                fixture.post("/sync/stream", TestToken.of("ann"), "{\"x\":\"" + "y".repeat(20_000) + "\"}");

        assertThat(response.statusCode()).isEqualTo(413);
    }

    @Test
    void withAHugeBodyAndNoTokenIsNotLetIn() throws Exception {
        HttpResponse<InputStream> response =
                fixture.post("/sync/stream", "not.a.token", "{\"x\":\"" + "y".repeat(20_000) + "\"}");

        assertThat(response.statusCode()).isEqualTo(401);
    }

    @Test
    void withDeepJsonIsToldSo() throws Exception {
        HttpResponse<InputStream> response = fixture.post("/sync/stream", TestToken.of("ann"), "[".repeat(9_000));

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(text(response)).contains("levels");
    }

    @Test
    void withTooManyBucketsIsToldWhichDefinitionHasMost() throws Exception {
        String owners = IntStream.range(0, 500).mapToObj(Integer::toString).collect(Collectors.joining(","));

        HttpResponse<InputStream> response =
                fixture.post("/sync/stream", TestToken.of("ann"), "{\"parameters\":{\"owners\":[" + owners + "]}}");

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(text(response)).contains("PSYNC_S2305").contains("mine (500)");
    }

    @Test
    void withTooManyStreamsIsRefusedAndTheOthersGoOn() throws Exception {
        List<Lines> open = new ArrayList<>();
        for (int i = 0; i < LIMITS.streams(); i++) {
            open.add(fixture.stream("ann", NOTHING));
            open.getLast().upTo("checkpoint_complete");
        }

        HttpResponse<InputStream> response = fixture.post("/sync/stream", TestToken.of("ann"), NOTHING);

        assertThat(response.statusCode()).isEqualTo(429);
        open.getFirst().close();
        await().atMost(Duration.ofSeconds(10)).until(() -> fixture.api().streams() == LIMITS.streams() - 1);
        try (Lines lines = fixture.stream("ann", NOTHING)) {
            lines.upTo("checkpoint_complete");
        }
        for (Lines lines : open) {
            lines.close();
        }
    }

    @Test
    void thatSendsItsBodyByDropsIsCutOff() throws Exception {
        try (Socket socket = socket("Content-Length: 500\r\n")) {
            socket.getOutputStream().write("{".getBytes(StandardCharsets.US_ASCII));

            assertThat(rest(socket)).startsWith("HTTP/1.1 400").contains("did not come in time");
        }
    }

    @Test
    void thatClosesItsHalfOfTheConnectionIsGone() throws Exception {
        try (Socket socket = socket("Content-Length: " + NOTHING.length() + "\r\n")) {
            socket.getOutputStream().write(NOTHING.getBytes(StandardCharsets.US_ASCII));
            await().atMost(Duration.ofSeconds(10)).until(() -> fixture.api().streams() == 1);

            socket.shutdownOutput();

            await().atMost(Duration.ofSeconds(10)).until(() -> fixture.api().streams() == 0);
        }
    }

    @Test
    void thatTakesNothingHoldsNobodyUpAndIsCutOff() throws Exception {
        SyncApiFixture.Change[] large = new SyncApiFixture.Change[400];
        for (int i = 0; i < large.length; i++) {
            large[i] = put("todos", "t" + i, "owner", "zoe", "text", "x".repeat(50_000));
        }
        fixture.commit(large);
        String body = "{\"parameters\":{\"owners\":[\"zoe\"]}}";
        try (Socket socket = socket("Content-Length: " + body.length() + "\r\n")) {
            socket.getOutputStream().write(body.getBytes(StandardCharsets.US_ASCII));
            await().atMost(Duration.ofSeconds(10)).until(() -> fixture.api().streams() == 1);
            try (Lines lines = fixture.stream("bob", NOTHING)) {
                lines.upTo("checkpoint_complete");
                fixture.commit(put("tags", "y", "name", "blue"));
                assertThat(lines.upTo("checkpoint_complete")).anyMatch(line -> line.contains("blue"));
            }

            await().atMost(Duration.ofSeconds(20)).until(() -> fixture.api().streams() == 0);
        }
    }

    @Test
    void fromAnotherOriginMayAsk() throws Exception {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), fixture.port())) {
            socket.getOutputStream()
                    .write(("OPTIONS /sync/stream HTTP/1.1\r\nHost: x\r\nOrigin: https://example.com\r\n"
                                    + "Access-Control-Request-Method: POST\r\n"
                                    + "Access-Control-Request-Headers: authorization\r\nConnection: close\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));

            assertThat(rest(socket).toLowerCase(java.util.Locale.ROOT))
                    .startsWith("http/1.1 204")
                    .contains("access-control-allow-origin: *")
                    .contains("access-control-allow-headers: authorization");
        }
    }

    private Socket socket(String headers) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), fixture.port());
        socket.setReceiveBufferSize(8192);
        socket.setSoTimeout(20_000);
        socket.getOutputStream()
                .write(("POST /sync/stream HTTP/1.1\r\nHost: x\r\nAuthorization: Token " + TestToken.of("ann") + "\r\n"
                                + headers + "\r\n")
                        .getBytes(StandardCharsets.US_ASCII));
        return socket;
    }

    private static String rest(Socket socket) throws IOException {
        return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    private static String text(HttpResponse<InputStream> response) throws IOException {
        try (InputStream in = response.body()) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
