package io.serai.source.mysql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.serai.route.ChangeHeaders;
import io.serai.testsupport.MysqlServer;
import io.serai.testsupport.MysqlTestDatabase;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** I9 for rows that nothing names: equal ones are counted, whether the copy or the log brought them, and clients keep one until the last is gone. */
class TablesWithoutAKeyIT {
    private static final int WRITERS = 4;

    @TempDir
    Path folder;

    private final long seed = Long.getLong("serai.seed", System.nanoTime());
    private MysqlTestDatabase database;

    @BeforeEach
    void createATableWithoutAKey() {
        database = MysqlServer.shared().createDatabase();
        database.execute("CREATE TABLE t (a int, b varchar(20), f float, j json)");
    }

    @AfterEach
    void drop() {
        database.close();
    }

    @Test
    void equalRowsAreCounted() throws Exception {
        database.execute("INSERT INTO t (a, b) VALUES (1, 'a'), (1, 'a'), (1, 'a'), (2, NULL)");
        try (MysqlReplica replica = replica("replica").start()) {
            assertThat(replica.rows()).isEqualTo(selected()).hasSize(2);

            database.execute("DELETE FROM t WHERE a = 1 LIMIT 1", "UPDATE t SET b = 'b' WHERE a = 1 LIMIT 1");
            assertThat(replica.rows()).isEqualTo(selected()).hasSize(3);

            session(
                    "SET binlog_row_image = 'MINIMAL'",
                    "UPDATE t SET f = 1.1, j = '{\"k\": 0.1}' WHERE a = 2",
                    "DELETE FROM t WHERE b = 'a'");
            assertThat(replica.rows()).isEqualTo(selected()).hasSize(2);

            database.execute("TRUNCATE TABLE t", "INSERT INTO t (a, b) VALUES (3, 'c'), (3, 'c')");
            assertThat(replica.rows()).isEqualTo(selected()).hasSize(1);
        }
    }

    /** A minimal image of an insert lacks the columns that the statement did not name, and no key tells which row to read. */
    @Test
    void aRowThatTheLogDoesNotHaveAsAWholeIsCopied() throws Exception {
        database.execute("ALTER TABLE t ADD COLUMN d int DEFAULT 7 FIRST");
        try (MysqlReplica replica = replica("replica").start()) {
            assertThat(replica.rows()).isEmpty();

            session("SET binlog_row_image = 'MINIMAL'", "INSERT INTO t (a, b) VALUES (1, 'a'), (1, 'a'), (2, 'b')");
            assertThat(replica.rows()).isEqualTo(selected()).hasSize(2);

            database.execute("DELETE FROM t WHERE a = 1 LIMIT 1");
            assertThat(replica.rows()).isEqualTo(selected()).hasSize(2);
        }
    }

    /** Whether a transaction is in the copy or in the log is decided while many are being committed. */
    @Test
    void aCopyBeginsWhileEveryMomentIsInTheMiddleOfACommit() throws Exception {
        for (int round = 0; round < 3; round++) {
            ExecutorService writers = Executors.newFixedThreadPool(WRITERS);
            List<Future<?>> writing = new ArrayList<>();
            for (int i = 0; i < WRITERS; i++) {
                Random dice = new Random(seed + 100L * round + i);
                writing.add(writers.submit(() -> write(dice)));
            }
            try (MysqlReplica replica = replica("replica" + round).start()) {
                for (Future<?> writer : writing) {
                    writer.get();
                }
                assertThat(replica.rows()).as("seed " + seed).isEqualTo(selected());

                database.execute("DELETE FROM t WHERE a % 2 = 0"); // a row that was counted twice would stay
                assertThat(replica.rows()).as("seed " + seed).isEqualTo(selected());
            } finally {
                writers.shutdownNow();
            }
        }
    }

    /** The one read of the whole table keeps statements that alter it waiting, so it does not wait for a stream that is behind. */
    @Test
    void aCopyHoldsNoTableWhileTheStreamIsBehind() throws Exception {
        database.execute(
                "CREATE TABLE s (id int PRIMARY KEY)",
                "INSERT INTO t (a, b) WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000)"
                        + " SELECT i, 'one of many rows' FROM n",
                "INSERT INTO t SELECT * FROM t",
                "INSERT INTO t SELECT * FROM t",
                "INSERT INTO t SELECT * FROM t");
        CountDownLatch began = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        try (MysqlReplica replica = new MysqlReplica(
                        folder,
                        database,
                        "SELECT a || ':' || ifnull(b, '') AS id, a, b, f, j FROM t",
                        "SELECT id FROM s")
                .start()) {
            assertThat(replica.rows()).hasSize(1000);
            replica.stop();
            database.execute("INSERT INTO s VALUES (7)", "ALTER TABLE t ADD COLUMN c int");

            replica.through(exchange -> {
                        if ((database.name() + ".s")
                                .equals(exchange.getMessage().getHeader(ChangeHeaders.TABLE))) {
                            began.countDown();
                            goOn.await();
                        }
                    })
                    .start();
            assertThat(began.await(60, TimeUnit.SECONDS)).isTrue();

            await().during(Duration.ofSeconds(2)).atMost(Duration.ofSeconds(5)).until(() -> !isHeld("t"));
            goOn.countDown();
            assertThat(replica.rows()).hasSize(1001);
        } finally {
            goOn.countDown();
        }
    }

    private boolean isHeld(String table) {
        return !database.query("SELECT * FROM performance_schema.metadata_locks WHERE OBJECT_TYPE = 'TABLE'"
                        + " AND OBJECT_SCHEMA = DATABASE() AND OBJECT_NAME = '" + table + "'")
                .isEmpty();
    }

    private Void write(Random dice) throws Exception {
        try (Connection connection = database.connection();
                Statement statement = connection.createStatement()) {
            for (int i = 0; i < 1500; i++) {
                int a = dice.nextInt(200);
                statement.execute(
                        dice.nextInt(3) > 0
                                ? "INSERT INTO t (a, b, f) VALUES (" + a + ", 'x" + dice.nextInt(2) + "', 0.1)"
                                : "DELETE FROM t WHERE a = " + a + " LIMIT 1");
            }
        }
        return null;
    }

    private MysqlReplica replica(String name) {
        return new MysqlReplica(
                folder.resolve(name), database, "SELECT a || ':' || ifnull(b, '') AS id, a, b, f, j FROM t");
    }

    private void session(String... statements) throws Exception {
        try (Connection connection = database.connection();
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    private List<String> selected() {
        return database
                .query(
                        "SELECT DISTINCT CONCAT('{\"id\":\"', a, ':', IFNULL(b, ''), '\",\"a\":', a, ',\"b\":',"
                                + " IF(b IS NULL, 'null', JSON_QUOTE(b)), ',\"f\":', IFNULL(f, 'null'), ',\"j\":',"
                                + " IF(j IS NULL, 'null', JSON_QUOTE(CAST(j AS CHAR))), '}') AS r FROM t ORDER BY r COLLATE utf8mb4_bin")
                .stream()
                .map(row -> String.valueOf(row.get(0)))
                .toList();
    }
}
