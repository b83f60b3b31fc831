package io.serai.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import io.serai.testsupport.SeraiProcess;
import io.serai.testsupport.TestDatabase;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;

/** The configuration and the storage, in a folder, of a Serai that replicates one table: {@code todos}. */
record TodosReplica(Path folder) {
    private static final int ROWS = 1000;
    private static final String SYNC_CONFIG = """
            bucket_definitions:
              everything:
                data:
                  - SELECT * FROM todos
            """;

    /** Makes the table, with rows, and the publication. */
    static void fill(TestDatabase database) {
        database.execute(
                "CREATE TABLE todos (id int PRIMARY KEY, title text)",
                "INSERT INTO todos SELECT i, 'title ' || i FROM generate_series(1, " + ROWS + ") i",
                "CREATE PUBLICATION powersync FOR ALL TABLES");
    }

    /** One row comes, one changes, one goes: three operations. */
    static void change(TestDatabase database) {
        database.execute(
                "INSERT INTO todos VALUES (0, 'new')",
                "UPDATE todos SET title = 'changed' WHERE id = 1",
                "DELETE FROM todos WHERE id = 2");
    }

    /** What the buckets must hold. */
    static Map<String, String> selected(TestDatabase database) {
        Map<String, String> rows = new TreeMap<>();
        database.query("SELECT id, row_to_json(t) FROM todos t")
                .forEach(row -> rows.put("everything[] todos " + row.get(0), row.get(1)));
        return rows;
    }

    /** Replicates all that is there, and stops. */
    static void replicateOnce(Path config) throws Exception {
        try (SeraiProcess serai = SeraiProcess.run(config)) {
            SeraiProcess.command(config, "status", "--wait", "120");
            assertThat(serai.terminate(Duration.ofSeconds(20))).isTrue();
        }
    }

    /** Writes the configuration for this database, with more lines for the connection. */
    Path configure(String uri, String more) throws IOException {
        return SeraiProcess.configure(
                folder,
                0,
                "    - type: postgresql\n      uri: " + uri + "\n      sslmode: disable\n" + more,
                SYNC_CONFIG);
    }

    Path data() {
        return folder.resolve("data");
    }

    Map<String, String> stored() {
        return StoredBuckets.newest(data());
    }

    long operations() {
        return StoredBuckets.operations(data());
    }
}
