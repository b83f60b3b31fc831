package io.serai.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.serai.testsupport.PostgresServer;
import io.serai.testsupport.SeraiProcess;
import io.serai.testsupport.TestDatabase;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands as their users run them: each in a process of its own, against a real Postgres. */
class CommandsIT {
    private static final String RULES = """
        bucket_definitions:
          mine:
            parameters: SELECT request.user_id() AS owner
            data:
              - SELECT id, title FROM todos WHERE owner = bucket.owner
        """;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    Path folder;

    private TestDatabase database;
    private Path config;
    private int port;

    @BeforeEach
    void prepare() throws IOException {
        database = PostgresServer.shared().createDatabase();
        database.execute(
                "CREATE TABLE todos (id text PRIMARY KEY, owner text NOT NULL, title text)",
                "INSERT INTO todos VALUES ('b', 'u1', 'say \"hi\"'), ('a', 'u1', NULL), ('c', 'u2', 'é')",
                "CREATE PUBLICATION powersync FOR TABLE todos");
        port = freePort();
        config = SeraiProcess.configure(folder, port, connection(database.uri()), RULES);
        Files.createDirectory(folder.resolve("routes"));
        Files.copy(Path.of("routes/postgresql.yaml"), folder.resolve("routes/postgresql.yaml"));
    }

    @AfterEach
    void drop() {
        database.close();
    }

    @Test
    void aWaitForAProcessThatHasNotStartedYetEndsWithTheFirstCheckpoint() throws Exception {
        CompletableFuture<Result> wait = CompletableFuture.supplyAsync(() -> serai("status", "--wait", "60"));

        try (SeraiProcess running = SeraiProcess.run(config)) {
            Result result = wait.get(90, TimeUnit.SECONDS);

            assertThat(result.exitCode()).as(running.log()).isZero();
            assertThat(result.out()).contains("streaming", "checkpoint");
        }
    }

    @Test
    void aDumpIsTheSameBesideARunningProcessAndWithNone() throws Exception {
        Result beside;
        try (SeraiProcess running = SeraiProcess.run(config)) {
            waitUntilCaughtUp();
            beside = serai("dump");
            assertThat(running.terminate(PATIENCE)).isTrue();
        }

        Result alone = serai("dump");

        assertThat(alone.out()).isEqualTo(beside.out());
        assertThat(alone.out().lines().map(line -> line.replaceAll("\"checksum\":\\d+", "\"checksum\":0")))
                .containsExactly(
                        "{\"bucket\":\"mine[\\\"u1\\\"]\",\"table\":\"todos\",\"id\":\"a\",\"checksum\":0,\"data\":{\"id\":\"a\",\"title\":null}}",
                        "{\"bucket\":\"mine[\\\"u1\\\"]\",\"table\":\"todos\",\"id\":\"b\",\"checksum\":0,\"data\":{\"id\":\"b\",\"title\":\"say"
                                + " \\\"hi\\\"\"}}",
                        "{\"bucket\":\"mine[\\\"u2\\\"]\",\"table\":\"todos\",\"id\":\"c\",\"checksum\":0,\"data\":{\"id\":\"c\",\"title\":\"é\"}}");
        assertThat(serai("dump", "mine[\"u2\"]").out().lines()).hasSize(1);
        assertThat(serai("dump", "--prefix", "mine").out()).isEqualTo(alone.out());
        assertThat(serai("dump", "--ops").out().lines()).hasSize(3);
        assertThat(serai("buckets", "--json").out().lines())
                .hasSize(2)
                .first()
                .asString()
                .startsWith("{\"bucket\":\"mine[\\\"u1\\\"]\",\"rows\":2,\"operations\":2,");
        assertThat(serai("buckets", "mine[\"u2\"]").out()).startsWith("mine[\"u2\"]: rows 1, operations 1, ");
    }

    @Test
    void whatWasCommittedBeforeAKillIsThereAfterTheRestart() throws Exception {
        try (SeraiProcess running = SeraiProcess.run(config)) {
            waitUntilCaughtUp();
            database.execute("UPDATE todos SET title = 'done' WHERE id = 'a'", "DELETE FROM todos WHERE id = 'b'");
            running.kill();

            running.restart();

            waitUntilCaughtUp();
            assertThat(serai("dump").out()).contains("\"title\":\"done\"").doesNotContain("\"id\":\"b\"");
        }
    }

    @Test
    void aStopSignalEndsItWithinSecondsWithExitCode0() throws Exception {
        Process process = process("run", "--config", config.toString());
        waitUntilCaughtUp();

        process.destroy();

        boolean isEnded = process.waitFor(20, TimeUnit.SECONDS);
        assertThat(isEnded).as(() -> threads(process)).isTrue();
        assertThat(process.exitValue()).isZero();
        assertThat(folder.resolve("data/admin.sock")).doesNotExist();
    }

    @Test
    void withoutACheckpointADumpIs1() throws Exception {
        config = SeraiProcess.configure(folder, port, connection("postgresql://nobody:x@127.0.0.1:1/none"), RULES);
        try (SeraiProcess running = SeraiProcess.run(config)) {
            await().atMost(PATIENCE).until(() -> Files.exists(folder.resolve("data/admin.sock")));

            Result dump = serai("dump");
            Result wait = serai("status", "--wait", "1");

            assertThat(dump.exitCode()).as(running.log()).isEqualTo(1);
            assertThat(dump.err()).contains("[SERAI-S3102]");
            assertThat(wait.exitCode()).isEqualTo(1);
            assertThat(wait.out()).contains("[SERAI-S1001]");
            assertThat(wait.err()).contains("[SERAI-S3101]");
        }
    }

