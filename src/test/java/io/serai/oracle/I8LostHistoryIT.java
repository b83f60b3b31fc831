package io.serai.oracle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.serai.testsupport.PostgresServer;
import io.serai.testsupport.SeraiProcess;
import io.serai.testsupport.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * I8: where the log does not go on from the stored position, the source is copied again: no gap, no phantom row, and rows that are the same are not sent
 * again.
 */
class I8LostHistoryIT {
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final String DROP_SLOT =
            "SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE database = current_database()";

    @TempDir
    Path folder;

    private TestDatabase database;

    @BeforeEach
    void create() {
        database = PostgresServer.shared().createDatabase();
        fill();
    }

    private void fill() {
        TodosReplica.fill(database);
    }

    @AfterEach
    void drop() {
        database.close();
    }

    @Test
    void aSlotThatWasDropped() throws Exception {
        assertCopiedAgain(() -> database.execute(DROP_SLOT));
    }

    @Test
    void aSlotThatWasMadeAgainBehindOurBack() throws Exception {
        assertCopiedAgain(() -> {
            String slot =
                    database.value("SELECT slot_name FROM pg_replication_slots WHERE database = current_database()");
            database.execute(
                    "SELECT pg_drop_replication_slot('" + slot + "')",
                    "SELECT pg_create_logical_replication_slot('" + slot + "', 'pgoutput')");
        });
    }

    @Test
    void aPublicationThatWasDroppedAndMadeAgain() throws Exception {
        assertCopiedAgain(
                () -> database.execute("DROP PUBLICATION powersync", "CREATE PUBLICATION powersync FOR ALL TABLES"));
    }

    @Test
    void aStorageThatWasRestoredFromAnOlderBackup() throws Exception {
        Path config = configure("");
        replicateOnce(config);
        Path backup = folder.resolve("backup");
        copy(folder.resolve("data"), backup);
        change();
        replicateOnce(config);
        delete(folder.resolve("data"));
        copy(backup, folder.resolve("data"));
        long before = operations();

        replicateOnce(config);

        assertThat(stored()).isEqualTo(selected());
        assertThat(operations() - before).isEqualTo(3);
    }

    /** Its timeline and its slot are the stored ones, and its log soon ends behind the stored position again. */
    @Test
    void aServerThatWasRestoredFromAVolumeSnapshotAlsoWhenItHasGrownSince() throws Exception {
        try (PostgresServer server = PostgresServer.own(Map.of("fsync", "on"));
                TestDatabase own = server.createDatabase()) {
            drop();
            database = own;
            fill();
            Path waiting = configure("      on_lost_history: wait\n");
            replicateOnce(waiting);
            Path data = Path.of(String.valueOf(database.value("SHOW data_directory")));
            server.stop();
            run("cp", "-a", data.toString(), folder.resolve("snapshot").toString());
            server.start();
            database.execute("INSERT INTO todos SELECT i, 'lost' FROM generate_series(2000, 2100) i");
            replicateOnce(waiting);
            Map<String, String> old = stored();
            server.stop();
            run("rm", "-r", data.toString());
            run("cp", "-a", folder.resolve("snapshot").toString(), data.toString());
            server.start();

            awaitLog(waiting, "SERAI-S1008");
            database.execute("INSERT INTO todos SELECT i, repeat('new ', 100) FROM generate_series(3000, 8000) i");
            awaitLog(waiting, "SERAI-S1008");
            assertThat(stored()).isEqualTo(old);

            replicateOnce(configure(""));
            assertThat(stored()).isEqualTo(selected());
        } finally {
            create();
        }
    }

    /** Nobody was there to see that the log was shorter: only the last transaction tells that it is another one. */
    @Test
    void aServerThatWasRestoredFromAVolumeSnapshotAndHasGrownBeforeItWasAskedAgain() throws Exception {
        try (PostgresServer server = PostgresServer.own(Map.of("fsync", "on"));
                TestDatabase own = server.createDatabase()) {
            drop();
            database = own;
            fill();
            Path config = configure("");
            replicateOnce(config);
            Path data = Path.of(String.valueOf(database.value("SHOW data_directory")));
            server.stop();
            run("cp", "-a", data.toString(), folder.resolve("snapshot").toString());
            server.start();
            database.execute("INSERT INTO todos SELECT i, 'lost' FROM generate_series(2000, 2100) i");
            replicateOnce(config);
            server.stop();
            run("rm", "-r", data.toString());
            run("cp", "-a", folder.resolve("snapshot").toString(), data.toString());
            server.start();
            database.execute("INSERT INTO todos SELECT i, repeat('new ', 100) FROM generate_series(3000, 8000) i");

            replicateOnce(config);

            assertThat(stored()).isEqualTo(selected());
            assertThat(Files.readString(folder.resolve("log"))).contains("SERAI-S1008");
        } finally {
            create();
        }
    }

    @Test
    void whileItIsCopiedAgainTheOldRowsAreServedAlsoAfterAKill() throws Exception {
        Path config = configure("");
        replicateOnce(config);
        Map<String, String> old = stored();
        database.execute(DROP_SLOT);
        change();
        database.execute(
                "INSERT INTO todos SELECT i, 'so many that a copy takes a while' FROM generate_series(10000, 300000) i");
        killWhileItIsCopied(config);
        assertThat(stored()).isEqualTo(old);

        replicateOnce(config);
        assertThat(stored()).isEqualTo(selected());
    }

