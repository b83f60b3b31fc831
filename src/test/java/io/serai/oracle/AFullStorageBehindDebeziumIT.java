package io.serai.oracle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.serai.testsupport.MysqlServer;
import io.serai.testsupport.MysqlTestDatabase;
import io.serai.testsupport.PostgresServer;
import io.serai.testsupport.SeraiProcess;
import io.serai.testsupport.TestDatabase;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** I1 when the storage is full for a while and Debezium's engine goes on delivering: as {@link StorageThatCannotWriteIT} for sources of Serai's own. */
class AFullStorageBehindDebeziumIT {
    @TempDir
    Path folder;

    @Test
    void losesNothing() throws Exception {
        TodosReplica replica = new TodosReplica(folder);
        try (TestDatabase database = PostgresServer.shared().createDatabase()) {
            TodosReplica.fill(database);
            Path config = replica.configure(database.uri(), "      route: debezium-postgresql\n");
            try (SeraiProcess serai = SeraiProcess.run(config)) {
                SeraiProcess.command(config, "status", "--wait", "120");

                limit(serai, "--fsize=1048576:");
                for (int i = 0; i < 5; i++) {
                    database.execute("UPDATE todos SET title = repeat(md5(id::text || '" + i + "'), 100)");
                }
                await().atMost(Duration.ofSeconds(60))
                        .untilAsserted(() -> assertThat(serai.log()).contains("SERAI-S2004"));
                limit(serai, "--fsize=unlimited:");

                SeraiProcess.command(config, "status", "--wait", "180");
                assertThat(serai.terminate(Duration.ofSeconds(20))).isTrue();
            }
            assertThat(replica.stored()).isEqualTo(TodosReplica.selected(database));
        }
    }

    @Test
    void losesNothingOfMysql() throws Exception {
        try (MysqlTestDatabase database = MysqlServer.shared().createDatabase();
                MysqlWorkload workload = new MysqlWorkload(database, new Random(1), false)) {
            workload.create(500);
            Path config = SeraiProcess.configure(
                    folder,
                    0,
                    database.connectionYaml("origin") + "  route: debezium-mysql\n",
                    MysqlWorkload.syncConfig());
            try (SeraiProcess serai = SeraiProcess.run(config)) {
                SeraiProcess.command(config, "status", "--wait", "120");

                limit(serai, "--fsize=262144:");
                workload.largeTransaction();
                await().atMost(Duration.ofSeconds(60))
                        .untilAsserted(() -> assertThat(serai.log()).contains("SERAI-S2004"));
                limit(serai, "--fsize=unlimited:");

                SeraiProcess.command(config, "status", "--wait", "180");
                assertThat(serai.terminate(Duration.ofSeconds(20))).isTrue();
            }
            assertThat(StoredBuckets.newest(folder.resolve("data"))).isEqualTo(workload.after(workload.lastNumber()));
        }
    }

    private static void limit(SeraiProcess serai, String limit) throws Exception {
        Process process = new ProcessBuilder("prlimit", "--pid", Long.toString(serai.pid()), limit)
                .inheritIO()
                .start();
        assertThat(process.waitFor()).as("prlimit " + limit).isZero();
    }
}
