package io.serai.source.debezium;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.serai.bucket.BucketOp;
import io.serai.error.ErrorCode;
import io.serai.source.SourceStatus;
import io.serai.source.mysql.MysqlSettings;
import io.serai.source.mysql.MysqlSource;
import io.serai.testsupport.MysqlServer;
import io.serai.testsupport.MysqlTestDatabase;
import io.serai.testsupport.TcpProxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What fails in a route from {@code debezium-mysql}, or around it: nothing is lost, and nothing comes twice. */
class DebeziumMysqlFailuresIT {
    private static final int ROWS = 100_000;
    private static final Duration SILENCE_AND_MORE = Duration.ofSeconds(90);

    @TempDir
    Path folder;

    private DebeziumTodos<MysqlTestDatabase> todos;

    @BeforeEach
    void start() {
        todos = DebeziumTodos.mysql(folder);
    }

    @AfterEach
    void stop() throws Exception {
        todos.close();
    }

    @Test
    void i6ARouteThatThrowsStopsBeforeTheNextChangeAndGoesOnWhenTheCauseIsGone() throws Exception {
        AtomicBoolean broken = new AtomicBoolean(true);
        todos.run(
                todos.options(),
                route -> route.process(exchange -> {
                    Map<?, ?> row = exchange.getMessage().getBody(Map.class);
                    if (broken.get() && "t5".equals(row.get("id"))) {
                        throw new IllegalStateException("row data");
                    }
                }));
        assertThat(todos.stored()).isEmpty();

        for (int i = 1; i < 10; i++) {
            todos.database.execute("INSERT INTO todos VALUES ('t" + i + "', 'Rest', false)");
        }
        awaitProblem(todos, ErrorCode.SOURCE_ROUTE_FAILED);

        assertThat(todos.storedNow()).noneMatch(row -> row.matches(".*\"t[5-9]\".*"));
        broken.set(false);
        assertThat(todos.stored()).hasSize(9);
        assertThat(todos.operations()).hasSize(9);
    }

    @Test
    void aConnectionThatBreaksInALargeTransactionBringsItOnceAndWhole() throws Exception {
        AtomicInteger routed = new AtomicInteger();
        MysqlServer server = todos.database.server();
        try (TcpProxy proxy = TcpProxy.before(server.host(), server.port())) {
            todos.run(
                    through(proxy),
                    route -> route.process(exchange -> {
                        if (routed.incrementAndGet() == ROWS / 5) {
                            proxy.cutOnce();
                        }
                    }));
            assertThat(todos.stored()).isEmpty();

            insertMany();

            assertThat(todos.stored()).hasSize(ROWS);
            assertThat(todos.operations()).hasSize(ROWS).allMatch(op -> op.kind() == BucketOp.Kind.PUT);
            assertThat(routed.get()).as("it was read again").isGreaterThan(ROWS);
        }
    }

    private void insertMany() {
        todos.database.execute(
                "SET SESSION cte_max_recursion_depth = " + ROWS,
                "INSERT INTO todos WITH RECURSIVE g AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM g WHERE n < " + ROWS
                        + ") SELECT concat('t', n), concat('Row ', n), false FROM g");
    }

    /** An engine's connection over which nothing comes any more, and of which nobody is told; Serai's own go elsewhere. */
    @Test
    void aServerThatIsSilentIsNoticed() throws Exception {
        MysqlServer server = todos.database.server();
        try (TcpProxy proxy = TcpProxy.before(server.host(), server.port())) {
            todos.context
                    .getRegistry()
                    .bind(
                            "shop",
                            new MysqlSource(MysqlSettings.of(
                                    "shop",
                                    server.host(),
                                    server.port(),
                                    todos.database.name(),
                                    todos.database.user(),
                                    server.password())));
            todos.run(through(proxy), route -> route);
            assertThat(todos.stored()).isEmpty();
            await().atMost(DebeziumTodos.PATIENCE).until(() -> !reader().isEmpty());

            proxy.stall();
            await().atMost(SILENCE_AND_MORE)
                    .until(() -> todos.replication()
                            .problem()
                            .map(SourceStatus.Problem::message)
                            .filter(message -> message.contains("not even a heartbeat"))
                            .isPresent());
            proxy.cut();
            proxy.resume();
            todos.database.execute("INSERT INTO todos VALUES ('t1', 'Buy milk', false)");

            assertThat(todos.stored()).hasSize(1);
        }
    }

