package io.serai.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import io.serai.testsupport.SeraiProcess;
import io.serai.testsupport.ServerPair;
import io.serai.testsupport.TcpProxy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * I1, I3, I4 and I9 where the source is a standby: random transactions run on its primary while it is copied and streamed, while the process is killed,
 * and while connections, the standby and its link to the primary end and come again; at last the standby is promoted and written to.
 * {@code -Dserai.soak} has more faults, and Postgres 16, too; {@code -Dserai.seed} repeats a run.
 */
class I9StandbyIT {
    private static final Logger LOG = LoggerFactory.getLogger(I9StandbyIT.class);
    private static final boolean SOAK = System.getProperty("serai.soak") != null;
    private static final int FAULTS = SOAK ? 60 : 8;
    private static final int ROWS = 4000;

    @TempDir
    Path folder;

    static IntStream versions() {
        return SOAK ? IntStream.of(16, 17) : IntStream.of(17);
    }

    @ParameterizedTest(name = "Postgres {0}")
    @MethodSource("versions")
    void everyCheckpointIsTheStateAfterAWholeTransactionAndTheEndEqualsSelect(int version) throws Exception {
        long seed = Long.getLong("serai.seed", System.nanoTime());
        LOG.atInfo().addKeyValue("seed", seed).log("Random transactions");
        try (ServerPair servers = ServerPair.ofVersion(version, Map.of("max_standby_streaming_delay", "50ms"));
                TcpProxy address = TcpProxy.before(servers.standby());
                Origin origin = new Origin(servers.primary(), 0, ROWS, new Random(seed))) {
            origin.replicateFrom(servers.standby());
            servers.awaitReplayed();
            Path config = SeraiProcess.configure(folder, 0, origin.connectionYaml(address.port()), origin.syncConfig());
            origin.write();
            try (SeraiProcess serai = SeraiProcess.run(config)) {
                servers.letSlotsBeMade(1);
                String run = "seed " + seed;
                WhatIsDurable durable = new WhatIsDurable(folder.resolve("data"), List.of(origin), run);
                disturb(serai, durable, servers, address, new Random(seed));
                origin.stopWriting();
                servers.awaitReplayed();
                assertEqualsSelect(serai, config, origin, run);

                servers.primary().stop();
                servers.standby().promote();
                origin.moveTo(servers.standby());
                origin.run(300);
                assertEqualsSelect(serai, config, origin, run);
                servers.standby().stop();
                servers.standby().start();
                origin.reconnect();
                origin.run(100);
                assertEqualsSelect(serai, config, origin, run);
                assertThat(serai.terminate(Duration.ofSeconds(20)))
                        .as("stops within seconds")
                        .isTrue();
                assertThat(serai.log()).doesNotContain("History is lost");
            }
        }
    }

    private static void disturb(
            SeraiProcess serai, WhatIsDurable durable, ServerPair servers, TcpProxy address, Random random)
            throws Exception {
        int checked = 0;
        for (int fault = 0; fault < FAULTS || checked < FAULTS / 4; fault++) {
            assertThat(fault).as("faults until a checkpoint, " + durable.seed()).isLessThan(10 * FAULTS);
            // When the process meets the fault is what is random here: this is not a wait for something.
            TimeUnit.MILLISECONDS.sleep(random.nextInt(3000));
            switch (random.nextInt(5)) {
                case 0 -> address.cutOnce();
                case 1 -> servers.link().cutOnce();
                case 2 -> {
                    servers.standby().stop();
                    servers.standby().start();
                }
                case 3 -> {
                    servers.standby().crash();
                    servers.standby().start();
                }
                default -> {
                    serai.kill();
                    checked += durable.check() ? 1 : 0;
                    serai.restart();
                    continue;
                }
            }
            checked += serai.lookAtWhileItStands(durable::check) ? 1 : 0;
        }
    }

    private void assertEqualsSelect(SeraiProcess serai, Path config, Origin origin, String run) throws Exception {
        SeraiProcess.command(config, "status", "--wait", "120");
        assertThat(StoredBuckets.newest(folder.resolve("data")))
                .as(run + "\n" + serai.log())
                .isEqualTo(origin.expectedNow());
    }
}
