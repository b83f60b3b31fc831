package io.serai.oracle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.serai.testsupport.SeraiProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * I1, I3, I4 and I9 under {@code kill -9}: a process copies and streams a random schema of one or two sources while random transactions run, and is
 * killed again and again. After each kill the newest checkpoint is each source's state after one whole transaction, or has nothing of it, and the slot
 * is not ahead of what is durable; at the end each bucket equals SELECT. {@code -Dserai.soak} kills 200 times instead of 20, a process that reads
 * through Debezium 50 times instead of 5;
 * {@code -Dserai.seed} repeats a run.
 */
class I9OracleIT {
    private static final Logger LOG = LoggerFactory.getLogger(I9OracleIT.class);
    private static final int KILLS = System.getProperty("serai.soak") == null ? 20 : 200;
    private static final int ROWS = 4000;

    @TempDir
    Path folder;

    /** What the process logs when it begins to read. */
    private String reads = "";

    private final List<Origin> origins = new ArrayList<>();

    @ParameterizedTest(name = "{0} source(s) of the template {1}, killed while they copy and stream")
    @CsvSource({"1,postgresql", "2,postgresql", "1,debezium-postgresql"})
    void everyCheckpointIsTheStateAfterAWholeTransactionAndTheEndEqualsSelect(int sources, String route)
            throws Exception {
        long seed = Long.getLong("serai.seed", System.nanoTime());
        LOG.atInfo().addKeyValue("seed", seed).log("Random transactions");
        for (int i = 0; i < sources; i++) {
            origins.add(new Origin(i, ROWS / sources, new Random(seed)));
        }
        StringBuilder connections = new StringBuilder();
        origins.forEach(origin -> connections.append(origin.connectionYaml()).append("  route: " + route + "\n"));
        Path config = SeraiProcess.configure(
                folder, 0, connections.toString(), origins.get(0).syncConfig());

        origins.forEach(Origin::write);
        boolean isEngine = route.startsWith("debezium");
        reads = isEngine ? "Debezium's engine delivers" : "Streaming";
        killAgainAndAgain(config, isEngine ? KILLS / 4 : KILLS / sources, new Random(seed), "seed " + seed);

        Map<String, String> expected = new TreeMap<>();
        for (Origin origin : origins) {
            expected.putAll(origin.expectedNow());
            origin.close();
        }
        assertThat(rowsAtNewestCheckpoint())
                .as("buckets at the end, seed " + seed)
                .isEqualTo(expected);
    }

    /** Kills until there were enough kills, and enough of them left a checkpoint to look at: a slow machine needs more. */
    private void killAgainAndAgain(Path config, int kills, Random random, String seed) throws Exception {
        KillMoment moment = new KillMoment(random);
        int checked = 0;
        long streamed = 0;
        try (SeraiProcess serai = SeraiProcess.run(config)) {
            for (int kill = 0; kill < kills || checked < kills / 4; kill++) {
                assertThat(kill).as("kills until a checkpoint, " + seed).isLessThan(10 * kills);
                if (random.nextInt(4) > 0) {
                    awaitStreaming(serai, streamed);
                }
                moment.await();
                serai.kill();
                streamed = streams(serai);
                checked += moment.left(new WhatIsDurable(folder.resolve("data"), origins, seed).check());
                serai.restart();
            }
            for (Origin origin : origins) {
                origin.stopWriting();
            }
            SeraiProcess.command(config, "status", "--wait", "120");
            assertThat(serai.terminate(Duration.ofSeconds(20)))
                    .as("stops within seconds")
                    .isTrue();
        }
    }

    private void awaitStreaming(SeraiProcess serai, long before) {
        await().atMost(Duration.ofMinutes(1)).until(() -> streams(serai) > before);
    }

    /** How often a source began to be read, over all starts of the process. */
    private long streams(SeraiProcess serai) throws IOException {
        return serai.log().lines().filter(line -> line.contains(reads)).count();
    }

    private Map<String, String> rowsAtNewestCheckpoint() {
        return StoredBuckets.newest(folder.resolve("data"));
    }
}
