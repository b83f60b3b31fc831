package io.serai.oracle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.serai.testsupport.PostgresServer;
import io.serai.testsupport.SeraiProcess;
import io.serai.testsupport.ServerPair;
import io.serai.testsupport.TestDatabase;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The source is a standby: nothing is written to it, and what happens to it and to its primary is no gap. */
class StandbyIT {
    private static final int VERSION = 17;
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final String[] LOST = {"SERAI-S1008", "SERAI-S1110", "SERAI-S1111", "History is lost"};

    @TempDir
    Path folder;

    private ServerPair servers;
    private PostgresServer primary;
    private PostgresServer standby;
    private TestDatabase database;
    private TodosReplica replica;
    private Path config;

    @BeforeEach
    void start() throws Exception {
        start(VERSION);
    }

    private void start(int version) throws Exception {
        servers = ServerPair.ofVersion(version, Map.of());
        primary = servers.primary();
        standby = servers.standby();
        database = primary.createDatabase();
        TodosReplica.fill(database);
        servers.awaitReplayed();
        replica = new TodosReplica(folder);
        config = replica.configure(standby.database(database.name()).uri(), "");
    }

    @AfterEach
    void stop() {
        servers.close();
    }

    @Test
    void itIsCaughtUpWithWhileThePrimaryIsIdleAndWhileItWritesElsewhere() throws Exception {
        try (SeraiProcess serai = SeraiProcess.run(config)) {
            servers.letSlotsBeMade(1);
            SeraiProcess.command(config, "status", "--wait", "60");
            SeraiProcess.command(config, "status", "--wait", "60");
            try (TestDatabase other = primary.createDatabase()) {
                other.execute("CREATE TABLE filler AS SELECT generate_series(1, 10000)", "SELECT pg_switch_wal()");
                servers.awaitReplayed();
                SeraiProcess.command(config, "status", "--wait", "60");
                String written = primary.database("postgres").value("SELECT pg_current_wal_lsn()");
                other.execute("INSERT INTO filler SELECT generate_series(1, 10000)");
                servers.awaitOnStandby(
                        "SELECT bool_or(confirmed_flush_lsn >= '" + written + "') FROM pg_replication_slots");
            }
            TodosReplica.change(database);
            servers.awaitReplayed();
            assertThat(SeraiProcess.command(config, "status", "--wait", "60")).contains("server-role", "standby");
            assertThat(SeraiProcess.command(config, "check"))
                    .contains("(standby, Postgres " + VERSION)
                    .contains(": ready");
            assertThat(serai.terminate(Duration.ofSeconds(20))).isTrue();

            assertThat(replica.stored()).isEqualTo(TodosReplica.selected(database));
        }
    }