    @Test
    void readinessIsDownWithTheReasonUntilTheSourceIsInACheckpoint() throws Exception {
        config = SeraiProcess.configure(folder, port, connection("postgresql://nobody:x@127.0.0.1:1/none"), RULES);
        try (SeraiProcess running = SeraiProcess.run(config)) {
            await().atMost(PATIENCE)
                    .ignoreExceptionsInstanceOf(IOException.class)
                    .untilAsserted(() -> {
                        HttpResponse<String> readiness = get("/probes/readiness");
                        assertThat(readiness.statusCode()).isEqualTo(400);
                        assertThat(readiness.body()).contains("\"code\":\"SERAI-S1001\"", "\"ready\":false");
                    });
            assertThat(get("/probes/liveness").statusCode()).as(running.log()).isEqualTo(200);
            assertThat(get("/probes/startup").statusCode()).isEqualTo(200);
            assertThat(get("/observe/health").statusCode()).isEqualTo(503);
            assertThat(get("/metrics").body()).contains("serai_source_up{source=\"default\"} 0.0");
        }
    }

    @Test
    void readinessIsUpAndMetersTellTheCheckpointOnceItStreams() throws Exception {
        try (SeraiProcess running = SeraiProcess.run(config)) {
            waitUntilCaughtUp();

            assertThat(get("/probes/readiness").statusCode()).as(running.log()).isEqualTo(200);
            assertThat(get("/observe/health").statusCode()).isEqualTo(200);
            assertThat(get("/metrics").body())
                    .contains("serai_source_up{source=\"default\"} 1.0", "serai_checkpoint_age_seconds");
        }
    }

    @Test
    void aTeardownBesideARunningProcessLeavesNeitherSlotNorData() throws Exception {
        try (SeraiProcess running = SeraiProcess.run(config)) {
            waitUntilCaughtUp();

            Result teardown = serai("teardown", "--yes", "--source", "default");

            assertThat(teardown.exitCode()).as(teardown.err() + running.log()).isZero();
            assertThat(slots()).isEqualTo("0");
            assertThat(serai("dump").out()).isEmpty();
            assertThat(serai("status").out()).contains("source default (postgresql): stopped");
        }
    }

    @Test
    void aTeardownAloneLeavesNeitherSlotNorDataAndTheNextRunCopiesAgain() throws Exception {
        try (SeraiProcess running = SeraiProcess.run(config)) {
            waitUntilCaughtUp();
            assertThat(running.terminate(PATIENCE)).isTrue();

            Result teardown = serai("teardown", "--yes");

            assertThat(teardown.exitCode()).as(teardown.err()).isZero();
            assertThat(slots()).isEqualTo("0");
            running.restart();
            waitUntilCaughtUp();
            assertThat(serai("dump").out().lines()).hasSize(3);
        }
    }

    @Test
    void aTeardownOfADatabaseThatCannotBeReachedSaysWhatIsLeft() throws Exception {
        try (SeraiProcess running = SeraiProcess.run(config)) {
            waitUntilCaughtUp();
            assertThat(running.terminate(PATIENCE)).isTrue();
        }
        SeraiProcess.configure(folder, port, connection("postgresql://nobody:x@127.0.0.1:1/none"), RULES);

        Result teardown = serai("teardown", "--yes");

        assertThat(teardown.exitCode()).isEqualTo(1);
        assertThat(teardown.out()).contains("its stored data was removed", "LEFT", "pg_replication_slots");
        assertThat(slots()).isEqualTo("1");
    }

    private void waitUntilCaughtUp() {
        Result wait = serai("status", "--wait", "60");
        assertThat(wait.exitCode()).as(wait.out() + wait.err()).isZero();
    }

    private String slots() {
        return String.valueOf(
                database.value("SELECT count(*) FROM pg_replication_slots WHERE database = current_database()"));
    }

    private HttpResponse<String> get(String path) throws IOException, InterruptedException {
        try (HttpClient client = HttpClient.newHttpClient()) {
            URI uri = URI.create("http://127.0.0.1:" + port + path);
            return client.send(
                    HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(10)).build(),
                    HttpResponse.BodyHandlers.ofString());
        }
    }

    private Result serai(String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("--config", config.toString()));
        try {
            Process process = process(all.toArray(String[]::new));
            CompletableFuture<String> err = CompletableFuture.supplyAsync(() -> read(process.getErrorStream()));
            String out = read(process.getInputStream());
            return new Result(process.waitFor(), out, err.join());
        } catch (IOException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static Process process(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-Dstdout.encoding=UTF-8",
                "-cp",
                System.getProperty("java.class.path"),
                "io.serai.Main"));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command).start();
    }

    /** What a process does that should have ended. */
    private static String threads(Process process) {
        Path jstack = Path.of(System.getProperty("java.home"), "bin", "jstack");
        try {
            return read(new ProcessBuilder(jstack.toString(), Long.toString(process.pid()))
                    .start()
                    .getInputStream());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String read(InputStream in) {
        try (in) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String connection(String uri) {
        return """
            - type: postgresql
              uri: %s
              sslmode: disable
            """.formatted(uri);
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private record Result(int exitCode, String out, String err) {}
}
