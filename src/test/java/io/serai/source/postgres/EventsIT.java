package io.serai.source.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.serai.bucket.BucketName;
import io.serai.error.ErrorCode;
import io.serai.route.ChangeHeaders;
import io.serai.source.Repair;
import io.serai.source.RepairProgress;
import io.serai.source.Replication;
import io.serai.source.ReplicationSettings;
import io.serai.source.Replications;
import io.serai.source.SourceStatus;
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
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Events of a real server's changes, delivered to a route of a Camel context. */
class EventsIT {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String RULES = """
            bucket_definitions:
              all:
                data:
                  - SELECT * FROM todos
            event_definitions:
              todo-changed:
                payloads:
                  - SELECT id, title FROM todos
                  - SELECT note AS id, note || '!' AS title FROM notes
            """;
    private static final BucketName ALL = new BucketName(
            SyncRules.parse(RULES)
                    .rules()
                    .orElseThrow()
                    .definitions()
                    .iterator()
                    .next(),
            "all[]");

    private final CamelContext context = new DefaultCamelContext();
    private final Replications replications = new Replications();
    private final List<String> events = new CopyOnWriteArrayList<>();

    /** The id whose event fails. */
    private final AtomicReference<String> broken = new AtomicReference<>("");

    @TempDir
    Path folder;

    private TestDatabase database;
    private RocksDbStorage storage;

