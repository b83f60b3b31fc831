package io.serai.oracle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.serai.testsupport.PostgresServer;
import io.serai.testsupport.SeraiProcess;
import io.serai.testsupport.TcpProxy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Connections that break, stall or are halved, and servers that crash, while random transactions run: the end equals SELECT (I9). */
class NothingIsLostWhenTheServerIsIT {
    private static final int ROWS = 2000;

    @TempDir
    Path folder;

    private final long seed = Long.getLong("serai.seed", System.nanoTime());
    private final Random random = new Random(seed);

    @Test
    void cutOffAgainAndAgain() throws Exception {
        try (Origin origin = new Origin(0, ROWS, random);
                TcpProxy proxy = TcpProxy.before(origin.database().server())) {
            Path config = SeraiProcess.configure(folder, 0, origin.connectionYaml(proxy.port()), origin.syncConfig());
            try (SeraiProcess serai = SeraiProcess.run(config)) {
                origin.write();
                for (int cut = 0; cut < 8; cut++) {
                    int before = proxy.accepted();
                    await().atMost(Duration.ofMinutes(1)).until(() -> proxy.accepted() > before);
                    proxy.cutAfter(random.nextInt(200_000));
                    // When the connection breaks is what is random here: this is not a wait for something.
                    TimeUnit.MILLISECONDS.sleep(random.nextInt(1500));
                    proxy.cutOnce();
                }
                origin.stopWriting();
                assertCaughtUp(config, serai, origin);
                assertThat(serai.log()).contains("SERAI-S1001");
            }
        }
    }

    @Test
    void silentForAWhile() throws Exception {
        try (Origin origin = new Origin(0, ROWS, random);
                TcpProxy proxy = TcpProxy.before(origin.database().server())) {
            Path config = SeraiProcess.configure(folder, 0, origin.connectionYaml(proxy.port()), origin.syncConfig());
            try (SeraiProcess serai = SeraiProcess.run(config)) {
                origin.write();
                await().atMost(Duration.ofMinutes(1)).until(() -> serai.log().contains("Streaming"));
                proxy.stall();
                TimeUnit.MILLISECONDS.sleep(3000 + random.nextInt(2000));
                proxy.resume();
                origin.stopWriting();
                assertCaughtUp(config, serai, origin);
            }
        }
    }

    @Test
    void crashedAndStartedAgain() throws Exception {
        try (PostgresServer server = PostgresServer.own(Map.of("fsync", "on"));
                Origin origin = new Origin(server, 0, ROWS, random)) {
            Path config = SeraiProcess.configure(folder, 0, origin.connectionYaml(), origin.syncConfig());
            try (SeraiProcess serai = SeraiProcess.run(config)) {
                await().atMost(Duration.ofMinutes(1)).until(() -> serai.log().contains("Streaming"));
                for (int crash = 0; crash < 2; crash++) {
                    origin.run(30 + random.nextInt(50));
                    server.crash();
                    server.start();
                    origin.reconnect();
                }
                origin.run(50);
                assertCaughtUp(config, serai, origin);
            }
        }
    }

    private void assertCaughtUp(Path config, SeraiProcess serai, Origin origin) throws Exception {
        SeraiProcess.command(config, "status", "--wait", "120");
        assertThat(serai.terminate(Duration.ofSeconds(20))).isTrue();
        assertThat(StoredBuckets.newest(folder.resolve("data")))
                .as("buckets at the end, seed " + seed)
                .isEqualTo(origin.expectedNow());
    }
}
