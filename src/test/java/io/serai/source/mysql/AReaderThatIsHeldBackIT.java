package io.serai.source.mysql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.serai.testsupport.MysqlServer;
import io.serai.testsupport.MysqlTestDatabase;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A route that stands still for several times the server's {@code net_write_timeout}, with a full queue before it: the server keeps the connection, and
 * what is read is read once.
 */
class AReaderThatIsHeldBackIT {
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final Duration HOLD_UP = Duration.ofSeconds(12);

    private final CountDownLatch held = new CountDownLatch(1);

    @TempDir
    Path folder;

    @Test
    void isNotCutOffByTheServer() throws Exception {
        try (MysqlServer server = MysqlServer.own("--net-write-timeout=3");
                MysqlTestDatabase database = server.createDatabase()) {
            database.execute("CREATE TABLE t (id int PRIMARY KEY, a text)");
            try (MysqlReplica replica = new MysqlReplica(folder, database, "SELECT id FROM t")) {
                replica.through(exchange -> held.await()).start();
                assertThat(replica.rows()).isEmpty();
                List<List<@Nullable String>> readers = readers(database);
                assertThat(readers).hasSize(1);

                database.execute(
                        "SET SESSION cte_max_recursion_depth = 100000",
                        "INSERT INTO t WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 60000)"
                                + " SELECT i, repeat('x', 1500) FROM n");
                await().atMost(PATIENCE).until(() -> replica.replication().queuedBytes() > 10 << 20);
                await().during(HOLD_UP)
                        .atMost(HOLD_UP.plus(PATIENCE))
                        .until(() -> readers(database).equals(readers));
                held.countDown();
                database.execute("INSERT INTO t VALUES (0, 'after')");

                assertThat(replica.rows()).hasSize(60_001);
                assertThat(readers(database)).isEqualTo(readers);
            }
        }
    }

    /** The server's threads that send the log to the user who replicates. */
    private static List<List<@Nullable String>> readers(MysqlTestDatabase database) {
        return database.query("SELECT ID FROM information_schema.PROCESSLIST WHERE USER = '" + database.user()
                + "' AND COMMAND LIKE 'Binlog Dump%'");
    }
}
