package io.serai.source.mongodb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.serai.bucket.BucketName;
import io.serai.error.ErrorCode;
import io.serai.source.OnLostHistory;
import io.serai.source.Replication;
import io.serai.source.ReplicationSettings;
import io.serai.source.Replications;
import io.serai.source.SourceStatus;
import io.serai.source.SourceStatus.DivertedRow;
import io.serai.storage.Checkpoint;
import io.serai.storage.ReducedBuckets;
import io.serai.storage.rocksdb.RocksDbStorage;
import io.serai.syncrules.SyncRules;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Random;
import org.apache.camel.CamelContext;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.jspecify.annotations.Nullable;

/** A source with the usual route into a real storage, in a Camel context of this process. Confined to one thread. */
final class MongoReplica implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final RocksDbStorage storage;
    private final MongoSource source;
    private final SyncRules rules;
    private final BucketName all;
    private final Replications replications = new Replications();
    private @Nullable CamelContext context;

    /** A replica of these queries in a bucket without parameters; it does not run yet. */
    MongoReplica(Path folder, MongoSettings settings, String... queries) {
        this(folder, new MongoSource(settings), queries);
    }

    MongoReplica(Path folder, MongoSource source, String... queries) {
        this.storage = RocksDbStorage.open(folder.resolve("data"), InstantSource.system(), new Random(1));
        this.source = source;
        String data = "bucket_definitions:\n  all:\n    data:\n";
        for (String query : queries) {
            data += "      - " + query + "\n";
        }
        this.rules = SyncRules.parse(data).rules().orElseThrow();
        this.all = new BucketName(rules.definitions().iterator().next(), "all[]");
    }

    MongoReplica start() throws Exception {
        CamelContext started = new DefaultCamelContext();
        context = started;
        started.getRegistry().bind("main", storage);
        started.getRegistry().bind("rules", rules);
        started.getRegistry().bind("replications", replications);
        started.getRegistry().bind("settings", settings());
        started.getRegistry().bind("shop", source);
        started.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("serai-mongodb:shop")
                        .routeId("shop")
                        .process("postImage")
                        .process("syncRules")
                        .to("serai-storage:main");
            }
        });
        started.start();
        return this;
    }

    void stop() {
        CamelContext running = context;
        context = null;
        if (running != null) {
            running.stop();
        }
    }

    Replication replication() {
        return replications.of("shop").orElseThrow();
    }

    SourceStatus status() {
        return replication().status();
    }

    RocksDbStorage storage() {
        return storage;
    }

    /** The rows once a checkpoint shows all that the database has committed. */
    List<String> rows() throws InterruptedException {
        boolean isCaughtUp = replication().awaitCaughtUp(PATIENCE);
        assertThat(isCaughtUp).as("caught up: " + status()).isTrue();
        return ReducedBuckets.data(storage, all);
    }

    /** The rows of a checkpoint. */
    List<String> rowsAt(Checkpoint checkpoint) {
        return ReducedBuckets.data(storage, all, checkpoint);
    }

    /** The keys that are refused, with their reasons, once all is caught up. */
    List<DivertedRow> refused() throws InterruptedException {
        rows();
        return status().diverted();
    }

    /** How often a table was found to be another, and the like: sessions that ended with this code. */
    void awaitProblem(ErrorCode code) {
        await().atMost(PATIENCE)
                .until(() -> replication()
                        .problem()
                        .filter(problem -> problem.code() == code)
                        .isPresent());
    }

    @Override
    public void close() {
        stop();
        storage.close();
    }

    private static ReplicationSettings settings() {
        ReplicationSettings usual = ReplicationSettings.DEFAULT;
        return new ReplicationSettings(
                usual.maxBatchBytes(),
                usual.queueBytes(),
                usual.snapshotThreads(),
                usual.chunkBytes(),
                usual.snapshotBytes(),
                usual.catalogInterval(),
                OnLostHistory.RESNAPSHOT,
                Duration.ofMillis(200));
    }
}
