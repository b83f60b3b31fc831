package io.serai.source.mysql;

import static org.assertj.core.api.Assertions.assertThat;

import io.serai.bucket.BucketName;
import io.serai.source.OnLostHistory;
import io.serai.source.Replication;
import io.serai.source.ReplicationSettings;
import io.serai.source.Replications;
import io.serai.storage.ReducedBuckets;
import io.serai.storage.rocksdb.RocksDbStorage;
import io.serai.syncrules.SyncRules;
import io.serai.testsupport.MysqlTestDatabase;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Random;
import org.apache.camel.CamelContext;
import org.apache.camel.Processor;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.jspecify.annotations.Nullable;

/** A source with the usual route into a real storage, in a Camel context of this process. Confined to one thread. */
final class MysqlReplica implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final RocksDbStorage storage;
    private MysqlSource source;
    private final SyncRules rules;
    private final BucketName all;
    private final Replications replications = new Replications();
    private Processor step = exchange -> {};
    private long chunkBytes = ReplicationSettings.DEFAULT.chunkBytes();
    private @Nullable CamelContext context;

    /** A replica of these queries in a bucket without parameters; it does not run yet. */
    MysqlReplica(Path folder, MysqlTestDatabase database, String... queries) {
        this(folder, settings(database), queries);
    }

    MysqlReplica(Path folder, MysqlSettings settings, String... queries) {
        this(folder, new MysqlSource(settings), queries);
    }

    MysqlReplica(Path folder, MysqlSource source, String... queries) {
        this.storage = RocksDbStorage.open(folder.resolve("data"), InstantSource.system(), new Random(1));
        this.source = source;
        String data = "config:\n  edition: 2\nbucket_definitions:\n  all:\n    data:\n";
        for (String query : queries) {
            data += "      - " + query + "\n";
        }
        this.rules = SyncRules.parse(data).rules().orElseThrow();
        this.all = new BucketName(rules.definitions().iterator().next(), "all[]");
    }

    /** Where the database is, with the user who has what the set-up page grants. */
    static MysqlSettings settings(MysqlTestDatabase database) {
        return MysqlSettings.of(
                "shop",
                database.server().host(),
                database.server().port(),
                database.name(),
                database.user(),
                database.server().password());
    }

    MysqlReplica start() throws Exception {
        CamelContext started = new DefaultCamelContext();
        context = started;
        started.getRegistry().bind("main", storage);
        started.getRegistry().bind("rules", rules);
        started.getRegistry().bind("replications", replications);
        started.getRegistry().bind("settings", replicationSettings());
        started.getRegistry().bind("shop", source);
        started.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("serai-mysql:shop")
                        .routeId("shop")
                        .process("postImage")
                        .process(step)
                        .process("syncRules")
                        .to("serai-storage:main");
            }
        });
        started.start();
        return this;
    }

    /** From the next start on the server is reached there. */
    MysqlReplica moveTo(String host, int port) {
        MysqlSettings former = source.settings();
        MysqlSettings moved =
                MysqlSettings.of(former.id(), host, port, former.database(), former.username(), former.password());
        source = new MysqlSource(moved, source.tag(), source.onLostHistory());
        return this;
    }

    /** From the next start on each row goes through this step of the route. */
    MysqlReplica through(Processor between) {
        step = between;
        return this;
    }

    /** From the next start on a copy reads about so many bytes at once. */
    MysqlReplica inChunksOf(long bytes) {
        chunkBytes = bytes;
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

    /** The rows once a checkpoint shows all that the database has committed. */
    List<String> rows() throws InterruptedException {
        boolean isCaughtUp = replication().awaitCaughtUp(PATIENCE);
        assertThat(isCaughtUp)
                .as("caught up: " + replication().status() + " " + replication().problem())
                .isTrue();
        return ReducedBuckets.data(storage, all);
    }

    @Override
    public void close() {
        stop();
        storage.close();
    }

    private ReplicationSettings replicationSettings() {
        ReplicationSettings usual = ReplicationSettings.DEFAULT;
        return new ReplicationSettings(
                usual.maxBatchBytes(),
                usual.queueBytes(),
                usual.snapshotThreads(),
                chunkBytes,
                usual.snapshotBytes(),
                usual.catalogInterval(),
                OnLostHistory.RESNAPSHOT,
                Duration.ofMillis(200));
    }
}
