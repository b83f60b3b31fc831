package io.serai.oracle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.serai.testsupport.PostgresServer;
import io.serai.testsupport.SeraiProcess;
import io.serai.testsupport.TestDatabase;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A transaction that writes to a table while another one does to it what needs no lock of the table. The server decodes it with the catalog of before. */
class AWriterThatIsOpenOverDdlIT {
    private static final String SYNC_CONFIG = """
            bucket_definitions:
              everything:
                data:
                  - SELECT * FROM "todo%"
                  - SELECT * FROM lists
            """;

    @TempDir
    Path folder;

    /** Servers before 13.21, 14.18, 15.13, 16.9 and 17.5 then take the table for one that is not published, also in later transactions. */
    @ParameterizedTest(name = "Postgres {0}")
    @ValueSource(ints = {11, 18})
    void doesNotHideWhatComesAfterItOfATableThatWasAddedToThePublication(int version) throws Exception {
        try (PostgresServer server = PostgresServer.ownOfVersion(version);
                TestDatabase database = server.createDatabase()) {
            database.execute(
                    "CREATE TABLE lists (id int PRIMARY KEY, name text)",
                    "CREATE TABLE todos (id int PRIMARY KEY, title text)",
                    "CREATE PUBLICATION powersync FOR TABLE lists");

            run(
                    database,
                    "INSERT INTO todos VALUES (1, 'open'), (2, 'open')",
                    "ALTER PUBLICATION powersync ADD TABLE todos",
                    "UPDATE todos SET title = 'later' WHERE id = 1",
                    "DELETE FROM todos WHERE id = 2");

            assertThat(stored()).isEqualTo(Map.of("everything[] todos 1", "{\"id\":1,\"title\":\"later\"}"));
        }
    }

    @ParameterizedTest(name = "Postgres {0}")
    @ValueSource(ints = {11, 18})
    void doesNotLeaveTheFormerNameOfALabel(int version) throws Exception {
        try (PostgresServer server = PostgresServer.ownOfVersion(version);
                TestDatabase database = server.createDatabase()) {
            database.execute(
                    "CREATE TYPE mood AS ENUM ('sad', 'glad')",
                    "CREATE TABLE lists (id int PRIMARY KEY, name text)",
                    "CREATE TABLE todos (id int PRIMARY KEY, mood mood)",
                    "CREATE PUBLICATION powersync FOR ALL TABLES");

            run(
                    database,
                    "INSERT INTO todos VALUES (1, 'sad')",
                    "ALTER TYPE mood RENAME VALUE 'sad' TO 'blue'",
                    "INSERT INTO todos VALUES (2, 'blue')");

            assertThat(stored())
                    .isEqualTo(Map.of(
                            "everything[] todos 1", "{\"id\":1,\"mood\":\"blue\"}",
                            "everything[] todos 2", "{\"id\":2,\"mood\":\"blue\"}"));
        }
    }

    /** The source begins again because of the DDL while the writer is open, and has caught up with it before the later statements. */
    private void run(TestDatabase database, String write, String ddl, String... later) throws Exception {
        Path config = SeraiProcess.configure(
                folder,
                0,
                "    - type: postgresql\n      uri: " + database.uri() + "\n      sslmode: disable\n",
                SYNC_CONFIG);
        try (SeraiProcess serai = SeraiProcess.run(config)) {
            SeraiProcess.command(config, "status", "--wait", "60");
            writeOver(database, write, ddl);
            SeraiProcess.command(config, "status", "--wait", "60");
            database.execute(later);
            SeraiProcess.command(config, "status", "--wait", "60");
            assertThat(serai.terminate(Duration.ofSeconds(20))).isTrue();
        }
    }

    private static void writeOver(TestDatabase database, String write, String ddl) throws SQLException {
        try (Connection writer = database.connection();
                Statement statement = writer.createStatement()) {
            writer.setAutoCommit(false);
            statement.execute(write);
            String before = walsender(database);
            database.execute(ddl);
            await().atMost(Duration.ofMinutes(1))
                    .until(() -> walsender(database), now -> now != null && !now.equals(before));
            writer.commit();
        }
    }

    private static @Nullable String walsender(TestDatabase database) {
        return database.value(
                "SELECT max(active_pid)::text FROM pg_replication_slots WHERE database = current_database()");
    }

    private Map<String, String> stored() {
        return new TreeMap<>(StoredBuckets.newest(folder.resolve("data")));
    }
}
