package io.serai.source.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.serai.bucket.BucketName;
import io.serai.route.ChangeHeaders;
import io.serai.route.RouteBeans;
import io.serai.source.LiveRules;
import io.serai.source.OnLostHistory;
import io.serai.source.Replication;
import io.serai.source.ReplicationSettings;
import io.serai.source.Replications;
import io.serai.storage.ReducedBuckets;
import io.serai.storage.rocksdb.RocksDbStorage;
import io.serai.syncrules.SyncRules;
import io.serai.testsupport.PostgresServer;
import io.serai.testsupport.TestDatabase;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Another sync config that is built while a large transaction is staged, and while a source is copied again. */
@Timeout(120)
class AnotherSyncConfigIT {
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final SyncRules FORMER = rules("former");
    private static final SyncRules NEWER = rules("newer");
    private static final ReplicationSettings SETTINGS = new ReplicationSettings(
            64 << 10, 16 << 20, 1, 2 << 20, 64 << 20, Duration.ofSeconds(5), OnLostHistory.RESNAPSHOT, PATIENCE);

    private final Replications replications = new Replications();
    private final CamelContext context = new DefaultCamelContext();

    @TempDir
    Path folder;

    private TestDatabase database;
    private RocksDbStorage storage;
    private LiveRules rules;
    private volatile Step step = exchange -> {};

    private interface Step {
        void process(Exchange exchange) throws Exception;
    }

    @BeforeEach
    void replicate() throws Exception {
        database = PostgresServer.shared().createDatabase();
        database.execute(
                "CREATE TABLE first (id int PRIMARY KEY, text text)",
                "CREATE TABLE second (id int PRIMARY KEY, text text)",
                "INSERT INTO first VALUES (1, 'old')",
                "INSERT INTO second VALUES (1, 'old')",
                "CREATE PUBLICATION powersync FOR ALL TABLES");
        storage = RocksDbStorage.open(folder.resolve("data"), InstantSource.system(), new Random(1));
        rules = new LiveRules(storage, FORMER, Map.of("shop", SyncRules.DEFAULT_TAG));
        Map.of(
                        "main",
                        storage,
                        RouteBeans.rulesName("main"),
                        rules,
                        "replications",
                        replications,
                        "settings",
                        SETTINGS,
                        "shop",
                        new PostgresSource(PostgresSettings.of("shop", database.uri() + "?sslmode=disable")))
                .forEach(context.getRegistry()::bind);
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("serai-postgres:shop")
                        .routeId("shop")
                        .process("postImage")
                        .process(exchange -> step.process(exchange))
                        .process("syncRules")
                        .to("serai-storage:main");
            }
        });
        context.start();
        assertThat(replication().awaitCaughtUp(PATIENCE)).isTrue();
    }

    @AfterEach
    void stop() throws Exception {
        context.close();
        rules.close();
        storage.close();
        database.close();
    }

    @Test
    void hasARowAsALargeTransactionLeavesItThatWasStagedMeanwhile() throws Exception {
        CountDownLatch building = new CountDownLatch(1);
        CountDownLatch staged = new CountDownLatch(1);
        CountDownLatch rebuilt = new CountDownLatch(1);
        CountDownLatch seal = new CountDownLatch(1);
        step = exchange -> {
            boolean isStored = Boolean.TRUE.equals(exchange.getMessage().getHeader(ChangeHeaders.SNAPSHOT));
            String table = exchange.getMessage().getHeader(ChangeHeaders.TABLE, String.class);
            if (isStored && table.endsWith("first")) {
                building.countDown();
                staged.await();
            } else if (isStored) {
                rebuilt.countDown();
            } else if (table.endsWith("first")) {
                staged.countDown();
                seal.await();
            }
        };
        rules.deploy(NEWER);
        building.await();

        database.execute("BEGIN; UPDATE second SET text = 'new' WHERE id = 1;"
                + " INSERT INTO second SELECT i, repeat('x', 1000) FROM generate_series(2, 1000) i;"
                + " UPDATE first SET text = 'new'; COMMIT");
        staged.await();
        boolean isReadWhileItIsStaged = rebuilt.await(2, TimeUnit.SECONDS);
        seal.countDown();

        assertThat(replication().awaitCaughtUp(PATIENCE)).isTrue();
        assertThat(ReducedBuckets.data(storage, bucket(NEWER)))
                .as("read while it was staged: " + isReadWhileItIsStaged)
                .hasSize(1001)
                .noneMatch(row -> row.contains("old"));
    }

    @Test
    void isShownWithAllRowsOfASourceThatIsCopiedAgainMeanwhile() throws Exception {
        List<Integer> rowsShown = new CopyOnWriteArrayList<>();
        context.getRouteController().stopRoute("shop");
        database.execute("SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots"
                + " WHERE database = current_database()");
        storage.onCheckpoint(checkpoint -> rowsShown.add(ReducedBuckets.of(storage, checkpoint).values().stream()
                .mapToInt(Map::size)
                .sum()));

        rules.deploy(NEWER);
        context.getRouteController().startRoute("shop");

        assertThat(replication().awaitCaughtUp(PATIENCE)).isTrue();
        assertThat(storage.buckets(storage.checkpoint().orElseThrow())).containsExactly(bucket(NEWER));
        assertThat(rowsShown).isNotEmpty().containsOnly(2);
    }

    private Replication replication() {
        return replications.of("shop").orElseThrow();
    }

    private static SyncRules rules(String definition) {
        return SyncRules.parse("bucket_definitions: {" + definition
                        + ": {data: ['SELECT id, text FROM first', 'SELECT id, text FROM second']}}")
                .rules()
                .orElseThrow();
    }

    private static BucketName bucket(SyncRules rules) {
        String id = rules.definitions().iterator().next();
        return new BucketName(id, id.substring(0, id.indexOf('@')) + "[]");
    }
}