    @BeforeEach
    void start() throws Exception {
        database = PostgresServer.shared().createDatabase();
        database.execute(
                "CREATE TABLE todos (id text PRIMARY KEY, title text)",
                "CREATE TABLE notes (note text)",
                "ALTER TABLE notes REPLICA IDENTITY FULL",
                "CREATE PUBLICATION powersync FOR ALL TABLES",
                "INSERT INTO todos VALUES ('t0', 'Be there')");
        storage = RocksDbStorage.open(folder.resolve("data"), InstantSource.system(), new Random(1));
        context.getRegistry().bind("main", storage);
        context.getRegistry().bind("rules", SyncRules.parse(RULES).rules().orElseThrow());
        context.getRegistry().bind("replications", replications);
        context.getRegistry().bind("retries", retryingAtOnce());
        context.getRegistry()
                .bind("shop", new PostgresSource(PostgresSettings.of("shop", database.uri() + "?sslmode=disable")));
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("serai-events:todo-changed").routeId("events").process(EventsIT.this::take);
                from("serai-postgres:shop")
                        .routeId("shop")
                        .process("postImage")
                        .process("syncRules")
                        .to("serai-storage:main");
            }
        });
        context.start();
        awaitCaughtUp();
    }

    @AfterEach
    void stop() {
        context.stop();
        storage.close();
        database.close();
    }

    @Nested
    class OfARouteThatTakesThem {
        @Test
        void beginWithTheRowsOfTheCopyAndFollowTheLog() throws Exception {
            database.execute(
                    "BEGIN",
                    "INSERT INTO todos VALUES ('t1', 'Buy milk')",
                    "UPDATE todos SET title = 'Buy oat milk' WHERE id = 't1'",
                    "COMMIT",
                    "UPDATE todos SET id = 't2' WHERE id = 't1'",
                    "DELETE FROM todos WHERE id = 't2'",
                    "TRUNCATE todos",
                    "INSERT INTO todos VALUES ('t3', 'Rest')");
            awaitCaughtUp();

            assertThat(events)
                    .containsExactly(
                            "snapshot t0 Be there",
                            "insert t1 Buy milk",
                            "update t1 Buy oat milk",
                            "update t2 Buy oat milk",
                            "insert t3 Rest");
        }

        @Test
        void countEachOfEqualRowsOnce() throws Exception {
            database.execute(
                    "INSERT INTO notes VALUES ('n')",
                    "INSERT INTO notes VALUES ('n')",
                    "DELETE FROM notes WHERE ctid = (SELECT min(ctid) FROM notes)");
            awaitCaughtUp();

            assertThat(events).containsExactly("snapshot t0 Be there", "insert n n!", "insert n n!");
        }
    }

    @Nested
    class OfARouteThatFails {
        @Test
        void comeAgainUntilItTakesThemAndNothingIsStoredBefore() throws Exception {
            broken.set("t2");

            database.execute(
                    "INSERT INTO todos VALUES ('t1', 'Buy milk')",
                    "BEGIN",
                    "INSERT INTO todos VALUES ('t2a', 'Fetch bread')",
                    "INSERT INTO todos VALUES ('t2', 'Rest')",
                    "COMMIT",
                    "INSERT INTO todos VALUES ('t3', 'Eat')");
            SourceStatus.Problem problem = awaitSecondProblem();

            assertThat(problem.code()).isEqualTo(ErrorCode.SOURCE_ROUTE_FAILED);
            assertThat(problem.message()).contains("event \"todo-changed\"").doesNotContain("row data");
            assertThat(ReducedBuckets.data(storage, ALL)).noneMatch(row -> row.contains("t2") || row.contains("t3"));
            assertThat(events).contains("insert t2a Fetch bread").doesNotContain("insert t2 Rest", "insert t3 Eat");
            broken.set("");
            awaitCaughtUp();
            assertThat(ReducedBuckets.data(storage, ALL)).hasSize(5);
            assertThat(events.stream().distinct())
                    .containsExactly(
                            "snapshot t0 Be there",
                            "insert t1 Buy milk",
                            "insert t2a Fetch bread",
                            "insert t2 Rest",
                            "insert t3 Eat");
            assertThat(events).containsOnlyOnce("insert t1 Buy milk", "insert t2 Rest", "insert t3 Eat");
            assertThat(events)
                    .as("the part of the transaction that was not stored came again")
                    .filteredOn("insert t2a Fetch bread"::equals)
                    .hasSizeGreaterThan(1);
        }

        @Test
        void waitWhileItIsStopped() throws Exception {
            context.getRouteController().stopRoute("events");

            database.execute("INSERT INTO todos VALUES ('t1', 'Buy milk')");
            SourceStatus.Problem problem = awaitSecondProblem();

            assertThat(problem.code()).isEqualTo(ErrorCode.SOURCE_EVENT_ROUTE_STOPPED);
            assertThat(ReducedBuckets.data(storage, ALL)).hasSize(1);
            context.getRouteController().startRoute("events");
            awaitCaughtUp();
            assertThat(events).containsExactly("snapshot t0 Be there", "insert t1 Buy milk");
        }
    }

    @Nested
    class ThatAreStored {
        @Test
        void doNotComeAgainAfterARestart() throws Exception {
            database.execute("INSERT INTO todos VALUES ('t1', 'Buy milk')");
            awaitCaughtUp();

            context.getRouteController().stopRoute("shop");
            context.getRouteController().startRoute("shop");
            database.execute("INSERT INTO todos VALUES ('t2', 'Fetch bread')");
            awaitCaughtUp();

            assertThat(events).containsExactly("snapshot t0 Be there", "insert t1 Buy milk", "insert t2 Fetch bread");
        }

        @Test
        void doNotComeAgainWhenTheRowsAreSentAgain() throws Exception {
            assertThat(repaired(Repair.RESYNC).rows()).isEqualTo(1);

            assertThat(events).containsExactly("snapshot t0 Be there");
        }

        @Test
        void comeAgainWhenTheTableIsReadAgain() throws Exception {
            assertThat(repaired(Repair.COPY).rows()).isEqualTo(1);

            assertThat(events).containsExactly("snapshot t0 Be there", "snapshot t0 Be there");
        }

        private RepairProgress repaired(Repair repair) throws InterruptedException {
            Replication shop = replications.of("shop").orElseThrow();
            int todos = number(shop, "public.todos");
            assertThat(shop.repair(repair, Set.of(todos), PATIENCE)).isTrue();
            return await().atMost(PATIENCE)
                    .until(
                            () -> shop.repairProgress(repair, todos).orElse(null),
                            found -> found != null && found.isDone());
        }
    }

    private static int number(Replication source, String table) {
        return IntStream.rangeClosed(1, 2)
                .filter(number -> source.repairProgress(Repair.RESYNC, number).stream()
                        .anyMatch(progress -> progress.table().equals(table)))
                .findFirst()
                .orElseThrow();
    }

    private void take(Exchange exchange) {
        Map<?, ?> body = exchange.getMessage().getBody(Map.class);
        if (broken.get().equals(body.get("id"))) {
            throw new IllegalStateException("row data");
        }
        boolean isSnapshot = exchange.getMessage().getHeader(ChangeHeaders.SNAPSHOT, boolean.class);
        String operation = exchange.getMessage().getHeader(ChangeHeaders.OPERATION, String.class);
        events.add((isSnapshot ? "snapshot" : operation) + " " + body.get("id") + " " + body.get("title"));
    }

    private Optional<SourceStatus.Problem> secondProblem() {
        return replications.of("shop").orElseThrow().problem().filter(problem -> problem.attempts() > 1);
    }

    private SourceStatus.Problem awaitSecondProblem() {
        return await().atMost(PATIENCE)
                .until(this::secondProblem, Optional::isPresent)
                .orElseThrow();
    }

    private void awaitCaughtUp() throws InterruptedException {
        assertThat(replications.of("shop").orElseThrow().awaitCaughtUp(PATIENCE))
                .isTrue();
    }

    private static ReplicationSettings retryingAtOnce() {
        ReplicationSettings usual = ReplicationSettings.DEFAULT;
        return new ReplicationSettings(
                usual.maxBatchBytes(),
                usual.queueBytes(),
                usual.snapshotThreads(),
                usual.chunkBytes(),
                usual.snapshotBytes(),
                usual.catalogInterval(),
                usual.onLostHistory(),
                Duration.ofMillis(200));
    }
}
