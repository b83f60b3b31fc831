package io.serai.source.mysql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.serai.change.SourcePosition;
import io.serai.testsupport.MysqlServer;
import io.serai.testsupport.MysqlTestDatabase;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** I8 on MySQL: a log that does not go on from the stored position leads to another copy, never to a gap; a server that is started again does not. */
class LostHistoryIT {
    @TempDir
    Path folder;

    private MysqlServer server;
    private MysqlTestDatabase database;
    private MysqlReplica replica;

    @BeforeEach
    void replicate() throws Exception {
        server = MysqlServer.own();
        database = server.createDatabase();
        database.execute("CREATE TABLE t (id int PRIMARY KEY, a varchar(20))", "INSERT INTO t VALUES (1, 'one')");
        replica = new MysqlReplica(folder, database, "SELECT * FROM t").start();
        assertThat(replica.rows()).hasSize(1);
    }

    @AfterEach
    void close() {
        replica.close();
        server.close();
    }

    @Test
    void purgedTransactionsLeadToAnotherCopy() throws Exception {
        replica.stop();
        database.execute("INSERT INTO t VALUES (2, 'two')", "DELETE FROM t WHERE id = 1");
        String file =
                String.valueOf(database.query("SHOW BINARY LOG STATUS").get(0).get(0));
        server.execute("FLUSH BINARY LOGS", "PURGE BINARY LOGS TO '" + next(file) + "'");

        replica.start();

        assertThat(replica.rows()).containsExactly("{\"id\":2,\"a\":\"two\"}");
    }

    @Test
    void numbersThatAreUsedAgainAreNoticed() throws Exception {
        database.execute("UPDATE t SET a = 'x'", "UPDATE t SET a = 'y'", "UPDATE t SET a = 'z'");
        assertThat(replica.rows()).hasSize(1);
        long executed = count();
        replica.stop();
        server.execute("RESET BINARY LOGS AND GTIDS");
        for (long i = 0; i < executed + 3; i++) {
            database.execute("UPDATE t SET a = 'n" + i + "'");
        }
        database.execute("INSERT INTO t VALUES (3, 'three')");

        replica.start();

        assertThat(replica.rows())
                .isEqualTo(List.of("{\"id\":1,\"a\":\"n" + (executed + 2) + "\"}", "{\"id\":3,\"a\":\"three\"}"));
    }

    @Test
    void aServerThatStandsBeforeTheStoredPositionIsAnotherOne() throws Exception {
        replica.stop();
        server.execute("RESET BINARY LOGS AND GTIDS");
        database.execute("INSERT INTO t VALUES (4, 'four')");

        replica.start();

        assertThat(replica.rows()).hasSize(2);
    }

    @Test
    void aCrashAndAnotherStartOfTheServerLoseNothing() throws Exception {
        database.execute("INSERT INTO t VALUES (2, 'two')");
        server.stop();
        server.start();
        database.execute("INSERT INTO t VALUES (3, 'three')");
        assertThat(replica.rows()).hasSize(3);

        replica.stop();
        server.stop();
        server.start();
        replica.start();
        database.execute("DELETE FROM t WHERE id = 1");

        assertThat(replica.rows()).hasSize(2);
    }

    /** The log has a transaction before reads see it; while a commit waits for another server that may be long. */
    @Test
    void aTransactionThatTheServerStillCommitsIsNotLost() throws Exception {
        server.execute(
                "INSTALL PLUGIN rpl_semi_sync_source SONAME 'semisync_source.so'",
                "SET GLOBAL rpl_semi_sync_source_timeout = 60000",
                "SET GLOBAL rpl_semi_sync_source_enabled = ON");
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try (MysqlDatabase source = new MysqlDatabase(MysqlReplica.settings(database), "storage2")) {
            Future<?> insert = threads.submit(() -> database.execute("INSERT INTO t VALUES (2, 'two')"));
            await().atMost(Duration.ofSeconds(30)).until(() -> replica.rows().size() == 2);
            SourcePosition stored = replica.replication().status().position().orElseThrow();

            Future<?> verified = threads.submit(() -> source.verify(source.prepare(), stored, null));
            await().atMost(Duration.ofSeconds(30)).until(() -> verified.isDone() || isWaitedFor());
            assertThat(insert.isDone()).isFalse();
            server.execute("SET GLOBAL rpl_semi_sync_source_enabled = OFF");

            assertThat(verified).succeedsWithin(Duration.ofSeconds(30));
        } finally {
            threads.shutdownNow();
        }
    }

    private boolean isWaitedFor() {
        return !database.query("SELECT ID FROM information_schema.PROCESSLIST WHERE USER = '" + database.user()
                        + "' AND INFO LIKE 'SELECT WAIT_FOR_EXECUTED_GTID_SET%'")
                .isEmpty();
    }

    private long count() {
        return io.serai.change.GtidSet.parse(String.valueOf(
                        database.query("SELECT @@GLOBAL.gtid_executed").get(0).get(0)))
                .count();
    }

    private static String next(String file) {
        int dot = file.lastIndexOf('.');
        return file.substring(0, dot + 1) + String.format("%06d", Integer.parseInt(file.substring(dot + 1)) + 1);
    }
}