    @Test
    void theLogSaysWhatANewSlotWaitsFor() throws Exception {
        try (Connection open = database.connection();
                Statement statement = open.createStatement();
                SeraiProcess serai = SeraiProcess.run(config)) {
            open.setAutoCommit(false);
            statement.execute("UPDATE todos SET title = 'open' WHERE id = 1");
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(serai.log())
                            .contains(
                                    "A new slot of a standby waits until",
                                    "pg_log_standby_snapshot()",
                                    "waitedSeconds=10"));

            open.commit();
            servers.letSlotsBeMade(1);
            SeraiProcess.command(config, "status", "--wait", "60");

            assertThat(serai.terminate(Duration.ofSeconds(20))).isTrue();
        }
        assertThat(replica.stored()).isEqualTo(TodosReplica.selected(database));
    }

    @Test
    void itIsPromotedWhileItIsStreamed() throws Exception {
        try (SeraiProcess serai = SeraiProcess.run(config)) {
            servers.letSlotsBeMade(1);
            SeraiProcess.command(config, "status", "--wait", "60");
            long before = replica.operations();
            TodosReplica.change(database);
            primary.stop();
            standby.promote();
            TestDatabase promoted = standby.database(database.name());
            promoted.execute("UPDATE todos SET title = 'after the promotion' WHERE id = 3");
            await().atMost(PATIENCE).untilAsserted(() -> assertThat(serai.log()).contains("SERAI-S1117"));
            SeraiProcess.command(config, "status", "--wait", "60");
            standby.stop();
            standby.start();
            promoted.execute("DELETE FROM todos WHERE id = 4");
            SeraiProcess.command(config, "status", "--wait", "60");
            assertThat(SeraiProcess.command(config, "check")).contains("(primary, Postgres " + VERSION);
            assertThat(serai.terminate(Duration.ofSeconds(20))).isTrue();

            assertThat(replica.stored()).isEqualTo(TodosReplica.selected(promoted));
            assertThat(replica.operations() - before).isEqualTo(5);
            assertThat(serai.log()).doesNotContain(LOST);
        }
    }

    /** The primary removes rows of its catalog that the slot needs, because the standby does not say that it needs them. */
    @ParameterizedTest(name = "Postgres {0}")
    @CsvSource({"16, conflicting, conflict with recovery", "17, invalidation_reason IS NOT NULL, rows_removed"})
    void I8ItsSlotIsInvalidated(int version, String isInvalidated, String reason) throws Exception {
        if (version != VERSION) {
            servers.close();
            start(version);
        }
        try (SeraiProcess serai = SeraiProcess.run(config)) {
            servers.letSlotsBeMade(1);
            SeraiProcess.command(config, "status", "--wait", "60");
            long before = replica.operations();
            assertThat(serai.terminate(Duration.ofSeconds(20))).isTrue();
            standby.database("postgres")
                    .execute("ALTER SYSTEM SET hot_standby_feedback = off", "SELECT pg_reload_conf()");
            servers.awaitOnStandby("SELECT NOT current_setting('hot_standby_feedback')::bool");
            await().atMost(PATIENCE)
                    .until(
                            () -> "1"
                                    .equals(
                                            database.value(
                                                    "SELECT count(*) FROM pg_replication_slots WHERE xmin IS NULL AND catalog_xmin IS NULL")));
            TodosReplica.change(database);
            database.execute("CREATE TABLE gone (i int)", "DROP TABLE gone", "VACUUM FULL pg_class", "VACUUM");
            servers.awaitReplayed();
            servers.awaitOnStandby("SELECT bool_or(" + isInvalidated + ") FROM pg_replication_slots");

            serai.restart();
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(serai.log()).contains("was invalidated: " + reason));
            servers.awaitOnStandby(
                    "SELECT count(*) FILTER (WHERE " + isInvalidated + ") = 0 FROM pg_replication_slots");
            servers.letSlotsBeMade(1);
            SeraiProcess.command(config, "status", "--wait", "60");
            assertThat(SeraiProcess.command(config, "check"))
                    .contains("SERAI-S1113", "hot_standby_feedback is \"off\"");
            assertThat(serai.terminate(Duration.ofSeconds(20))).isTrue();

            assertThat(replica.stored()).isEqualTo(TodosReplica.selected(database));
            assertThat(replica.operations() - before).isEqualTo(3);
        }
    }

    @Test
    void aTableWithoutAKeyIsRefused() throws Exception {
        database.execute("ALTER TABLE todos DROP CONSTRAINT todos_pkey", "ALTER TABLE todos REPLICA IDENTITY FULL");
        servers.awaitReplayed();

        assertThatThrownBy(() -> SeraiProcess.command(config, "check"))
                .hasMessageContaining("SERAI-S1105")
                .hasMessageContaining("cannot be counted on a standby");
    }

    @Test
    void aFailoverSlotIsThePrimarys() throws Exception {
        Path wrong = replica.configure(standby.database(database.name()).uri(), "      failover_slot: true\n");

        assertThatThrownBy(() -> SeraiProcess.command(wrong, "check")).hasMessageContaining("SERAI-S1116");
    }

    @Test
    void anOlderOneIsRefused() throws Exception {
        servers.close();
        start(15);

        assertThatThrownBy(() -> SeraiProcess.command(config, "check"))
                .hasMessageContaining("SERAI-S1116")
                .hasMessageContaining("Postgres 15 cannot decode its log");
    }
}