    private Map<String, String> through(TcpProxy proxy) {
        Map<String, String> options = todos.options();
        options.put("databaseHostname", proxy.host());
        options.put("databasePort", Integer.toString(proxy.port()));
        return options;
    }

    @Test
    void anEngineThatDiesIsNoticedAndStartedAgain() throws Exception {
        todos.run();
        assertThat(todos.stored()).isEmpty();

        await().atMost(DebeziumTodos.PATIENCE).until(() -> !reader().isEmpty());
        String reader = reader();
        todos.database.execute("KILL " + reader);
        await().atMost(DebeziumTodos.PATIENCE).until(() -> !reader().equals(reader) && !reader().isEmpty());
        todos.database.execute("INSERT INTO todos VALUES ('t1', 'Buy milk', false)");

        assertThat(todos.stored()).hasSize(1);
    }

    /** The server's thread that sends the log to this test's user; empty when nothing reads it. */
    private String reader() {
        return String.valueOf(todos.database
                .query("SELECT coalesce(max(ID), '') FROM performance_schema.processlist WHERE USER = '"
                        + todos.database.user() + "' AND COMMAND LIKE 'Binlog Dump%'")
                .getFirst()
                .getFirst());
    }

    @Test
    void aServerThatStopsAndStartsIsFollowedOn() throws Exception {
        try (MysqlServer server = MysqlServer.own();
                DebeziumTodos<MysqlTestDatabase> own = DebeziumTodos.mysql(folder.resolve("own"), server)) {
            own.run();
            own.database.execute("INSERT INTO todos VALUES ('t1', 'Buy milk', false)");
            assertThat(own.stored()).hasSize(1);

            server.crash();
            server.start();
            own.database.execute("INSERT INTO todos VALUES ('t2', 'Fetch bread', false)");
            server.stop();
            server.start();
            own.database.execute("INSERT INTO todos VALUES ('t3', 'Rest', false)");

            await().atMost(SILENCE_AND_MORE)
                    .untilAsserted(() -> assertThat(own.storedNow()).hasSize(3).isEqualTo(own.selected()));
        }
    }

    /** I8: the server has other transactions under the numbers that are stored. */
    @Test
    void numbersThatAreUsedAgainAreNoticed() throws Exception {
        try (MysqlServer server = MysqlServer.own();
                DebeziumTodos<MysqlTestDatabase> own = DebeziumTodos.mysql(folder.resolve("own"), server)) {
            own.database.execute("INSERT INTO todos VALUES ('t1', 'Buy milk', false)");
            own.run();
            own.database.execute("UPDATE todos SET title = 'a'", "UPDATE todos SET title = 'b'");
            assertThat(own.stored()).hasSize(1);
            own.restart();
            server.execute("RESET BINARY LOGS AND GTIDS");
            for (int i = 0; i < 40; i++) {
                own.database.execute("UPDATE todos SET title = 'n" + i + "'");
            }

            own.run();

            assertThat(own.stored()).isEqualTo(own.selected());
        }
    }

    /** Which only this server's clock tells: the one that committed it first is another. */
    @Test
    void aReplicaThatIsReadGoesOnWhereItStopped() throws Exception {
        try (MysqlServer server = MysqlServer.own();
                DebeziumTodos<MysqlTestDatabase> own = DebeziumTodos.mysql(folder.resolve("own"), server)) {
            own.run();
            own.database.execute(
                    "SET original_commit_timestamp = 1700000000123456",
                    "INSERT INTO todos VALUES ('t1', 'Replicated', false)");
            assertThat(own.stored()).hasSize(1);
            own.restart();
            own.run(
                    own.options(),
                    route -> route.process(exchange -> {
                        assertThat(exchange.getMessage().getBody(Map.class).get("id"))
                                .as("copied again")
                                .isEqualTo("t2");
                    }));
            own.database.execute("INSERT INTO todos VALUES ('t2', 'Fetch bread', false)");

            assertThat(own.stored()).hasSize(2);
        }
    }