    private static void killWhileItIsCopied(Path config) throws Exception {
        try (SeraiProcess serai = SeraiProcess.run(config)) {
            await().atMost(PATIENCE).until(() -> serai.log().contains("History is lost"));
            await().atMost(PATIENCE).until(() -> serai.log().contains("Streaming"));
            serai.kill();
        }
    }

    @Test
    void isOnlySaidWhereTheConfigurationSaysWait() throws Exception {
        Path config = configure("      on_lost_history: wait\n");
        replicateOnce(config);
        Map<String, String> old = stored();
        database.execute(DROP_SLOT);
        change();
        awaitLog(config, "SERAI-S1110");
        assertThat(stored()).isEqualTo(old);
        assertThat(database.value("SELECT count(*) FROM pg_replication_slots WHERE database = current_database()"))
                .isEqualTo("0");
    }

    @Test
    void aStorageThatWasDeletedLeavesASlotThatTheCheckNames() throws Exception {
        Path config = configure("");
        replicateOnce(config);
        String forgotten = slots();
        delete(folder.resolve("data"));
        change();

        replicateOnce(config);

        assertThat(stored()).isEqualTo(selected());
        assertThat(SeraiProcess.command(config, "check"))
                .contains("SERAI-S1114", "SELECT pg_drop_replication_slot('" + forgotten + "')");
        assertThat(slots()).contains(forgotten + " ").hasSizeGreaterThan(forgotten.length());
    }

    /** A copy and the original never read the slot at once, and whoever comes back to a slot that the other moved on copies again. */
    @Test
    void aStorageThatWasCopiedToASecondMachine() throws Exception {
        Path original = configure("");
        replicateOnce(original);
        TodosReplica copied = new TodosReplica(Files.createDirectory(folder.resolve("second")));
        Path copy = copied.configure(database.uri(), "");
        copy(folder.resolve("data"), copied.data());
        long before = operations();

        try (SeraiProcess first = SeraiProcess.run(original)) {
            SeraiProcess.command(original, "status", "--wait", "60");
            try (SeraiProcess second = SeraiProcess.run(copy)) {
                await().atMost(PATIENCE).until(() -> second.log().contains("SERAI-S1109"));
                change();
                SeraiProcess.command(original, "status", "--wait", "60");
                assertThat(first.log()).doesNotContain("SERAI-S1008", "SERAI-S1109");
                assertThat(first.terminate(Duration.ofSeconds(20))).isTrue();

                SeraiProcess.command(copy, "status", "--wait", "120");
                assertThat(second.terminate(Duration.ofSeconds(20))).isTrue();
            }
        }
        assertThat(copied.stored()).isEqualTo(selected());
        assertThat(copied.operations() - before).isEqualTo(3);

        database.execute("INSERT INTO todos VALUES (-1, 'only the copy has read this')");
        replicateOnce(copy);
        database.execute("INSERT INTO todos VALUES (-2, 'nobody has read this')");
        replicateOnce(original);

        assertThat(Files.readString(folder.resolve("log"))).contains("SERAI-S1008");
        assertThat(stored()).isEqualTo(selected());
        assertThat(operations() - before).isEqualTo(5);
    }

    private String slots() {
        return String.valueOf(database.value("SELECT string_agg(slot_name, ' ' ORDER BY active, restart_lsn) FROM"
                + " pg_replication_slots WHERE database = current_database()"));
    }

    private void assertCopiedAgain(Runnable loss) throws Exception {
        Path config = configure("");
        replicateOnce(config);
        long before = operations();
        loss.run();
        change();

        replicateOnce(config);

        assertThat(stored()).isEqualTo(selected());
        assertThat(operations() - before).isEqualTo(3);
    }

    private void change() {
        TodosReplica.change(database);
    }

    private Path configure(String more) throws IOException {
        return replica().configure(database.uri(), more);
    }

    private void awaitLog(Path config, String text) throws Exception {
        Files.delete(folder.resolve("log"));
        try (SeraiProcess serai = SeraiProcess.run(config)) {
            await().atMost(PATIENCE).until(() -> serai.log().contains(text));
        }
    }

    private static void run(String... command) throws Exception {
        assertThat(new ProcessBuilder(command).inheritIO().start().waitFor()).isZero();
    }

    private static void replicateOnce(Path config) throws Exception {
        TodosReplica.replicateOnce(config);
    }

    private Map<String, String> selected() {
        return TodosReplica.selected(database);
    }

    private Map<String, String> stored() {
        return replica().stored();
    }

    private long operations() {
        return replica().operations();
    }

    private TodosReplica replica() {
        return new TodosReplica(folder);
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                if (Files.isDirectory(file) || Files.isRegularFile(file)) {
                    Files.copy(file, to.resolve(from.relativize(file)));
                }
            }
        }
    }

    private static void delete(Path tree) throws IOException {
        try (Stream<Path> files = Files.walk(tree)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
