package io.serai.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import io.serai.testsupport.MysqlServer;
import io.serai.testsupport.MysqlTestDatabase;
import io.serai.testsupport.SeraiProcess;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * I3 of one transaction of MySQL with more bytes than the heap of the process that replicates it, which is killed again and again on the way: no checkpoint
 * shows a part of it. {@code -Dserai.soak} has a million rows.
 */
class ATransactionLargerThanTheHeapIT {
    private static final int ROWS = System.getProperty("serai.soak") == null ? 150_000 : 1_000_000;
    private static final int ROW_BYTES = 4096; // times the rows is more than SeraiProcess has
    private static final int KILLS = 2;

    private final Random random = new Random(5);

    @TempDir
    Path folder;

    @Test
    void I3ShowsAllOfItOrNothing() throws Exception {
        try (MysqlServer server = MysqlServer.own("--innodb-redo-log-capacity=1G");
                MysqlTestDatabase database = server.createDatabase()) {
            database.execute(
                    "CREATE TABLE large (id int PRIMARY KEY, body text)", "INSERT INTO large VALUES (0, 'before')");
            Path config = SeraiProcess.configure(folder, 0, database.connectionYaml("shop"), """
                    bucket_definitions:
                      everything:
                        data:
                          - SELECT * FROM large
                    """);
            try (SeraiProcess serai = SeraiProcess.run(config)) {
                SeraiProcess.command(config, "status", "--wait", "60");
                database.execute(
                        "SET SESSION cte_max_recursion_depth = " + ROWS,
                        "INSERT INTO large WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < "
                                + ROWS + ") SELECT i, repeat(sha2(i, 256), " + ROW_BYTES / 64 + ") FROM n");
                for (int kill = 0; kill < KILLS; kill++) {
                    TimeUnit.MILLISECONDS.sleep(2000 + random.nextInt(3000)); // any moment of its being read
                    serai.kill();
                    assertThat(operations()).isIn(1L, ROWS + 1L);
                    serai.restart();
                }
                SeraiProcess.command(config, "status", "--wait", "300");
                serai.kill();
            }

            assertThat(operations()).isEqualTo(ROWS + 1L);
        }
    }

    private long operations() {
        return StoredBuckets.operations(folder.resolve("data"));
    }
}
