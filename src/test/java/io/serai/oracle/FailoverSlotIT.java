package io.serai.oracle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.serai.testsupport.PostgresServer;
import io.serai.testsupport.SeraiProcess;
import io.serai.testsupport.ServerPair;
import io.serai.testsupport.TcpProxy;
import io.serai.testsupport.TestDatabase;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A primary with a failover slot is lost, and its standby promoted: the log goes on there, or it is lost history (I8), never a gap. */
class FailoverSlotIT {
    private static final int VERSION = 17;
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final String[] LOST = {"SERAI-S1008", "SERAI-S1110", "SERAI-S1111", "History is lost"};

    @TempDir
    Path folder;

    private ServerPair servers;
    private PostgresServer primary;
    private PostgresServer standby;
    private TestDatabase database;
    private TcpProxy address;
    private TodosReplica replica;
    private Path config;

    @BeforeEach
    void startAPrimaryWithAStandby() throws Exception {
        servers = ServerPair.ofVersion(VERSION, Map.of("sync_replication_slots", "on"));
        primary = servers.primary();
        standby = servers.standby();
        database = primary.createDatabase();
        TodosReplica.fill(database);
        address = TcpProxy.before(primary);
        replica = new TodosReplica(folder);
        config = configure(true);
    }

    @AfterEach
    void stop() {
        address.close();
        servers.close();
    }

    @ParameterizedTest(name = "the standby''s copy of the slot is older than what is stored: {0}")
    @ValueSource(booleans = {false, true})
    void nothingIsCopiedAgainOrSentTwice(boolean isOld) throws Exception {
        setSynchronizedStandbySlots();
        try (SeraiProcess serai = SeraiProcess.run(config)) {
            SeraiProcess.command(config, "status", "--wait", "60");
            awaitSlotOnStandby();
            if (isOld) {
                stopSynchronizing();
            }
            String at = database.value("SELECT pg_current_wal_insert_lsn()");
            database.execute("UPDATE todos SET title = 'sent once' WHERE id > 500");
            database.execute("UPDATE todos SET title = 'before the failover' WHERE id = 3");
            SeraiProcess.command(config, "status", "--wait", "60");
            long before = replica.operations();
            primary.stop();
            standby.promote();
            TestDatabase promoted = standby.database(database.name());
            assertThat(promoted.value("SELECT bool_or(confirmed_flush_lsn <= '" + at
                            + "') FROM pg_replication_slots WHERE synced"))
                    .isIn("t", isOld ? "t" : "f");
            address.redirect(standby);
            TodosReplica.change(promoted);
            SeraiProcess.command(config, "status", "--wait", "60");
            assertThat(serai.terminate(Duration.ofSeconds(20))).isTrue();

            serai.restart();
            promoted.execute("DELETE FROM todos WHERE id = 3");
            SeraiProcess.command(config, "status", "--wait", "60");
            assertThat(serai.terminate(Duration.ofSeconds(20))).isTrue();

            assertThat(replica.stored()).isEqualTo(TodosReplica.selected(promoted));
            assertThat(replica.operations() - before).isEqualTo(4);
            assertThat(serai.log()).doesNotContain(LOST);
        }
    }

    /** The address leads to the standby a while before it is promoted. */
    @Test
    void aStandbyThatIsNotPromotedYetIsWaitedFor() throws Exception {
        try (SeraiProcess serai = SeraiProcess.run(config)) {
            SeraiProcess.command(config, "status", "--wait", "60");
            awaitSlotOnStandby();
            long before = replica.operations();
            primary.stop();
            address.redirect(standby);
            await().atMost(PATIENCE).untilAsserted(() -> assertThat(serai.log()).contains("SERAI-S1116"));
            standby.promote();
            TodosReplica.change(standby.database(database.name()));
            SeraiProcess.command(config, "status", "--wait", "60");
            assertThat(serai.terminate(Duration.ofSeconds(20))).isTrue();

            assertThat(replica.stored()).isEqualTo(TodosReplica.selected(standby.database(database.name())));
            assertThat(replica.operations() - before).isEqualTo(3);
            assertThat(serai.log()).doesNotContain(LOST);
        }
    }

