package io.serai.oracle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.serai.testsupport.BaseBackup;
import io.serai.testsupport.PostgresServer;
import io.serai.testsupport.SeraiProcess;
import io.serai.testsupport.TcpProxy;
import io.serai.testsupport.TestDatabase;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * I8 where the address leads to another server, or to an older state of the same: what only the former one had leaves, nothing is missing, and rows that
 * are the same are not sent again.
 */
class I8OtherServersIT {
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    @TempDir
    Path folder;

    private PostgresServer server;
    private TestDatabase database;
    private TcpProxy address;
    private TodosReplica replica;
    private Path config;

    @BeforeEach
    void start() throws Exception {
        server = PostgresServer.own();
        database = server.createDatabase();
        TodosReplica.fill(database);
        address = TcpProxy.before(server);
        replica = new TodosReplica(folder);
        config = replica.configure(database.uri().replace(":" + server.port() + "/", ":" + address.port() + "/"), "");
    }

    @AfterEach
    void stop() {
        address.close();
        server.close();
    }

    @Test
    void aStandbyThatHasAllButTheSlotWasPromoted() throws Exception {
        try (TcpProxy link = TcpProxy.before(server);
                BaseBackup backup = BaseBackup.of(server);
                PostgresServer standby = backup.startStandby(link);
                SeraiProcess serai = SeraiProcess.run(config)) {
            SeraiProcess.command(config, "status", "--wait", "60");
            long before = replica.operations();
            server.stop();
            standby.promote();
            address.redirect(standby);
            TodosReplica.change(standby.database(database.name()));

            awaitCaughtUp(serai, "SERAI-S1110");

            assertThat(replica.stored()).isEqualTo(TodosReplica.selected(standby.database(database.name())));
            assertThat(replica.operations() - before).isEqualTo(3);
        }
    }

    /** It has forgotten what was replicated from the primary, but its log soon ends behind the stored position again. */
    @Test
    void aStandbyThatLaggedWasPromotedAndHasGrownSince() throws Exception {
        try (TcpProxy link = TcpProxy.before(server);
                BaseBackup backup = BaseBackup.of(server);
                PostgresServer standby = backup.startStandby(link);
                SeraiProcess serai = SeraiProcess.run(config)) {
            link.stall();
            changeWhatWillBeForgotten();
            SeraiProcess.command(config, "status", "--wait", "60");
            long before = replica.operations();
            server.crash();
            link.cut();
            standby.promote();
            TestDatabase promoted = standby.database(database.name());
            TodosReplica.change(promoted);
            promoted.execute("SELECT pg_switch_wal()", "SELECT txid_current()");
            address.redirect(standby);

            awaitCaughtUp(serai, "SERAI-S1111");

            assertThat(replica.stored()).isEqualTo(TodosReplica.selected(promoted));
            assertThat(replica.operations() - before).isEqualTo(6);
        }
    }

    @ParameterizedTest(name = "its log has grown past the stored position: {0}")
    @ValueSource(booleans = {false, true})
    void aBaseBackupThatWasRestored(boolean hasGrown) throws Exception {
        try (SeraiProcess serai = SeraiProcess.run(config)) {
            SeraiProcess.command(config, "status", "--wait", "60");
            try (BaseBackup backup = BaseBackup.of(server)) {
                changeWhatWillBeForgotten();
                SeraiProcess.command(config, "status", "--wait", "60");
                long before = replica.operations();
                address.cut();
                backup.restore();
                TodosReplica.change(database);
                if (hasGrown) {
                    database.execute("SELECT pg_switch_wal()", "SELECT txid_current()");
                }
                address.resume();

                awaitCaughtUp(serai, "History is lost");

                assertThat(replica.stored()).isEqualTo(TodosReplica.selected(database));
                assertThat(replica.operations() - before).isEqualTo(6);
            }
        }
    }

    @Test
    void aDatabaseOfTheSameNameOnTheSameServer() throws Exception {
        TodosReplica.replicateOnce(config);
        long before = replica.operations();
        database.close();
        try (TestDatabase other = server.createDatabase()) {
            other.execute("CREATE DATABASE " + database.name());
            TodosReplica.fill(database);
            TodosReplica.change(database);

            TodosReplica.replicateOnce(config);

            assertThat(replica.stored()).isEqualTo(TodosReplica.selected(database));
            assertThat(replica.operations() - before).isEqualTo(3);
        }
    }

    /** It even has a slot of this name, and the former one still answers those who are connected to it. */
    @Test
    void aDatabaseOfTheSameNameOnAnotherServer() throws Exception {
        try (PostgresServer other = PostgresServer.own();
                SeraiProcess serai = SeraiProcess.run(config)) {
            SeraiProcess.command(config, "status", "--wait", "60");
            long before = replica.operations();
            TestDatabase namesake = other.createDatabase(); // each server counts its databases
            assertThat(namesake.name()).isEqualTo(database.name());
            TodosReplica.fill(namesake);
            namesake.execute("SELECT pg_create_logical_replication_slot('"
                    + database.value("SELECT slot_name FROM pg_replication_slots") + "', 'pgoutput')");
            TodosReplica.change(namesake);
            address.redirect(other);
            database.execute("UPDATE todos SET title = 'only the former server has this' WHERE id = 3");
            database.execute("SELECT pg_terminate_backend(active_pid) FROM pg_replication_slots");

            awaitCaughtUp(serai, "SERAI-S1111");

            assertThat(replica.stored()).isEqualTo(TodosReplica.selected(namesake));
            assertThat(replica.operations() - before).isBetween(3L, 5L); // the former server's last row may come and go
        }
    }

    /** One row comes, one changes, one goes; to forget that takes three operations. */
    private void changeWhatWillBeForgotten() {
        database.execute(
                "INSERT INTO todos VALUES (5000, 'will be forgotten')",
                "UPDATE todos SET title = 'will be forgotten' WHERE id = 3",
                "DELETE FROM todos WHERE id = 4");
    }

    private void awaitCaughtUp(SeraiProcess serai, String code) throws Exception {
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(serai.log()).contains(code));
        SeraiProcess.command(config, "status", "--wait", "120");
        assertThat(serai.terminate(Duration.ofSeconds(20))).isTrue();
    }
}
