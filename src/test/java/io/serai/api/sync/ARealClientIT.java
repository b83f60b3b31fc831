package io.serai.api.sync;

import static org.assertj.core.api.Assertions.assertThat;

import io.serai.change.JsonReader;
import io.serai.testsupport.PostgresServer;
import io.serai.testsupport.SeraiProcess;
import io.serai.testsupport.SyncClient;
import io.serai.testsupport.TestCertificate;
import io.serai.testsupport.TestDatabase;
import io.serai.testsupport.TestToken;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** PowerSync's own client syncs from {@code serai run}. */
@Timeout(300)
class ARealClientIT {
    private static final Map<String, List<String>> TABLES =
            Map.of("lists", List.of("name"), "todos", List.of("list_id", "title"));
    private static final String LISTS = "SELECT id, name FROM lists ORDER BY id";
    private static final String TODOS = "SELECT id, list_id, title FROM todos ORDER BY id";

    private static final String FIRST_RULES = """
            bucket_definitions:
              by_list:
                parameters: SELECT list_id FROM members WHERE user_id = request.user_id()
                data:
                  - SELECT id, name FROM lists WHERE id = bucket.list_id
                  - SELECT id, list_id, title FROM todos WHERE list_id = bucket.list_id
            """;

    @TempDir
    Path folder;

    private TestDatabase database;
    private Path config;
    private int port;

    @BeforeEach
    void prepare() throws IOException {
        database = PostgresServer.shared().createDatabase();
        database.execute(
                "CREATE TABLE lists (id text PRIMARY KEY, name text)",
                "CREATE TABLE members (list_id text, user_id text, PRIMARY KEY (list_id, user_id))",
                "CREATE TABLE todos (id text PRIMARY KEY, list_id text, title text)",
                "INSERT INTO lists VALUES ('l1', 'home'), ('l2', 'work')",
                "INSERT INTO members VALUES ('l1', 'ann'), ('l2', 'bob')",
                "INSERT INTO todos VALUES ('t1', 'l1', 'bread'), ('t2', 'l2', 'report')",
                "CREATE PUBLICATION powersync FOR ALL TABLES");
        try (ServerSocket socket = new ServerSocket(0)) {
            port = socket.getLocalPort();
        }
        config = SeraiProcess.configure(folder, port, """
                        - type: postgresql
                          uri: %s
                          sslmode: disable
                        """.formatted(database.uri()), FIRST_RULES);
        Files.writeString(config, TestToken.clientAuth(), StandardOpenOption.APPEND);
    }

    @AfterEach
    void drop() {
        database.close();
    }

    @Test
    void hasTheRowsOfItsUserWhateverChanges() throws Exception {
        try (SeraiProcess serai = SeraiProcess.run(config);
                SyncClient ann = client("ann")) {
            ann.sync();
            assertThat(ann.rows(LISTS)).containsExactly("{\"id\":\"l1\",\"name\":\"home\"}");
            ann.awaitRows(TODOS, "{\"id\":\"t1\",\"list_id\":\"l1\",\"title\":\"bread\"}");

            database.execute("INSERT INTO todos VALUES ('t3', 'l1', 'milk')");
            ann.awaitRows("SELECT id FROM todos ORDER BY id", "{\"id\":\"t1\"}", "{\"id\":\"t3\"}");
            database.execute("UPDATE todos SET title = 'rye bread' WHERE id = 't1'");
            ann.awaitRows("SELECT title FROM todos WHERE id = 't1'", "{\"title\":\"rye bread\"}");
            database.execute("DELETE FROM todos WHERE id = 't3'");
            ann.awaitRows("SELECT id FROM todos", "{\"id\":\"t1\"}");

            database.execute("INSERT INTO members VALUES ('l2', 'ann')");
            ann.awaitRows(LISTS, "{\"id\":\"l1\",\"name\":\"home\"}", "{\"id\":\"l2\",\"name\":\"work\"}");
            database.execute("UPDATE todos SET list_id = 'l2' WHERE id = 't1'");
            ann.awaitRows(
                    "SELECT id, list_id FROM todos ORDER BY id",
                    "{\"id\":\"t1\",\"list_id\":\"l2\"}",
                    "{\"id\":\"t2\",\"list_id\":\"l2\"}");
            database.execute("DELETE FROM members WHERE list_id = 'l2' AND user_id = 'ann'");
            ann.awaitRows(LISTS, "{\"id\":\"l1\",\"name\":\"home\"}");
            ann.awaitRows(TODOS);

            serai.kill();
            database.execute("INSERT INTO todos VALUES ('t4', 'l1', 'eggs')");
            serai.restart();
            ann.awaitRows("SELECT id FROM todos", "{\"id\":\"t4\"}");

            ann.disconnect();
            database.execute("UPDATE lists SET name = 'flat' WHERE id = 'l1'", "DELETE FROM todos WHERE id = 't4'");
            ann.connect();
            ann.awaitRows(LISTS, "{\"id\":\"l1\",\"name\":\"flat\"}");
            ann.awaitRows(TODOS);
            ann.requireNoFault();
        }
    }

