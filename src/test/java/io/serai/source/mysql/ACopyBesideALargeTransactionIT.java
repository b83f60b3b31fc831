package io.serai.source.mysql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.serai.route.ChangeHeaders;
import io.serai.testsupport.MysqlServer;
import io.serai.testsupport.MysqlTestDatabase;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.Exchange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A transaction changes more rows than are followed while chunks of their table wait for the stream to pass: these are void, with all that was read behind
 * them, and are read again (I4).
 */
class ACopyBesideALargeTransactionIT {
    private static final int ROWS = 60_000;

    private final CountDownLatch committed = new CountDownLatch(1);
    private final CountDownLatch held = new CountDownLatch(1);
    private final AtomicInteger copied = new AtomicInteger();

    @TempDir
    Path folder;

    @Test
    void I4ReadsAgainWhatTheTransactionMayHaveChanged() throws Exception {
        try (MysqlTestDatabase database = MysqlServer.shared().createDatabase()) {
            database.execute(
                    "SET SESSION cte_max_recursion_depth = " + ROWS,
                    "CREATE TABLE t (id decimal(20) PRIMARY KEY, n int, filler text)", // a key that is not divided
                    "INSERT INTO t WITH RECURSIVE g AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM g WHERE n < " + ROWS
                            + ") SELECT n, 0, REPEAT('x', 400) FROM g");
            try (MysqlReplica replica = new MysqlReplica(folder, database, "SELECT id, n FROM t")) {
                replica.inChunksOf(1 << 16).through(this::step).start();
                await().atMost(Duration.ofMinutes(3)).until(() -> copied.get() > 0);
                database.execute("UPDATE t SET n = 1 WHERE id % 2 = 0");
                committed.countDown();
                await().atMost(Duration.ofMinutes(3)).until(() -> copied.get() >= ROWS);
                held.countDown();

                assertThat(replica.rows()).containsExactlyInAnyOrderElementsOf(selected(database));
                assertThat(copied.get()).isGreaterThan(ROWS + ROWS / 10);

                replica.stop();
                replica.start();
                assertThat(replica.rows()).hasSize(ROWS);
            }
        }
    }

    /** Rows of the copy wait for the transaction, and those of the log for the copy. */
    private void step(Exchange exchange) throws InterruptedException {
        if (exchange.getMessage().getHeader(ChangeHeaders.SNAPSHOT, boolean.class)) {
            copied.incrementAndGet();
            committed.await();
        } else {
            held.await();
        }
    }

    private static List<String> selected(MysqlTestDatabase database) {
        return database.query("SELECT CONCAT('{\"id\":\"', id, '\",\"n\":', n, '}') FROM t").stream()
                .map(row -> String.valueOf(row.get(0)))
                .toList();
    }
}
