package io.serai.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.serai.testsupport.PostgresServer;
import io.serai.testsupport.SeraiProcess;
import io.serai.testsupport.TcpProxy;
import io.serai.testsupport.TestDatabase;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A sync config that is edited while {@code serai run} runs, and while it does not. */
@Timeout(300)
class SyncConfigChangesIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String LISTS = "  lists:\n    data:\n      - SELECT id, name FROM lists\n";
    private static final String TODOS = "  todos:\n    data:\n      - SELECT id, title FROM todos\n";
    private static final String OPEN = "  open:\n    data:\n      - SELECT id FROM todos WHERE done = 0\n";

    @TempDir
    Path folder;

    private TestDatabase database;
    private Path config;
    private int port;

    @BeforeEach
    void prepare() throws IOException {
        database = PostgresServer.shared().createDatabase();
        database.execute(
                "CREATE TABLE lists (id int PRIMARY KEY, name text)",
                "CREATE TABLE todos (id int PRIMARY KEY, title text, done int)",
                "INSERT INTO lists VALUES (1, 'home'), (2, 'work')",
                "INSERT INTO todos VALUES (1, 'bread', 0), (2, 'milk', 1), (3, 'salt', 0)",
                "CREATE PUBLICATION powersync FOR ALL TABLES");
        try (ServerSocket socket = new ServerSocket(0)) {
            port = socket.getLocalPort();
        }
        config = configure(database.uri());
    }

    private Path configure(String uri) throws IOException {
        return SeraiProcess.configure(
                folder,
                port,
                "    - type: postgresql\n      uri: " + uri + "\n      sslmode: disable\n",
                "bucket_definitions:\n" + TODOS);
    }

    @AfterEach
    void drop() {
        database.close();
    }

    @Test
    void aDefinitionOnTablesThatAreReplicatedIsBuiltWithoutReadingThemAgain() throws Exception {
        try (SeraiProcess running = SeraiProcess.run(config)) {
            waitFor();
            List<String> before = bucket("todos[]");

            edit(TODOS + OPEN);
            waitFor();

            assertThat(bucket("open[]")).as(running.log()).hasSize(2).allMatch(line -> line.contains("\"op\":\"PUT\""));
            assertThat(bucket("todos[]")).isEqualTo(before);
            database.execute("UPDATE todos SET done = 1 WHERE id = 1");
            waitFor();
            assertThat(bucket("open[]")).hasSize(3);
            running.terminate(Duration.ofSeconds(20));
        }
        assertThat(rowsRead()).isEqualTo("4"); // by the first copy and by the update
    }

    @Test
    void tablesComeAndGoWithTheDefinitionsThatReadThem() throws Exception {
        try (SeraiProcess running = SeraiProcess.run(config)) {
            waitFor();

            edit(LISTS);
            waitFor();

            assertThat(serai("dump")).as(running.log()).contains("home", "work").doesNotContain("bread");
            assertThat(serai("status", "--json")).contains("public.lists").doesNotContain("public.todos");
        }
    }

    @Test
    void aBrokenOneLeavesTheFormerInUseAndIsShown() throws Exception {
        try (SeraiProcess running = SeraiProcess.run(config)) {
            waitFor();

            Files.writeString(syncConfig(), "bucket_definitions:\n" + TODOS.replace("SELECT", "SELEKT"));
            waitFor();

            assertThat(serai("status"))
                    .contains("The sync config was changed and is not used")
                    .contains("sync-config.yaml:4:");
            assertThat(running.log()).contains("The sync config was changed and cannot be used");
            assertThat(probe()).contains("\"ready\":true").contains("sync-config.yaml:4:");
            database.execute("INSERT INTO todos VALUES (4, 'rice', 0)");
            waitFor();
            assertThat(serai("dump")).contains("rice");

            edit(TODOS);
            waitFor();
            assertThat(serai("status")).doesNotContain("is not used");
        }
    }

    @Test
    void whatAnEditWouldDoIsToldBeforehand() throws Exception {
        Path edited = folder.resolve("edited.yaml");
        Files.writeString(edited, "bucket_definitions:\n" + TODOS.replace("id, title", "id") + OPEN + LISTS);
        try (SeraiProcess running = SeraiProcess.run(config)) {
            waitFor();

            assertThat(serai("diff", syncConfig().toString(), edited.toString()))
                    .as(running.log())
                    .isEqualTo("""
                            lists is built
                            open is built
                            todos is built anew; clients download its rows again (now 1 buckets with 3 rows)
                            table lists is copied from the database
                            """);
        }
        assertThat(serai("diff", "--json", edited.toString(), syncConfig().toString()))
                .contains(
                        "{\"name\":\"lists\",\"fate\":\"removed\",\"old_name\":\"lists\",\"stored_buckets\":0,\"stored_rows\":0}");
    }

    @Test
    void oneWithATableThatCannotBeReplicatedLeavesTheFormerInUseUntilItCan() throws Exception {
        database.execute("DROP PUBLICATION powersync", "CREATE PUBLICATION powersync FOR TABLE todos");
        try (SeraiProcess running = SeraiProcess.run(config)) {
            waitFor();

            edit(TODOS + LISTS);
            await().atMost(PATIENCE).until(() -> serai("status").contains("new-sync-config"));

            assertThat(serai("status")).contains("streaming").contains("not built: [SERAI-S11");
            database.execute("INSERT INTO todos VALUES (4, 'rice', 0)");
            await().atMost(PATIENCE).until(() -> serai("dump").contains("rice"));
            assertThat(serai("dump")).doesNotContain("home");

            database.execute("ALTER PUBLICATION powersync ADD TABLE lists");
            waitFor();
            assertThat(serai("dump")).as(running.log()).contains("home", "rice");
        }
    }

    @Test
    void oneWithAPublishedTableThatCannotBeReplicatedLeavesTheFormerInUseUntilItCan() throws Exception {
        database.execute("ALTER TABLE lists DROP CONSTRAINT lists_pkey");
        try (SeraiProcess running = SeraiProcess.run(config)) {
            waitFor();

            edit(TODOS + LISTS);
            await().atMost(PATIENCE).until(() -> serai("status").contains("new-sync-config"));

            database.execute("INSERT INTO todos VALUES (4, 'rice', 0)", "INSERT INTO lists VALUES (3, 'garden')");
            await().atMost(PATIENCE).until(() -> serai("dump").contains("rice"));
            assertThat(serai("status")).contains("streaming").contains("not built: [SERAI-S11");
            assertThat(serai("dump")).doesNotContain("home");

            database.execute("ALTER TABLE lists ADD PRIMARY KEY (id)");
            waitFor();
            assertThat(serai("dump")).as(running.log()).contains("home", "garden", "rice");
        }
    }

    @Test
    void anEditedCommentDisturbsNothing() throws Exception {
        try (SeraiProcess running = SeraiProcess.run(config)) {
            waitFor();

            Files.writeString(syncConfig(), "# a comment\nbucket_definitions:\n" + TODOS);
            waitFor();

            assertThat(running.log()).containsOnlyOnce("Streaming").doesNotContain("sync config is active");
        }
    }

    @Test
    void anEditIsNoticedByItself() throws Exception {
        try (SeraiProcess running = SeraiProcess.run(config)) {
            waitFor();

            edit(TODOS + OPEN);

            await().atMost(PATIENCE).until(() -> serai("dump").contains("open[]"));
            assertThat(running.log()).contains("The new sync config is active");
        }
    }

    @Test
    void anEditWhileNothingRunsIsBuiltAtTheNextStart() throws Exception {
        try (SeraiProcess running = SeraiProcess.run(config)) {
            waitFor();
            running.terminate(Duration.ofSeconds(20));
            edit(LISTS + OPEN);
            assertThat(serai("dump")).contains("bread"); // what was built for the former one is what there is

            running.restart();
            waitFor();

            assertThat(serai("dump"))
                    .as(running.log())
                    .contains("home", "open[]")
                    .doesNotContain("bread");
        }
    }

    @Test
    void isBuiltFromWhatIsStoredWhileTheDatabaseCannotBeReached() throws Exception {
        try (TcpProxy proxy = TcpProxy.before(database.server())) {
            config = configure(database.uri().replace(":" + database.server().port() + "/", ":" + proxy.port() + "/"));
            try (SeraiProcess running = SeraiProcess.run(config)) {
                waitFor();
                proxy.cut();

                edit(TODOS + OPEN);

                await().atMost(PATIENCE).until(() -> serai("dump").contains("open[]"));
                assertThat(serai("status")).contains("retrying");
                proxy.resume();
                database.execute("UPDATE todos SET done = 1 WHERE id = 1");
                waitFor();
                assertThat(bucket("open[]")).as(running.log()).hasSize(3);
            }
        }
    }

    @Test
    void theFirstOneMayBeCorrectedBeforeItsCopyIsDone() throws Exception {
        database.execute(
                "ALTER TABLE lists REPLICA IDENTITY NOTHING",
                "INSERT INTO todos SELECT i, 'more', 0 FROM generate_series(10, 3000) i");
        Files.writeString(syncConfig(), "bucket_definitions:\n" + TODOS + LISTS);
        try (SeraiProcess running = SeraiProcess.run(config)) {
            await().atMost(PATIENCE).until(() -> running.log().contains("public.lists"));

            edit(TODOS + OPEN);
            waitFor();

            assertThat(serai("dump")).as(running.log()).contains("bread", "open[]");
        }
    }

    private Path syncConfig() {
        return folder.resolve("sync-config.yaml");
    }

    private void edit(String definitions) throws IOException {
        Files.writeString(syncConfig(), "bucket_definitions:\n" + definitions);
    }

    private void waitFor() throws Exception {
        serai("status", "--wait", "60");
    }

    private List<String> bucket(String name) throws Exception {
        return serai("dump", "--ops", "--prefix", name).lines().toList();
    }

    private String serai(String... arguments) throws Exception {
        return SeraiProcess.command(config, arguments);
    }

    /** How many rows of the user's tables the server has read, once all who read them have gone and said so. */
    private String rowsRead() {
        await().atMost(PATIENCE)
                .until(() -> "1"
                        .equals(database.value(
                                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()")));
        return Objects.requireNonNull(
                database.value("SELECT sum(seq_tup_read + coalesce(idx_tup_fetch, 0)) FROM pg_stat_user_tables"));
    }

    private String probe() throws Exception {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(
                            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/probes/readiness"))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString())
                    .body();
        }
    }
}