    @Test
    void getsItsOwnWritesBackAndTheStreamsThatItNames() throws Exception {
        Files.writeString(folder.resolve("sync-config.yaml"), """
                config:
                  edition: 3
                streams:
                  lists:
                    auto_subscribe: true
                    priority: 1
                    query: SELECT * FROM lists WHERE id IN (SELECT list_id FROM members WHERE user_id = auth.user_id())
                  todos:
                    query: |
                      SELECT * FROM todos WHERE list_id = subscription.parameter('list')
                        AND list_id IN (SELECT list_id FROM members WHERE user_id = auth.user_id())
                """);
        try (SeraiProcess serai = SeraiProcess.run(config);
                SyncClient ann = client("ann")) {
            ann.sync();
            assertThat(ann.rows(LISTS)).containsExactly("{\"id\":\"l1\",\"name\":\"home\"}");
            assertThat(ann.rows(TODOS)).isEmpty();

            ann.subscribe("todos", JsonReader.read("{\"list\":\"l1\"}"));
            ann.awaitRows(TODOS, "{\"id\":\"t1\",\"list_id\":\"l1\",\"title\":\"bread\"}");
            ann.subscribe("todos", JsonReader.read("{\"list\":\"l2\"}")); // which is not ann's

            ann.execute("INSERT INTO todos (id, list_id, title) VALUES ('t9', 'l1', 'mine')");
            assertThat(ann.upload().text()).contains("\"t9\"");
            database.execute("INSERT INTO todos VALUES ('t9', 'l1', 'mine, as the backend has it')");
            ann.uploaded();
            ann.awaitRows(
                    "SELECT title FROM todos ORDER BY id",
                    "{\"title\":\"bread\"}",
                    "{\"title\":\"mine, as the backend has it\"}");

            ann.execute("DELETE FROM todos WHERE id = 't1'");
            ann.upload();
            ann.uploaded(); // the backend did not do it: the write checkpoint brings the row back
            ann.awaitRows("SELECT id FROM todos ORDER BY id", "{\"id\":\"t1\"}", "{\"id\":\"t9\"}");
            ann.requireNoFault();
        }
    }

    @Test
    void hasTheBetterPrioritiesFirstAndAllOfManyRowsAlsoWhenTheServerEndsMeanwhile() throws Exception {
        database.execute("INSERT INTO todos SELECT 'r' || i, 'l1', 'row ' || i FROM generate_series(1, 100000) i");
        Files.writeString(folder.resolve("sync-config.yaml"), """
                config:
                  edition: 3
                streams:
                  lists:
                    auto_subscribe: true
                    priority: 1
                    query: SELECT * FROM lists
                  todos:
                    priority: 1
                    query: SELECT * FROM todos WHERE list_id = subscription.parameter('list')
                """);
        try (SeraiProcess serai = SeraiProcess.run(config);
                SyncClient ann = client("ann")) {
            SeraiProcess.command(config, "status", "--wait", "120");
            ann.subscribe("todos", JsonReader.read("{\"list\":\"l1\"}"), 2);
            ann.connect();

            assertThat(ann.awaitPriority(1)).isTrue();
            assertThat(ann.rows(LISTS)).hasSize(2);
            assertThat(ann.rows(TODOS)).isEmpty();

            serai.kill();
            serai.restart();
            ann.command("synced");
            assertThat(ann.rows(TODOS))
                    .hasSize(100_001)
                    .isEqualTo(rows("SELECT id, list_id, title FROM todos WHERE list_id = 'l1'"));

            ann.subscribe("todos", JsonReader.read("{\"list\":\"l2\"}"));
            database.execute(
                    "UPDATE todos SET title = 'changed' WHERE id LIKE 'r7%'", "DELETE FROM todos WHERE id LIKE 'r8%'");
            ann.awaitRows(
                    "SELECT count(*) AS count FROM todos",
                    "{\"count\":" + database.value("SELECT count(*) FROM todos") + "}");
            assertThat(ann.rows(TODOS)).isEqualTo(rows("SELECT id, list_id, title FROM todos"));
            ann.requireNoFault();
        }
    }

