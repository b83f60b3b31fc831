package io.serai.oracle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.serai.change.SourcePosition;
import io.serai.storage.BucketStorage;
import io.serai.storage.Checkpoint;
import io.serai.storage.rocksdb.RocksDbStorage;
import io.serai.testsupport.PostgresServer;
import io.serai.testsupport.SeraiProcess;
import io.serai.testsupport.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * I1, I3 and I9 under {@code kill -9}: a process copies and streams a random schema while random transactions run, and is killed again and again. After
 * each kill the newest checkpoint is the source's state after one whole transaction, and the slot is not ahead of what is durable; at the end
 * each bucket equals SELECT. {@code -Dserai.soak} kills 200 times instead of 20; {@code -Dserai.seed} repeats a run.
 */
class I9OracleIT {
    private static final Logger LOG = LoggerFactory.getLogger(I9OracleIT.class);
    private static final int KILLS = System.getProperty("serai.soak") == null ? 20 : 200;

    @TempDir
    Path folder;

    @ParameterizedTest(name = "kills while copying and streaming, seed {0}")
    @ValueSource(longs = 0)
    void everyCheckpointIsTheStateAfterAWholeTransactionAndTheEndEqualsSelect(long given) throws Exception {
        long seed = Long.getLong("serai.seed", given == 0 ? System.nanoTime() : given);
        LOG.atInfo().addKeyValue("seed", seed).log("Random transactions");
        Random random = new Random(seed);
        TestDatabase database = PostgresServer.shared().createDatabase();
        try (Connection connection = database.connection();
                Connection looks = database.connection()) {
            RandomWorkload workload = new RandomWorkload(connection, new Random(random.nextLong()));
            workload.create(4000);
            Path config = SeraiProcess.configure(folder, 0, connection(database), workload.syncConfig());
            Expectation expectation = new Expectation(workload);
            AtomicBoolean stop = new AtomicBoolean();
            ExecutorService writer = Executors.newSingleThreadExecutor();
            Future<?> writing = writer.submit(() -> {
                while (!stop.get()) {
                    workload.step();
                    TimeUnit.MILLISECONDS.sleep(4);
                }
                workload.largeTransaction();
                return null;
            });
            int checked = 0;
            long streamed = 0;
            try (SeraiProcess serai = SeraiProcess.run(config)) {
                for (int kill = 0; kill < KILLS; kill++) {
                    if (random.nextInt(4) > 0) {
                        awaitStreaming(serai, streamed);
                    }
                    // The moment of the kill is what is random here: this is not a wait for something.
                    TimeUnit.MILLISECONDS.sleep(random.nextInt(4000));
                    serai.kill();
                    streamed = streams(serai);
                    checked += checkWhatIsDurable(looks, expectation, seed) ? 1 : 0;
                    serai.restart();
                }
                stop.set(true);
                writing.get(2, TimeUnit.MINUTES);
                SeraiProcess.command(config, "status", "--wait", "120");
                assertThat(serai.terminate(Duration.ofSeconds(20))).isTrue();
            }
            writer.shutdown();

            assertThat(checked).as("checkpoints seen on the way, seed " + seed).isGreaterThan(KILLS / 4);
            assertThat(rowsAtNewestCheckpoint())
                    .as("buckets at the end, seed " + seed)
                    .isEqualTo(Expectation.buckets(workload, workload.select(), workload.lastNumber()));
        }
    }

    private static void awaitStreaming(SeraiProcess serai, long before) {
        await().atMost(Duration.ofMinutes(1)).until(() -> streams(serai) > before);
    }

    /** How often it began to stream, over all its starts. */
    private static long streams(SeraiProcess serai) throws IOException {
        return serai.log().lines().filter(line -> line.contains("Streaming")).count();
    }

    /** Whether there was a checkpoint to look at. */
    private boolean checkWhatIsDurable(Connection looks, Expectation expectation, long seed) throws SQLException {
        if (!Files.exists(folder.resolve("data"))) {
            return false;
        }
        try (BucketStorage storage = RocksDbStorage.openReadOnly(folder.resolve("data"))) {
            SourcePosition stored = storage.sources().stream()
                    .findFirst()
                    .flatMap(source -> storage.state(source).position())
                    .orElse(null);
            if (stored != null) {
                assertThat(confirmed(looks, stored)).as("I1: bytes that the slot is ahead, seed " + seed).isLessThanOrEqualTo(0);
            }
            Checkpoint checkpoint = storage.checkpoint().orElse(null);
            if (checkpoint == null) {
                return false;
            }
            Map<String, String> rows = StoredBuckets.at(storage, checkpoint);
            String marker = rows.getOrDefault("marker[] marker now", "");
            long number = Long.parseLong(marker.replaceAll("\\D", ""));
            assertThat(rows)
                    .as("checkpoint " + checkpoint.sequence() + " after transaction " + number + ", seed " + seed)
                    .isEqualTo(expectation.after(number));
            return true;
        }
    }

    private static long confirmed(Connection looks, SourcePosition stored) throws SQLException {
        try (Statement statement = looks.createStatement();
                ResultSet slot = statement.executeQuery("SELECT coalesce(max(confirmed_flush_lsn - '" + stored.text()
                        + "'::pg_lsn), 0) FROM pg_replication_slots WHERE database = current_database()")) {
            slot.next();
            return slot.getLong(1);
        }
    }

    private Map<String, String> rowsAtNewestCheckpoint() {
        try (BucketStorage storage = RocksDbStorage.openReadOnly(folder.resolve("data"))) {
            return StoredBuckets.at(storage, storage.checkpoint().orElseThrow());
        }
    }

    private static String connection(TestDatabase database) {
        return """
                - type: postgresql
                  uri: %s
                  sslmode: disable
                """
                .formatted(database.uri());
    }
}
