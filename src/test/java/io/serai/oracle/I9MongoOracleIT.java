package io.serai.oracle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.serai.error.ErrorCode;
import io.serai.error.SeraiException;
import io.serai.storage.BucketStorage;
import io.serai.storage.Checkpoint;
import io.serai.storage.rocksdb.RocksDbStorage;
import io.serai.testsupport.MongoServer;
import io.serai.testsupport.SeraiProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * I3, I4 and I9 under {@code kill -9} with a MongoDB: a process copies and streams random collections while they change, and is killed again and again.
 * After each kill the newest checkpoint is the state after one whole change or transaction, or has nothing; at the end each bucket equals the
 * collections. So in each mode of post-images. {@code -Dserai.soak} kills 200 times instead of 8; {@code -Dserai.seed} repeats a run.
 */
class I9MongoOracleIT {
    private static final Logger LOG = LoggerFactory.getLogger(I9MongoOracleIT.class);
    private static final int KILLS = System.getProperty("serai.soak") == null ? 4 : 200;
    private static final int ROWS = 1500;

    @TempDir
    Path folder;

    @ParameterizedTest(name = "post_images: {0}, killed while it copies and streams")
    @ValueSource(strings = {"off", "auto_configure", "read_only"})
    void everyCheckpointIsTheStateAfterAWholeChangeAndTheEndEqualsTheCollections(String postImages) throws Exception {
        long seed = Long.getLong("serai.seed", System.nanoTime());
        LOG.atInfo().addKeyValue("seed", seed).log("Random changes");
        Random random = new Random(seed);
        try (MongoOrigin origin =
                new MongoOrigin(MongoServer.shared(), ROWS, postImages.equals("read_only"), new Random(seed))) {
            Path config =
                    SeraiProcess.configure(folder, 0, origin.connectionYaml(postImages), MongoWorkload.syncConfig());
            origin.write();
            KillMoment moment = new KillMoment(random);
            int checked = 0;
            long streamed = 0;
            try (SeraiProcess serai = SeraiProcess.run(config)) {
                for (int kill = 0; kill < KILLS || checked < KILLS / 4; kill++) {
                    assertThat(kill)
                            .as("kills until a checkpoint, seed " + seed)
                            .isLessThan(10 * KILLS);
                    if (random.nextInt(4) > 0) {
                        awaitStreaming(serai, streamed);
                    }
                    moment.await();
                    serai.kill();
                    streamed = streams(serai);
                    checked += moment.left(isCheckpointWhole(origin, "kill " + kill + ", seed " + seed));
                    serai.restart();
                }
                origin.stopWriting();
                origin.largeTransaction();
                SeraiProcess.command(config, "status", "--wait", "120");
                assertThat(serai.terminate(Duration.ofSeconds(20)))
                        .as("stops within seconds")
                        .isTrue();
            }

            assertThat(StoredBuckets.newest(folder.resolve("data")))
                    .as("buckets at the end, seed " + seed)
                    .isEqualTo(origin.expectedNow());
        }
    }

    /** Answers false when there is no checkpoint yet. */
    private boolean isCheckpointWhole(MongoOrigin origin, String when) {
        try (BucketStorage storage = RocksDbStorage.openReadOnly(folder.resolve("data"))) {
            Checkpoint checkpoint = storage.checkpoint().orElse(null);
            if (checkpoint == null) {
                return false;
            }
            Map<String, String> rows = StoredBuckets.at(storage, checkpoint);
            assertThat(rows)
                    .as("checkpoint " + checkpoint + " is the state after a whole change, " + when)
                    .isEqualTo(origin.nearestState(rows));
            return true;
        } catch (SeraiException e) {
            if (e.code() == ErrorCode.STORAGE_NOT_FOUND) {
                return false; // killed before there was one
            }
            throw e;
        }
    }

    private static void awaitStreaming(SeraiProcess serai, long before) {
        await().atMost(Duration.ofMinutes(1)).until(() -> streams(serai) > before);
    }

    private static long streams(SeraiProcess serai) throws IOException {
        return serai.log().lines().filter(line -> line.contains("Streaming")).count();
    }
}