    @Test
    void followsASyncConfigThatIsDeployedUnderIt() throws Exception {
        try (SeraiProcess serai = SeraiProcess.run(config);
                SyncClient ann = client("ann");
                SyncClient bob = client("bob")) {
            ann.sync();
            bob.sync();
            ann.awaitRows(TODOS, "{\"id\":\"t1\",\"list_id\":\"l1\",\"title\":\"bread\"}");

            Files.writeString(folder.resolve("sync-config.yaml"), """
                    bucket_definitions:
                      everybody:
                        data:
                          - SELECT id, name FROM lists
                      mine:
                        parameters: SELECT list_id FROM members WHERE user_id = request.user_id()
                        data:
                          - SELECT id, list_id, upper(title) AS title FROM todos WHERE list_id = bucket.list_id
                    """);
            database.execute("INSERT INTO todos VALUES ('t3', 'l1', 'milk'), ('t4', 'l2', 'plan')");

            ann.awaitRows(
                    TODOS,
                    "{\"id\":\"t1\",\"list_id\":\"l1\",\"title\":\"BREAD\"}",
                    "{\"id\":\"t3\",\"list_id\":\"l1\",\"title\":\"MILK\"}");
            bob.awaitRows(
                    TODOS,
                    "{\"id\":\"t2\",\"list_id\":\"l2\",\"title\":\"REPORT\"}",
                    "{\"id\":\"t4\",\"list_id\":\"l2\",\"title\":\"PLAN\"}");
            for (SyncClient client : List.of(ann, bob)) {
                client.awaitRows(LISTS, "{\"id\":\"l1\",\"name\":\"home\"}", "{\"id\":\"l2\",\"name\":\"work\"}");
            }

            Files.writeString(folder.resolve("sync-config.yaml"), FIRST_RULES);
            ann.awaitRows(LISTS, "{\"id\":\"l1\",\"name\":\"home\"}");
            database.execute("DELETE FROM todos WHERE id = 't1'");
            ann.awaitRows(TODOS, "{\"id\":\"t3\",\"list_id\":\"l1\",\"title\":\"milk\"}");
            assertThat(serai.isAlive()).isTrue();
            ann.requireNoFault();
            bob.requireNoFault();
        }
    }

    @Test
    void isServedOverTls() throws Exception {
        TestCertificate certificate = TestCertificate.of("localhost", folder);
        Path authority = Files.writeString(folder.resolve("server.crt"), certificate.pem());
        Files.writeString(folder.resolve("server.key"), certificate.key());
        Files.writeString(
                config,
                "api: {tls: {certificate_file: server.crt, private_key_file: server.key}}\n",
                StandardOpenOption.APPEND);
        try (SeraiProcess serai = SeraiProcess.run(config);
                SyncClient ann = SyncClient.start(
                        Files.createDirectories(folder.resolve("ann")),
                        "https://localhost:" + port,
                        TestToken.of("ann"),
                        TABLES,
                        Map.of("NODE_EXTRA_CA_CERTS", authority.toString()))) {
            assertThat(SeraiProcess.command(config, "status", "--wait", "120")).contains("streaming");
            ann.sync();
            ann.awaitRows(TODOS, "{\"id\":\"t1\",\"list_id\":\"l1\",\"title\":\"bread\"}");
            ann.requireNoFault();
        }
    }

    /** The source's rows in the order of their ids, as the client shows its own. */
    private List<String> rows(String sql) {
        return database
                .query("SELECT json_build_object('id', id, 'list_id', list_id, 'title', title)::text, id FROM (" + sql
                        + ") AS found ORDER BY id COLLATE \"C\"")
                .stream()
                .map(row ->
                        JsonReader.read(Objects.requireNonNull(row.getFirst())).text())
                .toList();
    }

    private SyncClient client(String user) throws IOException, InterruptedException {
        return SyncClient.start(
                Files.createDirectories(folder.resolve(user)), "http://127.0.0.1:" + port, TestToken.of(user), TABLES);
    }
}
