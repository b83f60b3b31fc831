package io.serai.oracle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.serai.testsupport.PostgresServer;
import io.serai.testsupport.SeraiProcess;
import io.serai.testsupport.TestDatabase;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * I1 and I2 when the system refuses what the storage asks for. {@code prlimit} takes from the running process what a full disk or a shell's limits
 * would, and gives it back: the process says what is wrong, and goes on by itself.
 */
class StorageThatCannotWriteIT {
    private static final String SYNC_CONFIG = """
            bucket_definitions:
              everything:
                data:
                  - SELECT * FROM notes
            """;

    @TempDir
    Path folder;

    private TestDatabase database;
    private Path config;
    private SeraiProcess serai;

    @BeforeEach
    void replicateATable() throws Exception {
        database = PostgresServer.shared().createDatabase();
        database.execute(
                "CREATE TABLE notes (id int PRIMARY KEY, body text)",
                "INSERT INTO notes SELECT i, 'first' FROM generate_series(1, 500) i",
                "CREATE PUBLICATION powersync FOR ALL TABLES");
        config = SeraiProcess.configure(
                folder,
                0,
                "    - type: postgresql\n      uri: " + database.uri() + "\n      sslmode: disable\n",
                SYNC_CONFIG);
        serai = SeraiProcess.run(config);
        SeraiProcess.command(config, "status", "--wait", "60");
    }

    @AfterEach
    void stop() {
        serai.close();
        database.close();
    }

    @Test
    void goesOnByItselfWhenThereIsRoomAgain() throws Exception {
        limit("--fsize=1048576:");
        for (int i = 0; i < 5; i++) {
            database.execute("UPDATE notes SET body = repeat(md5(id::text || '" + i + "'), 100)");
        }
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(
                        () -> assertThat(SeraiProcess.command(config, "status")).contains("SERAI-S2004", "retrying"));
        assertThat(serai.log()).contains("SERAI-S2004");

        limit("--fsize=1:"); // not even enough to open the storage again
        await().atMost(Duration.ofSeconds(60)).until(() -> attempts() > 3);
        assertThat(SeraiProcess.command(config, "dump"))
                .as("what was committed is served")
                .contains("first");
        limit("--fsize=unlimited:");

        assertEqualsSelect();
        assertThat(serai.log()).as("no other failure").doesNotContain("SERAI-S9001");
    }

    @Test
    void goesOnByItselfWhenThereAreFileHandlesAgain() throws Exception {
        limit("--nofile=16:");
        database.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
                + " AND pid <> pg_backend_pid()");
        for (int i = 0; i < 5; i++) {
            database.execute("UPDATE notes SET body = repeat(md5(id::text || '" + i + "'), 100)");
        }
        awaitLog("Too many open files");

        limit("--nofile=4096:");

        assertEqualsSelect();
        assertThat(serai.log()).as("no other failure").doesNotContain("SERAI-S9001");
    }

    @Test
    void usesASyncConfigThatWasEditedMeanwhileWhenThereIsRoomAgain() throws Exception {
        limit("--fsize=1:");
        Files.writeString(folder.resolve("sync-config.yaml"), SYNC_CONFIG.replace("everything", "others"));
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(SeraiProcess.command(config, "status"))
                        .contains("The sync config was changed and is not used"));

        limit("--fsize=unlimited:");

        await().atMost(Duration.ofSeconds(60))
                .untilAsserted(
                        () -> assertThat(SeraiProcess.command(config, "dump")).contains("others[]"));
        assertThat(SeraiProcess.command(config, "status")).doesNotContain("is not used");
    }

    private void limit(String limit) throws Exception {
        Process process = new ProcessBuilder("prlimit", "--pid", Long.toString(serai.pid()), limit)
                .inheritIO()
                .start();
        assertThat(process.waitFor()).as("prlimit " + limit).isZero();
    }

    private int attempts() throws Exception {
        Matcher tried = Pattern.compile("tried (\\d+) times").matcher(SeraiProcess.command(config, "status"));
        return tried.find() ? Integer.parseInt(tried.group(1)) : 0;
    }

    private void awaitLog(String text) {
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(serai.log()).contains(text));
    }

    private void assertEqualsSelect() throws Exception {
        SeraiProcess.command(config, "status", "--wait", "120");
        Map<String, String> expected = new TreeMap<>();
        database.query("SELECT id, row_to_json(n) FROM notes n")
                .forEach(row -> expected.put("everything[] notes " + row.get(0), row.get(1)));
        assertThat(StoredBuckets.newest(folder.resolve("data"))).as(serai.log()).isEqualTo(expected);
    }
}
