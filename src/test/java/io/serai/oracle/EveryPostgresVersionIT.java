package io.serai.oracle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.serai.testsupport.PostgresServer;
import io.serai.testsupport.SeraiProcess;
import io.serai.testsupport.TestDatabase;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The life of a source on a server of each version: copied, streamed, idle, and both sides started again. */
class EveryPostgresVersionIT {
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final int FIRST_WITH_MULTIRANGES = 14;
    private static final String SYNC_CONFIG = """
            bucket_definitions:
              everything:
                data:
                  - SELECT * FROM todos
                  - SELECT * FROM emptied
                  - SELECT * FROM samples
                  - SELECT * FROM parts
            """;

    @TempDir
    Path folder;

    @ParameterizedTest(name = "Postgres {0}")
    @ValueSource(ints = {11, 13, 15, 17, 18})
    void endsWithTheRowsThatTheServerHas(int version) throws Exception {
        try (PostgresServer server = PostgresServer.ownOfVersion(version);
                TestDatabase database = server.createDatabase()) {
            assertThat(server.majorVersion()).isEqualTo(version);
            create(database);
            insertSample(database, 1);
            Path config = configure(database);

            try (SeraiProcess serai = SeraiProcess.run(config)) {
                SeraiProcess.command(config, "status", "--wait", "60");
                change(database);
                insertSample(database, 2);
                assertAdvancesWhileIdle(database);
                server.stop();
                server.start();
                database.execute(
                        "INSERT INTO todos VALUES (200, 'after the restart of the server', NULL)",
                        "ALTER TABLE emptied ADD COLUMN more int DEFAULT 5",
                        "INSERT INTO emptied VALUES (2, 3, 6)",
                        "CREATE TABLE parts_3 PARTITION OF parts FOR VALUES IN (3)",
                        "INSERT INTO parts VALUES (200, 3, 'in a new partition')",
                        "UPDATE parts SET kind = 3 WHERE id = 5");
                SeraiProcess.command(config, "status", "--wait", "60");
                assertThat(serai.terminate(Duration.ofSeconds(20))).isTrue();
                database.execute(
                        "DELETE FROM todos WHERE id = 5", "UPDATE todos SET title = 'while it was down' WHERE id = 6");
                serai.restart();
                SeraiProcess.command(config, "status", "--wait", "60");
                assertThat(serai.terminate(Duration.ofSeconds(20))).isTrue();
            }

            assertThat(stored()).isEqualTo(selected(database));
        }
    }

    private static void create(TestDatabase database) {
        database.execute(
                "CREATE TABLE todos (id int PRIMARY KEY, title text, body text)",
                "ALTER TABLE todos ALTER body SET STORAGE EXTERNAL",
                "INSERT INTO todos SELECT i, 'title ' || i, repeat('body ' || i, 1000) FROM generate_series(1, 20) i",
                "CREATE TABLE emptied (id int PRIMARY KEY, n int)",
                "INSERT INTO emptied SELECT i, i FROM generate_series(1, 20) i",
                "CREATE TABLE samples (id int PRIMARY KEY, ints int[], texts text[], doc jsonb, amount numeric,"
                        + " moment timestamptz, span int4range)",
                "CREATE TABLE parts (id int, kind int, body text, PRIMARY KEY (id, kind)) PARTITION BY LIST (kind)",
                "CREATE TABLE parts_1 PARTITION OF parts FOR VALUES IN (1)",
                "CREATE TABLE parts_2 (body text, kind int NOT NULL, id int NOT NULL)",
                "ALTER TABLE parts ATTACH PARTITION parts_2 FOR VALUES IN (2)",
                "INSERT INTO parts SELECT i, 1 + i % 2, repeat('body ' || i, 1000) FROM generate_series(1, 20) i",
                "CREATE PUBLICATION powersync FOR ALL TABLES");
        if (hasMultiranges(database)) {
            database.execute("ALTER TABLE samples ADD spans int4multirange");
        }
    }

    /** The body is stored out of line: an update that leaves it alone does not send it. */
    private static void change(TestDatabase database) {
        database.execute(
                "INSERT INTO todos VALUES (101, 'new', 'short')",
                "UPDATE todos SET title = 'changed' WHERE id = 1",
                "UPDATE todos SET body = NULL WHERE id = 2",
                "DELETE FROM todos WHERE id = 3",
                "UPDATE todos SET id = 104 WHERE id = 4",
                "UPDATE parts SET kind = 3 - kind WHERE id < 5",
                "UPDATE parts SET id = id + 100 WHERE id < 3",
                "DELETE FROM parts WHERE id = 3",
                "TRUNCATE emptied",
                "INSERT INTO emptied VALUES (1, 2)");
    }

    private static void insertSample(TestDatabase database, int id) {
        database.execute("INSERT INTO samples VALUES (" + id
                + ", '{{1,NULL},{-3,4}}', ARRAY['a,b', NULL, 'NULL', '\"q\"'], '{\"b\": 1.0, \"a\": [null]}',"
                + " 123456789012345678901234567890.0100, '2024-02-29 23:59:59.9+05:45', '[1,10]')");
        if (hasMultiranges(database)) {
            database.execute("UPDATE samples SET spans = '{[1,2],[5,9)}' WHERE id = " + id);
        }
    }

    /** What is written to other databases moves the slot of this one, too. */
    private static void assertAdvancesWhileIdle(TestDatabase database) {
        try (TestDatabase other = database.server().createDatabase()) {
            other.execute("CREATE TABLE filler AS SELECT generate_series(1, 1000)");
            String written = other.value("SELECT pg_current_wal_insert_lsn()");
            await().atMost(PATIENCE)
                    .until(() -> "t"
                            .equals(database.value("SELECT confirmed_flush_lsn >= '" + written
                                    + "' FROM pg_replication_slots WHERE database = current_database()")));
        }
    }

    private Path configure(TestDatabase database) throws Exception {
        return SeraiProcess.configure(
                folder,
                0,
                "    - type: postgresql\n      uri: " + database.uri() + "\n      sslmode: disable\n",
                SYNC_CONFIG);
    }

    private Map<String, String> stored() {
        return StoredBuckets.newest(folder.resolve("data"));
    }

    /** The rules over SELECT: every value but a whole number is a text. */
    private static Map<String, String> selected(TestDatabase database) {
        Map<String, String> rows = new TreeMap<>();
        select(database, "todos", "SELECT * FROM todos", rows);
        select(database, "parts", "SELECT * FROM parts", rows);
        select(database, "emptied", "SELECT * FROM emptied", rows);
        String spans = hasMultiranges(database) ? ", spans::text" : "";
        select(database, "samples", """
                SELECT id, array_to_json(ints)::text AS ints, array_to_json(texts)::text AS texts, doc::text,
                  amount::text, (moment AT TIME ZONE 'UTC')::text || 'Z' AS moment, span::text""" + spans + " FROM samples", rows);
        return rows;
    }

    private static void select(TestDatabase database, String table, String sql, Map<String, String> rows) {
        database.query("SELECT id, row_to_json(t) FROM (" + sql + ") t")
                .forEach(row -> rows.put("everything[] " + table + " " + row.get(0), row.get(1)));
    }

    private static boolean hasMultiranges(TestDatabase database) {
        return database.server().majorVersion() >= FIRST_WITH_MULTIRANGES;
    }
}
