package io.serai.oracle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.serai.error.ErrorCode;
import io.serai.error.SeraiException;
import io.serai.storage.BucketStorage;
import io.serai.storage.Checkpoint;
import io.serai.storage.rocksdb.RocksDbStorage;
import io.serai.testsupport.MysqlServer;
import io.serai.testsupport.MysqlTestDatabase;
import io.serai.testsupport.SeraiProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * I3, I4 and I9 under {@code kill -9} with a MySQL: a process copies and streams random tables while they change, and is killed again and again. After
 * each kill the newest checkpoint is the state after one whole transaction, or has nothing; at the end each bucket equals the tables. With DDL beside,
 * only the end is compared: a table that is copied again keeps its former rows until then. {@code -Dserai.soak} kills 200 times instead of 12;
 * {@code -Dserai.seed} repeats a run.
 */
class I9MysqlOracleIT {
    private static final Logger LOG = LoggerFactory.getLogger(I9MysqlOracleIT.class);
    private static final int KILLS = System.getProperty("serai.soak") == null ? 6 : 200;
    private static final int ROWS = 1500;

    @TempDir
    Path folder;

    private volatile boolean stopping;

    /** What the process logs when it begins to read. */
    private String reads = "";

    @ParameterizedTest(name = "template {0}, with DDL: {1}, killed while it copies and streams")
    @CsvSource({"mysql,false", "mysql,true", "debezium-mysql,false", "debezium-mysql,true"})
    void everyCheckpointIsTheStateAfterAWholeTransactionAndTheEndEqualsTheTables(String route, boolean withDdl)
            throws Exception {
        long seed = Long.getLong("serai.seed", System.nanoTime());
        LOG.atInfo().addKeyValue("seed", seed).log("Random transactions");
        Random random = new Random(seed);
        boolean isEngine = route.startsWith("debezium"); // which cannot read rows of which columns are missing
        reads = isEngine ? "Debezium's engine delivers" : "Streaming";
        ExecutorService writer = Executors.newSingleThreadExecutor();
        try (MysqlTestDatabase database = MysqlServer.shared().createDatabase();
                MysqlWorkload workload = new MysqlWorkload(database, new Random(seed), !isEngine)) {
            workload.create(ROWS);
            Path config = SeraiProcess.configure(
                    folder,
                    0,
                    database.connectionYaml("origin") + "  route: " + route + "\n",
                    MysqlWorkload.syncConfig());
            Future<?> writing = writer.submit(() -> write(workload, withDdl));
            KillMoment moment = new KillMoment(random);
            int checked = 0;
            long streamed = 0;
            try (SeraiProcess serai = SeraiProcess.run(config)) {
                for (int kill = 0; kill < KILLS || !withDdl && checked < KILLS / 4; kill++) {
                    assertThat(kill)
                            .as("kills until a checkpoint, seed " + seed)
                            .isLessThan(10 * KILLS);
                    if (random.nextInt(4) > 0) {
                        awaitStreaming(serai, streamed);
                    }
                    moment.await();
                    serai.kill();
                    streamed = streams(serai);
                    if (!withDdl) {
                        checked += moment.left(isCheckpointWhole(workload, "kill " + kill + ", seed " + seed));
                    }
                    serai.restart();
                }
                stopping = true;
                writing.get(2, TimeUnit.MINUTES);
                workload.largeTransaction();
                SeraiProcess.command(config, "status", "--wait", "120");
                assertThat(serai.terminate(Duration.ofSeconds(20)))
                        .as("stops within seconds")
                        .isTrue();
            }

            assertThat(StoredBuckets.newest(folder.resolve("data")))
                    .as("buckets at the end, seed " + seed)
                    .isEqualTo(workload.after(workload.lastNumber()));
        } finally {
            writer.shutdownNow();
        }
    }

    private Void write(MysqlWorkload workload, boolean withDdl) throws Exception {
        for (int i = 1; !stopping; i++) {
            workload.step();
            if (withDdl && i % 500 == 0) {
                workload.alter();
            }
            TimeUnit.MILLISECONDS.sleep(4);
        }
        return null;
    }

    /** Answers false when there is no checkpoint yet. */
    private boolean isCheckpointWhole(MysqlWorkload workload, String when) {
        try (BucketStorage storage = RocksDbStorage.openReadOnly(folder.resolve("data"))) {
            Checkpoint checkpoint = storage.checkpoint().orElse(null);
            if (checkpoint == null) {
                return false;
            }
            Map<String, String> rows = StoredBuckets.at(storage, checkpoint);
            String marker = rows.get("marker[] marker now");
            if (marker == null) {
                assertThat(rows).as("a source that does not take part, " + when).isEmpty();
                return false;
            }
            long number = Long.parseLong(marker.substring(marker.lastIndexOf(':') + 1, marker.length() - 1));
            assertThat(rows)
                    .as("checkpoint " + checkpoint + " is the state after a whole transaction, " + when)
                    .isEqualTo(workload.after(number));
            return true;
        } catch (SeraiException e) {
            if (e.code() == ErrorCode.STORAGE_NOT_FOUND) {
                return false; // killed before there was one
            }
            throw e;
        }
    }

    private void awaitStreaming(SeraiProcess serai, long before) {
        await().atMost(Duration.ofMinutes(1)).until(() -> streams(serai) > before);
    }

    private long streams(SeraiProcess serai) throws IOException {
        return serai.log().lines().filter(line -> line.contains(reads)).count();
    }
}
