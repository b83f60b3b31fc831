package io.serai.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import io.serai.testsupport.MysqlServer;
import io.serai.testsupport.MysqlTestDatabase;
import io.serai.testsupport.PostgresServer;
import io.serai.testsupport.SeraiProcess;
import io.serai.testsupport.TestDatabase;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rows of 2 MB, of which the usual numbers that are read at once are more than the heap: fewer are. */
class WideRowsIT {
    private static final int ROWS = 300;
    private static final int HASHES_A_ROW = 32768; // of 64 characters each
    private static final String RULES = """
            bucket_definitions:
              everything:
                data:
                  - SELECT id, n, length(body) AS size FROM wide
            """;

    @TempDir
    Path folder;

    @Test
    void ofMysqlAreCopied() throws Exception {
        try (MysqlTestDatabase database = MysqlServer.shared().createDatabase()) {
            database.execute(
                    "SET SESSION cte_max_recursion_depth = " + ROWS,
                    "CREATE TABLE wide (id int PRIMARY KEY, n int, body mediumtext)",
                    "INSERT INTO wide WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < " + ROWS
                            + ") SELECT i, 0, repeat(sha2(i, 256), " + HASHES_A_ROW + ") FROM n");
            Path config = SeraiProcess.configure(folder, 0, database.connectionYaml("shop"), RULES);
            try (SeraiProcess serai = SeraiProcess.run(config)) {
                SeraiProcess.command(config, "status", "--wait", "120");
                assertThat(serai.log()).doesNotContain("OutOfMemoryError", "SERAI-S9001");
            }

            assertThat(StoredBuckets.operations(folder.resolve("data"))).isEqualTo(ROWS);
        }
    }

    /** Updates come before the copy has read the rows, and do not tell what of them is not in the row itself: they are read by key. */
    @Test
    void ofPostgresAreReadByKey() throws Exception {
        try (TestDatabase database = PostgresServer.shared().createDatabase()) {
            database.execute(
                    "CREATE TABLE wide (id int PRIMARY KEY, n int, body text)",
                    "ALTER TABLE wide ALTER body SET STORAGE EXTERNAL",
                    "INSERT INTO wide SELECT i, 0, repeat(encode(sha256(i::text::bytea), 'hex'), " + HASHES_A_ROW
                            + ") FROM generate_series(1, " + ROWS + ") i",
                    "CREATE PUBLICATION powersync FOR ALL TABLES");
            Path config = SeraiProcess.configure(
                    folder, 0, "- type: postgresql\n  uri: " + database.uri() + "\n  sslmode: disable\n", RULES);
            try (SeraiProcess serai = SeraiProcess.run(config)) {
                while ("0"
                        .equals(database.value("SELECT count(*) FROM pg_replication_slots WHERE active AND database ="
                                + " current_database()"))) {
                    Thread.onSpinWait();
                }
                for (int i = 0; i < 5; i++) {
                    database.execute("UPDATE wide SET n = n + 1");
                }
                SeraiProcess.command(config, "status", "--wait", "120");
                assertThat(serai.log()).doesNotContain("OutOfMemoryError", "SERAI-S9001");
                serai.kill();
            }

            assertThat(StoredBuckets.newest(folder.resolve("data")).values())
                    .hasSize(ROWS)
                    .allSatisfy(row -> assertThat(row).contains("\"n\":5,\"size\":" + 64 * HASHES_A_ROW));
        }
    }
}
