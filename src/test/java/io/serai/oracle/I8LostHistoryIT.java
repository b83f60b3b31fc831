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
import java.util.TreeMap;
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
    private static final int ROWS = 1000;
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final String DROP_SLOT =
            "SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE database = current_database()";
    private static final String SYNC_CONFIG = """
            bucket_definitions:
              everything:
                data:
                  - SELECT * FROM todos
            """;

    @TempDir
    Path folder;

    private TestDatabase database;

    @BeforeEach
    void create() {
        database = PostgresServer.shared().createDatabase();
        fill();
    }

    private void fill() {
        database.execute(
                "CREATE TABLE todos (id int PRIMARY KEY, title text)",
                "INSERT INTO todos SELECT i, 'title ' || i FROM generate_series(1, " + ROWS + ") i",
                "CREATE PUBLICATION powersync FOR ALL TABLES");
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

    /** One row comes, one changes, one goes. */
    private void change() {
        database.execute(
                "INSERT INTO todos VALUES (0, 'new')",
                "UPDATE todos SET title = 'changed' WHERE id = 1",
                "DELETE FROM todos WHERE id = 2");
    }

    private Path configure(String more) throws IOException {
        return SeraiProcess.configure(
                folder,
                0,
                "    - type: postgresql\n      uri: " + database.uri() + "\n      sslmode: disable\n" + more,
                SYNC_CONFIG);
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
        try (SeraiProcess serai = SeraiProcess.run(config)) {
            SeraiProcess.command(config, "status", "--wait", "120");
            assertThat(serai.terminate(Duration.ofSeconds(20))).isTrue();
        }
    }

    private Map<String, String> selected() {
        Map<String, String> rows = new TreeMap<>();
        database.query("SELECT id, row_to_json(t) FROM todos t")
                .forEach(row -> rows.put("everything[] todos " + row.get(0), row.get(1)));
        return rows;
    }

    private Map<String, String> stored() {
        return StoredBuckets.newest(folder.resolve("data"));
    }

    private long operations() {
        return StoredBuckets.operations(folder.resolve("data"));
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
