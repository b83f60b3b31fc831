package io.serai.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.serai.testsupport.PostgresServer;
import io.serai.testsupport.SeraiProcess;
import io.serai.testsupport.TestDatabase;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code serai explain} in a process of its own, against a real Postgres. */
@Timeout(300)
class ExplainCommandIT {
    private static final String RULES = """
        bucket_definitions:
          mine:
            parameters: SELECT request.user_id() AS owner
            data:
              - SELECT id, title FROM todos WHERE owner = bucket.owner AND NOT archived
          members:
            data:
              - SELECT name AS id, list FROM members
              - SELECT id FROM "notes_%"
        """;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    Path folder;

    private TestDatabase database;
    private Path config;

    @BeforeEach
    void prepare() throws IOException {
        database = PostgresServer.shared().createDatabase();
        database.execute(
                "CREATE TABLE todos (id int PRIMARY KEY, owner text, archived boolean NOT NULL, title text)",
                "CREATE TABLE members (name text, list int, PRIMARY KEY (list, name))",
                "INSERT INTO todos VALUES (1, 'u1', false, 'é'), (2, 'u1', true, 'old'), (3, NULL, false, 'nobody')",
                "INSERT INTO members VALUES ('ann', 12)",
                "CREATE PUBLICATION powersync FOR ALL TABLES");
        try (ServerSocket socket = new ServerSocket(0)) {
            config = SeraiProcess.configure(
                    Files.createDirectory(folder.resolve("config")),
                    socket.getLocalPort(),
                    """
                    - type: postgresql
                      uri: %s
                      sslmode: disable
                    """.formatted(database.uri()),
                    RULES);
        }
        Files.createDirectory(folder.resolve("routes"));
    }

    @AfterEach
    void drop() {
        database.close();
    }

    @Test
    void aRowIsExplainedTheSameBesideARunningProcessAndWithNone() throws Exception {
        writeRoute("");
        String beside;
        try (SeraiProcess running = SeraiProcess.run(config)) {
            serai("status", "--wait", "60");
            beside = serai("explain", "todos", "1");
            assertThat(running.terminate(PATIENCE)).as(running.log()).isTrue();
        }

        assertThat(serai("explain", "todos", "1")).isEqualTo(beside);
        assertThat(beside.replaceAll("checksum \\d+", "checksum N")).isEqualTo("""
                source default, table public.todos, id = "1"
                  replicated  yes, copied
                  row         {"id":1,"owner":"u1","archived":0,"title":"é"}
                  buckets     mine["u1"]: todos "1", checksum N
                  rules       mine, data query 1: mine["u1"] gets todos {"id":1,"title":"é"}
                """);
        assertThat(serai("explain", "public.todos", "2"))
                .contains("buckets     none", "nothing, filtered out by its WHERE")
                .doesNotContain("note");
        assertThat(serai("explain", "todos", "3")).contains("nothing, the bucket parameter is NULL");
        assertThat(serai("explain", "todos", "4")).contains("row         not stored", "Is it in the database");
        assertThat(serai("explain", "members", "12", "ann"))
                .isEqualTo(serai("explain", "members", "[12,\"ann\"]"))
                .contains("list = \"12\", name = \"ann\"", "buckets     members[]: members \"ann\"");
        assertThat(serai("explain", "notes_1", "7")).contains("replicated  no", "\"serai check\" tells");
        assertThat(serai("explain", "todos", "1", "--json"))
                .startsWith("{\"table\":\"todos\",\"key\":[\"1\"],\"sources\":[{\"source\":\"default\",")
                .contains("\"replicated\":\"yes\"", "\"outcome\":\"rows\"", "\"notes\":[]");
    }

    @Test
    void aStepOfTheRouteThatChangesTheRowIsTold() throws Exception {
        writeRoute("""
                    - setBody:
                        id: mask
                        expression: {constant: {expression: '{"id":1,"owner":"u2","archived":0,"title":"masked"}'}}
            """);
        try (SeraiProcess running = SeraiProcess.run(config)) {
            serai("status", "--wait", "60");

            assertThat(serai("explain", "todos", "1"))
                    .as(running.log())
                    .contains(
                            "row         {\"id\":1,\"owner\":\"u1\"",
                            "buckets     mine[\"u2\"]",
                            "mine[\"u1\"] gets todos",
                            "a step of the route changed or filtered it");
        }
    }

    @Test
    void aRowThatWasRefusedIsToldWithTheReason() throws Exception {
        writeRoute("""
                    - setBody: {id: break, expression: {constant: {expression: 'no row'}}}
            """);
        try (SeraiProcess running = SeraiProcess.run(config)) {
            serai("status", "--wait", "60");

            assertThat(serai("explain", "todos", "1"))
                    .as(running.log())
                    .contains(
                            "\"title\":\"é\"} (diverted: ",
                            "buckets     none",
                            "mine[\"u1\"] gets todos",
                            "it is in no bucket until its next change");
        }
    }

    @Test
    void wrongTablesSourcesAndKeysAreToldWithWhatWouldBeRight() throws Exception {
        writeRoute("");
        try (SeraiProcess running = SeraiProcess.run(config)) {
            serai("status", "--wait", "60");

            assertThat(failure("explain", "todo", "1"))
                    .as(running.log())
                    .contains("[SERAI-S3104]", "Did you mean \"todos\"?");
            assertThat(failure("explain", "todos", "1", "--source", "shop")).contains("Known are default.");
            assertThat(failure("explain", "members", "12"))
                    .contains("[SERAI-S3105]", "Give a value for each of: list, name.");
        }
    }

    /** The shipped route with a step between postImage and syncRules. */
    private void writeRoute(String step) throws IOException {
        String route = Files.readString(Path.of("routes/postgresql.yaml"));
        int rules = route.indexOf("        - process: {id: sync-rules");
        Files.writeString(
                folder.resolve("routes/postgresql.yaml"), route.substring(0, rules) + step + route.substring(rules));
    }

    private String serai(String... arguments) throws IOException, InterruptedException {
        return SeraiProcess.command(config, arguments);
    }

    private String failure(String... arguments) throws IOException, InterruptedException {
        ProcessBuilder command = SeraiProcess.prepare(arguments);
        command.command().addAll(List.of("--config", config.toString()));
        Process process =
                command.redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
        String err = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(err).isEqualTo(1);
        return err;
    }
}
