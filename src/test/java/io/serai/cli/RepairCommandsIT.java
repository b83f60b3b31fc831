package io.serai.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

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

/** {@code serai resync} and {@code serai retry} as their users run them, against a real Postgres and with real route files. */
@Timeout(300)
class RepairCommandsIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String RULES = """
        bucket_definitions:
          all:
            data:
              - SELECT id, title, about FROM todos
              - SELECT message AS id, message FROM events
        """;
    private static final String MASK = """
                    - convertBodyTo: {id: to-map, type: java.util.Map}
                    - script: {id: mask, simple: "${body.put('title', '***')}"}
            """;

    @TempDir
    Path folder;

    private TestDatabase database;
    private Path config;

    @BeforeEach
    void prepare() throws IOException {
        database = PostgresServer.shared().createDatabase();
        database.execute(
                "CREATE TABLE notes ()",
                "CREATE TABLE todos (id int PRIMARY KEY, title text, about regclass DEFAULT 'notes')",
                "CREATE TABLE events (message text)",
                "ALTER TABLE events REPLICA IDENTITY FULL",
                "INSERT INTO todos (id, title) VALUES (1, 'bread'), (2, 'milk'), (3, 'salt')",
                "INSERT INTO events VALUES ('door'), ('door'), ('window')",
                "CREATE PUBLICATION powersync FOR TABLE todos, events");
        Files.createDirectory(folder.resolve("routes"));
        try (ServerSocket socket = new ServerSocket(0)) {
            config = configure(socket.getLocalPort(), database.uri(), RULES);
        }
        writeRoute("");
    }

    @AfterEach
    void drop() {
        database.close();
    }

    @Test
    void rowsThatWereStoredBeforeARouteWasEditedTakeItsForm() throws Exception {
        try (SeraiProcess running = SeraiProcess.run(config)) {
            serai("status", "--wait", "60");

            writeRoute(MASK);
            awaitNewSteps();

            assertThat(serai("dump")).contains("\"title\":\"bread\"", "\"title\":\"***\"");
            assertThat(serai("resync", "todos"))
                    .as(running.log())
                    .isEqualTo("source default, table public.todos: 4 rows sent through the route, none diverted\n");
            assertThat(titles()).hasSize(4).allMatch(line -> line.contains("\"title\":\"***\""));
        }
    }

    @Test
    void rowsThatANewFilterStopsLeave() throws Exception {
        try (SeraiProcess running = SeraiProcess.run(config)) {
            serai("status", "--wait", "60");
            writeRoute("""
                                - filter:
                                    simple: "${header.SeraiOperation} == 'insert' && ${bodyAs(String)} !contains 'milk' && ${bodyAs(String)} !contains 'window'"
                                    steps:
                        """);
            running.kill();
            running.restart();
            serai("status", "--wait", "60");
            assertThat(serai("dump")).contains("milk", "window");

            String report = serai("resync", "--json");

            assertThat(report)
                    .as(running.log())
                    .contains("{\"source\":\"default\",\"table\":\"public.todos\",\"rows\":3,\"diverted\":0}")
                    .contains("{\"source\":\"default\",\"table\":\"public.events\",\"rows\":2,\"diverted\":0}")
                    .startsWith("{\"done\":true,");
            assertThat(serai("dump")).contains("bread", "door").doesNotContain("milk", "window");
        }
    }

    @Test
    void rowsWithoutAKeyAreStillCountedAfterwards() throws Exception {
        try (SeraiProcess running = SeraiProcess.run(config)) {
            serai("status", "--wait", "60");

            serai("resync", "events");

            database.execute("DELETE FROM events WHERE ctid = (SELECT min(ctid) FROM events WHERE message = 'door')");
            serai("status", "--wait", "60");
            assertThat(serai("dump")).as(running.log()).contains("door");
            database.execute("DELETE FROM events");
            serai("status", "--wait", "60");
            assertThat(serai("dump")).as(running.log()).doesNotContain("door", "window");
        }
    }

    @Test
    void aResyncWithoutAnEditMakesNoOperation() throws Exception {
        try (SeraiProcess running = SeraiProcess.run(config)) {
            serai("status", "--wait", "60");
            String before = serai("dump", "--ops");

            assertThat(serai("resync")).as(running.log()).contains("todos: 3 rows sent", "events: 2 rows sent");

            assertThat(serai("dump", "--ops")).isEqualTo(before).contains("bread");
        }
    }

    @Test
    void withNoProcessTheNextOneDoesIt() throws Exception {
        try (SeraiProcess running = SeraiProcess.run(config)) {
            serai("status", "--wait", "60");
            assertThat(running.terminate(PATIENCE)).isTrue();
            writeRoute(MASK);

            assertThat(serai("resync", "todos"))
                    .isEqualTo("source default, table public.todos: its stored rows will be sent through the route\n"
                            + "It is done at the next \"serai run\".\n");
            assertThat(serai("resync", "--json", "events")).startsWith("{\"done\":false,\"tables\":[{\"source\"");

            assertThat(serai("status"))
                    .contains("public.todos: its stored rows go through the route again at the next \"serai run\"");
            assertThat(serai("dump")).contains("bread");
            running.restart();
            serai("status", "--wait", "60");
            assertThat(titles()).as(running.log()).hasSize(3).allMatch(line -> line.contains("\"title\":\"***\""));
            assertThat(serai("status", "--json")).contains("\"repairs\":[]");
        }
    }

    @Test
    void aResyncThatAKillInterruptsIsDoneByTheNextProcess() throws Exception {
        try (SeraiProcess running = SeraiProcess.run(config)) {
            serai("status", "--wait", "60");
            assertThat(running.terminate(PATIENCE)).isTrue();
            writeRoute(MASK + """
                            - delay: {expression: {constant: 5000}}
                    """);
            serai("resync", "todos");
            running.restart();
            await().atMost(PATIENCE).until(() -> serai("status").matches("(?s).*route again, [12] done.*"));

            running.kill();
            assertThat(serai("status")).contains("repair", "public.todos");
            assertThat(serai("dump")).contains("bread", "milk", "salt");
            writeRoute(MASK);
            running.restart();
            serai("status", "--wait", "60");

            assertThat(titles()).as(running.log()).hasSize(3).allMatch(line -> line.contains("\"title\":\"***\""));
            assertThat(serai("status", "--json")).contains("\"repairs\":[]");
        }
    }

    /** The route appends each row to a file, which fails where the file is a folder. */
    @Test
    void divertedRowsThatPassLeaveTheListAndOthersStayWithTheirNewReason() throws Exception {
        writeDivertingRoute("");
        Path milk = Files.createDirectories(folder.resolve("rows/public.todos-milk"));
        Path salt = Files.createDirectories(folder.resolve("rows/public.todos-salt"));
        try (SeraiProcess running = SeraiProcess.run(config)) {
            serai("status", "--wait", "60");
            assertThat(serai("status"))
                    .as(running.log())
                    .contains("todos 2: org.apache.camel", "todos 3: org.apache.camel");
            assertThat(run("retry").exitCode()).isEqualTo(1);

            Files.delete(milk);
            Result retry = run("retry", "todos");

            assertThat(retry.exitCode()).as(retry.err() + running.log()).isEqualTo(1);
            assertThat(retry.out())
                    .isEqualTo("source default, table public.todos: 2 rows sent through the route, 1 diverted\n");
            assertThat(serai("dump")).contains("bread", "milk").doesNotContain("salt");
            assertThat(running.terminate(PATIENCE)).isTrue();
            Files.delete(salt);
            writeDivertingRoute("""
                            - throwException: {exceptionType: java.lang.IllegalStateException, message: no}
                    """);
            assertThat(serai("retry")).contains("its diverted rows will be sent through the route");
            running.restart();
            serai("status", "--wait", "60");
            assertThat(serai("status"))
                    .as(running.log())
                    .contains("todos 3: java.lang.IllegalStateException")
                    .doesNotContain("todos 2");
            assertThat(running.terminate(PATIENCE)).isTrue();
            writeDivertingRoute("");
            running.restart();
            serai("status", "--wait", "60"); // before it answers, a command would do its work alone
            assertThat(serai("retry", "todos")).endsWith("1 row sent through the route, none diverted\n");
            assertThat(serai("dump")).as(running.log()).contains("salt");
            assertThat(serai("retry")).isEqualTo("No row is diverted.\n");
        }
    }

    /** A column that holds a table shows its name, and a table that is renamed changes no row. */
    @Test
    void whatTheLogDoesNotBringIsReadFromTheSource() throws Exception {
        try (SeraiProcess running = SeraiProcess.run(config)) {
            serai("status", "--wait", "60");
            database.execute("ALTER TABLE notes RENAME TO memos", "DELETE FROM todos WHERE id = 3");
            serai("status", "--wait", "60");
            serai("resync", "todos");
            assertThat(titles()).as(running.log()).hasSize(2).allMatch(line -> line.contains("notes"));

            assertThat(serai("resync", "todos", "--from-source"))
                    .as(running.log())
                    .isEqualTo("source default, table public.todos: 2 rows read again, none diverted\n");

            assertThat(titles()).hasSize(2).allMatch(line -> line.contains("memos"));
        }
    }

    @Test
    void readingAgainWhatIsTheSameMakesNoOperation() throws Exception {
        try (SeraiProcess running = SeraiProcess.run(config)) {
            serai("status", "--wait", "60");
            String before = serai("dump", "--ops");

            assertThat(serai("resync", "--from-source"))
                    .as(running.log())
                    .contains("todos: 3 rows read", "events: 3 rows read");

            assertThat(serai("dump", "--ops")).isEqualTo(before).contains("bread");
        }
    }

    @Test
    void readingAgainIsDoneByTheNextProcess() throws Exception {
        try (SeraiProcess running = SeraiProcess.run(config)) {
            serai("status", "--wait", "60");
            assertThat(running.terminate(PATIENCE)).isTrue();

            assertThat(serai("resync", "--from-source", "public.todos")).contains("will be read again");
            running.restart();
            serai("status", "--wait", "60");

            assertThat(running.log()).contains("is read again because that was asked for");
            assertThat(serai("status", "--json")).contains("\"repairs\":[]");
        }
    }

    @Test
    void aSourceThatFailsIsToldAndDoesItWhenItCan() throws Exception {
        try (SeraiProcess running = SeraiProcess.run(config)) {
            serai("status", "--wait", "60");
            writeRoute("""
                                - throwException: {exceptionType: java.lang.IllegalStateException, message: no}
                        """);
            running.kill();
            running.restart();
            serai("status", "--wait", "60");

            Result resync = run("resync", "todos");

            assertThat(resync.exitCode()).as(running.log()).isEqualTo(1);
            assertThat(resync.out()).contains("SERAI-S1003", "It is done when the source goes on.");
            writeRoute(MASK);
            serai("status", "--wait", "60");
            assertThat(titles()).as(running.log()).allMatch(line -> line.contains("\"title\":\"***\""));
        }
    }

    @Test
    void wrongTablesAndSourcesAreToldWithWhatWouldBeRight() throws Exception {
        assertThat(failure("resync")).contains("[SERAI-S2");
        try (SeraiProcess running = SeraiProcess.run(config)) {
            serai("status", "--wait", "60");

            assertThat(failure("resync", "todo"))
                    .as(running.log())
                    .contains("[SERAI-S3104]", "Did you mean \"todos\"?");
            assertThat(failure("retry", "public.event")).contains("Did you mean \"public.events\"?");
            assertThat(failure("resync", "--source", "shop")).contains("[SERAI-S3103]", "Known are default.");
            assertThat(running.terminate(PATIENCE)).isTrue();
            assertThat(failure("retry", "--source", "shop")).contains("[SERAI-S3103]", "Known are default.");
            assertThat(failure("resync", "todos", "todo")).contains("[SERAI-S3104]");
        }
        assertThat(run("resync", "--no-such-option").exitCode()).isEqualTo(2);
    }

    /** Rows that are written after the route was edited show when it holds. */
    private void awaitNewSteps() {
        database.execute("INSERT INTO todos (id, title) VALUES (4, 'pepper')");
        await().atMost(PATIENCE).until(() -> {
            database.execute("UPDATE todos SET title = title || '!' WHERE id = 4");
            serai("status", "--wait", "60");
            return serai("dump").contains("***");
        });
    }

    private List<String> titles() throws Exception {
        return serai("dump").lines().filter(line -> line.contains("title")).toList();
    }

    /** The shipped route with steps between postImage and syncRules. */
    private void writeRoute(String steps) throws IOException {
        String route = Files.readString(Path.of("routes/postgresql.yaml"));
        int rules = route.indexOf("        - process: {id: sync-rules");
        String rest = route.substring(rules);
        String inner = steps.stripTrailing().endsWith("steps:") ? rest.indent(8) : rest;
        write("postgresql.yaml", route.substring(0, rules) + steps + inner);
    }

    private void writeDivertingRoute(String steps) throws IOException {
        write("postgresql.yaml", """
            - routeConfiguration:
                id: set-aside
                onException:
                  - onException:
                      exception: [java.lang.Exception]
                      handled: {constant: "true"}
            - routeTemplate:
                id: postgresql
                parameters:
                  - {name: source}
                route:
                  routeConfigurationId: set-aside
                  from:
                    uri: serai-postgres
                    parameters: {source: "{{source}}"}
                    steps:
                      - process: {ref: "#postImage"}
                      - toD:
                          uri: "file:%s?fileName=${header.SeraiTable}-${body[title]}&fileExist=Append"
            %s
                      - process: {ref: "#syncRules"}
                      - to: {uri: serai-storage, parameters: {name: main}}
            """.formatted(
                        folder.resolve("rows"), steps.indent(2).stripTrailing()));
    }

    private void write(String file, String text) throws IOException {
        Files.writeString(folder.resolve("routes").resolve(file), text);
    }

    private Path configure(int port, String uri, String rules) throws IOException {
        Path at = Files.createDirectories(folder.resolve("config"));
        return SeraiProcess.configure(at, port, """
            - type: postgresql
              uri: %s
              sslmode: disable
            """.formatted(uri), rules);
    }

    private String serai(String... arguments) throws IOException, InterruptedException {
        return SeraiProcess.command(config, arguments);
    }

    private String failure(String... arguments) throws IOException, InterruptedException {
        Result result = run(arguments);
        assertThat(result.exitCode()).as(result.out() + result.err()).isEqualTo(1);
        return result.err();
    }

    private Result run(String... arguments) throws IOException, InterruptedException {
        ProcessBuilder command = SeraiProcess.prepare(arguments);
        command.command().addAll(List.of("--config", config.toString()));
        Path out = folder.resolve("out");
        Process process = command.redirectOutput(out.toFile()).start();
        String err = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Result(process.waitFor(), Files.readString(out), err);
    }

    private record Result(int exitCode, String out, String err) {}
}