    @Test
    void I8WhatThePromotedStandbyLacksIsLostHistory() throws Exception {
        try (SeraiProcess serai = SeraiProcess.run(config)) {
            SeraiProcess.command(config, "status", "--wait", "60");
            awaitSlotOnStandby();
            servers.link().stall();
            TodosReplica.change(database);
            SeraiProcess.command(config, "status", "--wait", "60");
            long before = replica.operations();
            TestDatabase promoted = promoteAfterACrash();
            promoted.execute("UPDATE todos SET title = 'only the promoted one has this' WHERE id = 3");
            promoted.execute("SELECT pg_switch_wal()", "SELECT txid_current()");
            address.redirect(standby);

            await().atMost(PATIENCE).untilAsserted(() -> assertThat(serai.log()).contains("SERAI-S1111"));
            SeraiProcess.command(config, "status", "--wait", "60");
            assertThat(serai.terminate(Duration.ofSeconds(20))).isTrue();

            assertThat(replica.stored()).isEqualTo(TodosReplica.selected(promoted));
            assertThat(replica.operations() - before).isEqualTo(4);
        }
    }

    @Test
    void nothingIsReplicatedThatThePromotedStandbyCouldLack() throws Exception {
        setSynchronizedStandbySlots();
        try (SeraiProcess serai = SeraiProcess.run(config)) {
            SeraiProcess.command(config, "status", "--wait", "60");
            awaitSlotOnStandby();
            long before = replica.operations();
            servers.link().stall();
            TodosReplica.change(database);
            assertThatThrownBy(() -> SeraiProcess.command(config, "status", "--wait", "5"))
                    .isInstanceOf(AssertionError.class);
            TestDatabase promoted = promoteAfterACrash();
            promoted.execute("UPDATE todos SET title = 'only the promoted one has this' WHERE id = 3");
            address.redirect(standby);
            SeraiProcess.command(config, "status", "--wait", "60");
            assertThat(serai.terminate(Duration.ofSeconds(20))).isTrue();

            assertThat(replica.stored()).isEqualTo(TodosReplica.selected(promoted));
            assertThat(replica.operations() - before).isEqualTo(1);
            assertThat(serai.log()).doesNotContain(LOST);
        }
    }

    @Test
    void theSlotIsWhatTheConfigurationSaysAtEachStart() throws Exception {
        TodosReplica.replicateOnce(configure(false));
        assertThat(failover()).isEqualTo("f");

        TodosReplica.replicateOnce(configure(true));
        assertThat(failover()).isEqualTo("t");

        TodosReplica.replicateOnce(configure(false));
        assertThat(failover()).isEqualTo("f");
    }

    @Test
    void theCheckTellsWhatAFailoverNeeds() throws Exception {
        TodosReplica.replicateOnce(config);
        assertThat(SeraiProcess.command(config, "check"))
                .contains(
                        "SERAI-S1115",
                        "ALTER SYSTEM SET synchronized_standby_slots = standby; SELECT pg_reload_conf();");

        setSynchronizedStandbySlots();
        assertThat(SeraiProcess.command(config, "check")).doesNotContain("SERAI-S1115");

        standby.stop();
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(SeraiProcess.command(config, "check"))
                        .contains("SERAI-S1115", "No standby reads slot \"standby\""));
    }

    @Test
    void anOlderServerIsRefused() throws Exception {
        try (PostgresServer older = PostgresServer.ownOfVersion(VERSION - 2)) {
            TodosReplica.fill(older.database("postgres"));
            Path other = replica.configure(older.database("postgres").uri(), "      failover_slot: true\n");

            assertThatThrownBy(() -> SeraiProcess.command(other, "check"))
                    .hasMessageContaining("SERAI-S1115")
                    .hasMessageContaining("Postgres 15 has no failover slots");
        }
    }

    private Path configure(boolean failoverSlot) throws Exception {
        return replica.configure(
                database.uri().replace(":" + primary.port() + "/", ":" + address.port() + "/"),
                "      failover_slot: " + failoverSlot + "\n");
    }

    private String failover() {
        return String.valueOf(
                database.value("SELECT failover FROM pg_replication_slots WHERE database = current_database()"));
    }

    private void setSynchronizedStandbySlots() {
        database.execute("ALTER SYSTEM SET synchronized_standby_slots = 'standby'", "SELECT pg_reload_conf()");
        await().atMost(PATIENCE).until(() -> "standby".equals(database.value("SHOW synchronized_standby_slots")));
    }

    private void stopSynchronizing() {
        standby.database("postgres")
                .execute("ALTER SYSTEM SET sync_replication_slots = off", "SELECT pg_reload_conf()");
        servers.awaitOnStandby("SELECT count(*) = 0 FROM pg_stat_activity WHERE backend_type = 'slotsync worker'");
    }

    private void awaitSlotOnStandby() {
        servers.awaitOnStandby("SELECT count(*) > 0 FROM pg_replication_slots WHERE synced AND NOT temporary");
    }

    private TestDatabase promoteAfterACrash() {
        primary.crash();
        servers.link().cut();
        standby.promote();
        return standby.database(database.name());
    }
}