    @Test
    void theExampleOfTheManualNeedsNothingButTheJars() throws Exception {
        todos.database.execute("INSERT INTO todos VALUES ('t1', 'Buy milk', false)");
        todos.run(example());
        assertThat(todos.stored()).hasSize(1);

        todos.database.execute("INSERT INTO todos VALUES ('t2', 'Fetch bread', false)");

        assertThat(todos.stored()).hasSize(2).isEqualTo(todos.selected());
    }

    private static String example() throws Exception {
        Matcher block = Pattern.compile("\nWith MySQL:\n\n```yaml\n(.*?)\n```", Pattern.DOTALL)
                .matcher(Files.readString(Path.of("docs/debezium.md")));
        assertThat(block.find()).isTrue();
        return block.group(1) + "\n";
    }

    /** Each is refused while it lasts, and no longer. */
    @Test
    void aServerOfWhichTheEngineWouldLoseChangesIsRefused() throws Exception {
        try (MysqlServer server = MysqlServer.own("--innodb-native-foreign-keys=ON");
                DebeziumTodos<MysqlTestDatabase> own = DebeziumTodos.mysql(folder.resolve("own"), server)) {
            server.execute("SET GLOBAL binlog_row_value_options = 'PARTIAL_JSON'");
            own.run();
            awaitProblem(own, ErrorCode.DEBEZIUM_SERVER);
            assertThat(message(own)).contains("PARTIAL_JSON");

            server.execute("SET GLOBAL binlog_row_value_options = ''");
            assertThat(own.stored()).isEmpty();

            own.database.execute(
                    "CREATE TABLE lists (id varchar(32) PRIMARY KEY)",
                    "ALTER TABLE todos ADD list varchar(32) REFERENCES lists(id) ON DELETE CASCADE",
                    "ALTER TABLE todos ADD FOREIGN KEY (list) REFERENCES lists(id) ON DELETE CASCADE");
            awaitProblem(own, ErrorCode.DEBEZIUM_SERVER);
            assertThat(message(own)).contains(".lists\"", "which the server does not log");

            own.database.execute(
                    "SET gtid_next = 'AUTOMATIC:mine'", "INSERT INTO todos VALUES ('t1', 'Tagged', false, NULL)");
            await().atMost(DebeziumTodos.PATIENCE)
                    .untilAsserted(() -> assertThat(message(own)).contains("transactions with tags"));
        }
    }

    private static String message(DebeziumTodos<?> of) {
        return of.replication().problem().map(SourceStatus.Problem::message).orElse("");
    }

    private static void awaitProblem(DebeziumTodos<?> of, ErrorCode code) {
        await().atMost(DebeziumTodos.PATIENCE)
                .until(() -> of.replication()
                        .problem()
                        .map(SourceStatus.Problem::code)
                        .filter(code::equals)
                        .isPresent());
    }

    /** What the servers of most people do: the log does not have what foreign keys did, so children are read again. */
    @Test
    void childrenOfForeignKeysAreReadAgainWhereTheServerDoesNotLogWhatIsDoneToThem() throws Exception {
        try (MysqlServer server = MysqlServer.own("--innodb-native-foreign-keys=ON");
                DebeziumTodos<MysqlTestDatabase> own = DebeziumTodos.mysql(folder.resolve("own"), server)) {
            own.database.execute(
                    "ALTER TABLE todos ADD up varchar(32)",
                    "ALTER TABLE todos ADD FOREIGN KEY (up) REFERENCES todos(id) ON DELETE CASCADE ON UPDATE CASCADE",
                    "INSERT INTO todos VALUES ('t1', 'Buy', false, NULL), ('t2', 'Milk', false, 't1'), ('t3', 'Oat', false, 't2')");
            own.run();
            assertThat(own.stored()).hasSize(3);

            own.database.execute("DELETE FROM todos WHERE id = 't1'");

            assertThat(own.stored()).isEmpty();
            assertThat(own.selected()).isEqualTo(List.of());
        }
    }
}
