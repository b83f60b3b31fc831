package io.serai.oracle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.serai.testsupport.PostgresServer;
import io.serai.testsupport.SeraiProcess;
import io.serai.testsupport.TestDatabase;
import java.nio.file.Path;
import java.time.Duration;
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

    private static void limit(SeraiProcess serai, String limit) throws Exception {
        Process process = new ProcessBuilder("prlimit", "--pid", Long.toString(serai.pid()), limit)
                .inheritIO()
                .start();
        assertThat(process.waitFor()).as("prlimit " + limit).isZero();
    }
}
