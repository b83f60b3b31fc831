package io.serai.oracle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.serai.testsupport.PostgresServer;
import io.serai.testsupport.SeraiProcess;
import io.serai.testsupport.TcpProxy;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A network with faults, and a server that crashes, while random transactions run and are copied: each checkpoint on the way is the state after a whole
 * transaction, and the end equals SELECT (I9). {@code -Dserai.soak} has faults for minutes; {@code -Dserai.seed} repeats a run.
 */
class NothingIsLostWhenTheServerIsIT {
    private static final Logger LOG = LoggerFactory.getLogger(NothingIsLostWhenTheServerIsIT.class);
    private static final int FAULTS = System.getProperty("serai.soak") == null ? 10 : 300;
    private static final int COPYING_TAKES_A_WHILE = 800_000;
    private static final int ROWS = 2000;

    @TempDir
    Path folder;

    private final long seed = Long.getLong("serai.seed", System.nanoTime());
    private final Random random = new Random(seed);

    @Test
    void hardToReach() throws Exception {
        LOG.atInfo().addKeyValue("seed", seed).log("Random faults of the network");
        try (Origin origin = new Origin(0, ROWS, random);
                TcpProxy proxy = TcpProxy.before(origin.database().server())) {
            Path config = SeraiProcess.configure(folder, 0, origin.connectionYaml(proxy.port()), origin.syncConfig());
            WhatIsDurable durable = new WhatIsDurable(folder.resolve("data"), List.of(origin), "seed " + seed);
            proxy.slow(COPYING_TAKES_A_WHILE);
            try (SeraiProcess serai = SeraiProcess.run(config)) {
                origin.write();
                haveFaults(proxy, serai, origin, durable);
                proxy.resume();
                origin.stopWriting();
                assertCaughtUp(config, serai, origin);
                assertThat(serai.log()).contains("SERAI-S1001");
            }
        }
    }

    /** Has faults until there were enough, and enough of them left a checkpoint to look at; now and then all is copied again under faults. */
    private void haveFaults(TcpProxy proxy, SeraiProcess serai, Origin origin, WhatIsDurable durable) throws Exception {
        int checked = 0;
        for (int fault = 0; fault < FAULTS || checked < FAULTS / 4; fault++) {
            assertThat(fault).as("faults until a checkpoint").isLessThan(10 * FAULTS);
            if (random.nextInt(4) > 0) {
                await().atMost(Duration.ofMinutes(2)).until(() -> isStreaming(serai));
            }
            // The moment of the fault is what is random here: this is not a wait for something.
            TimeUnit.MILLISECONDS.sleep(random.nextInt(2000));
            NetworkFault kind = NetworkFault.random(random);
            LOG.atDebug()
                    .addKeyValue("fault", kind)
                    .addKeyValue("checked", checked)
                    .log("A fault");
            kind.happen(proxy, random);
            if (serai.lookAtWhileItStands(durable::check) && ++checked % 20 == 2) {
                proxy.cut();
                origin.dropSlot();
            }
            proxy.slow(COPYING_TAKES_A_WHILE);
        }
    }

    private static boolean isStreaming(SeraiProcess serai) throws IOException {
        String log = serai.log();
        return log.lastIndexOf("Streaming") > log.lastIndexOf("tried again");
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
