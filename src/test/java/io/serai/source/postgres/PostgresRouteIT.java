package io.serai.source.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.serai.bucket.BucketName;
import io.serai.bucket.BucketOp;
import io.serai.error.ErrorCode;
import io.serai.route.RouteFolder;
import io.serai.source.Replication;
import io.serai.source.ReplicationSettings;
import io.serai.source.Replications;
import io.serai.source.SourceStatus;
import io.serai.storage.ReducedBuckets;
import io.serai.storage.rocksdb.RocksDbStorage;
import io.serai.syncrules.SyncRules;
import io.serai.testsupport.PostgresServer;
import io.serai.testsupport.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.mock.MockEndpoint;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.model.ProcessorDefinition;
import org.apache.camel.model.RouteDefinition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Routes in a Camel context that knows nothing of Serai but its jar, from a real server into a real storage. */
class PostgresRouteIT {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String RULES = """
            bucket_definitions:
              all:
                data:
                  - SELECT * FROM todos
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

    @TempDir
    Path folder;

    private TestDatabase database;
    private RocksDbStorage storage;

    @BeforeEach
    void start() {
        database = PostgresServer.shared().createDatabase();
        database.execute(
                "CREATE TABLE todos (id text PRIMARY KEY, title text, done boolean, created_at timestamptz)",
                "CREATE PUBLICATION powersync FOR ALL TABLES");
        storage = RocksDbStorage.open(folder.resolve("data"), InstantSource.system(), new Random(1));
        context.getRegistry().bind("main", storage);
        context.getRegistry().bind("rules", SyncRules.parse(RULES).rules().orElseThrow());
        context.getRegistry().bind("replications", replications);
        context.getRegistry().bind("retries", retryingAtOnce());
        context.getRegistry()
                .bind("shop", new PostgresSource(PostgresSettings.of("shop", database.uri() + "?sslmode=disable")));
        context.start();
    }

    @AfterEach
    void stop() {
        context.stop();
        storage.close();
        database.close();
    }

    @Nested
    class APlainRoute {
        @Test
        void bringsWhatIsThereAndWhatChanges() throws Exception {
            insert("t1", "Buy milk", false);
            run(PostgresRouteIT::plain);

            insert("t2", "Fetch bread", true);
            database.execute("UPDATE todos SET title = 'Buy oat milk' WHERE id = 't1'");

            assertThat(stored()).containsExactly(row("t1", "Buy oat milk", false), row("t2", "Fetch bread", true));
        }

        @Test
        void needsNoBeanForItsDatabase() throws Exception {
            PostgresServer server = database.server();
            insert("t1", "Buy milk", false);
            context.addRoutes(new RouteBuilder() {
                @Override
                public void configure() {
                    plain(fromF(
                            "serai-postgres:own?hostname=%s&port=%d&database=%s&username=%s&password=RAW(%s)&sslmode=disable",
                            server.host(), server.port(), database.name(), server.user(), server.password()));
                }
            });

            assertThat(replications.of("own").orElseThrow().awaitCaughtUp(PATIENCE))
                    .isTrue();

            assertThat(ReducedBuckets.data(storage, ALL)).containsExactly(row("t1", "Buy milk", false));
        }

        @Test
        void goesOnAfterItWasSuspended() throws Exception {
            run(PostgresRouteIT::plain);
            insert("t1", "Buy milk", false);
            assertThat(stored()).hasSize(1);

            context.getRouteController().suspendRoute("shop");
            assertThat(replications.of("shop").orElseThrow().status().state()).isEqualTo(SourceStatus.State.STOPPED);
            insert("t2", "Fetch bread", false);
            context.getRouteController().resumeRoute("shop");

            assertThat(stored()).hasSize(2);
        }

        @Test
        void bringsWhatWasDoneToATableThatWasUnloggedMeanwhile() throws Exception {
            run(PostgresRouteIT::plain);
            insert("t1", "Buy milk", false);
            assertThat(stored()).hasSize(1);

            context.getRouteController().suspendRoute("shop");
            database.execute("ALTER TABLE todos SET UNLOGGED", "DELETE FROM todos");
            insert("t2", "Fetch bread", false);
            database.execute("ALTER TABLE todos SET LOGGED");
            context.getRouteController().resumeRoute("shop");

            assertThat(stored()).containsExactly(row("t2", "Fetch bread", false));
        }

        @Test
        void leavesNoThreadWhenItStops() throws Exception {
            run(PostgresRouteIT::plain);
            insert("t1", "Buy milk", false);
            assertThat(stored()).hasSize(1);

            context.getRouteController().stopRoute("shop");

            assertThat(Thread.getAllStackTraces().keySet())
                    .extracting(Thread::getName)
                    .noneMatch(name -> name.startsWith("serai-shop"));
        }
    }

    @Nested
    class ARouteWithAFilter {
        @Test
        void letsARowLeaveAndComeBack() throws Exception {
            insert("t1", "Buy milk", false);
            run(route -> plain(route.process("postImage").filter().simple("${body[done]} == 0")));
            assertThat(stored()).containsExactly(row("t1", "Buy milk", false));

            database.execute("UPDATE todos SET done = true");
            assertThat(stored()).isEmpty();
            database.execute("UPDATE todos SET done = false, title = 'Buy milk again'");

            assertThat(stored()).containsExactly(row("t1", "Buy milk again", false));
        }

        @Test
        void cannotKeepADeletedRow() throws Exception {
            insert("t1", "Buy milk", false);
            run(route -> plain(route.process("postImage").filter().simple("${header.SeraiOperation} != 'delete'")));
            assertThat(stored()).hasSize(1);

            database.execute("DELETE FROM todos");

            assertThat(stored()).isEmpty();
        }
    }

    @Nested
    class ARouteThatMasks {
        @Test
        void keepsTheFormOfTheOtherColumns() throws Exception {
            run(route -> plain(route.process("postImage")
                    .convertBodyTo(Map.class)
                    .script()
                    .simple("${body.put('title', '***')}")));

            insert("t1", "Buy milk", false);

            assertThat(stored()).containsExactly(row("t1", "***", false));
        }

        @Test
        void completesAColumnThatTheLogLeavesOutFromTheUnmaskedImage() throws Exception {
            database.execute("ALTER TABLE todos ADD note text", "ALTER TABLE todos ALTER note SET STORAGE EXTERNAL");
            run(route -> plain(route.process("postImage").process(exchange -> {
                Map<String, Object> row = map(exchange);
                row.put("title", String.valueOf(row.remove("note")).length());
                exchange.getMessage().setBody(row);
            })));
            database.execute("INSERT INTO todos VALUES ('t1', 'x', false, '2026-01-02 03:04:05Z', repeat('ab', 5000))");
            assertThat(stored()).containsExactly(row("t1", "10000", false).replace("\"10000\"", "10000"));

            database.execute("UPDATE todos SET done = true");

            assertThat(stored()).containsExactly(row("t1", "10000", true).replace("\"10000\"", "10000"));
        }

        @SuppressWarnings("unchecked")
        private static Map<String, Object> map(Exchange exchange) {
            return exchange.getMessage().getBody(Map.class);
        }
    }

    @Nested
    class ARouteToTwoTargets {
        @Test
        void givesTheSecondEachChangeAtLeastOnceAndTheStorageEachExactlyOnce() throws Exception {
            Set<String> failed = ConcurrentHashMap.newKeySet();
            run(route -> route.process("postImage")
                    .process("syncRules")
                    .multicast()
                    .to("serai-storage:main", "direct:audit"));
            Set<String> seen = ConcurrentHashMap.newKeySet();
            context.addRoutes(new RouteBuilder() {
                @Override
                public void configure() {
                    errorHandler(noErrorHandler());
                    from("direct:audit").process(exchange -> {
                        String row = exchange.getMessage().getBody(String.class);
                        if (row.contains("t7") && failed.add("t7")) {
                            throw new IllegalStateException();
                        }
                        seen.add(row);
                    });
                }
            });

            for (int i = 0; i < 10; i++) {
                insert("t" + i, "Buy milk", false);
            }

            assertThat(stored()).hasSize(10);
            assertThat(ReducedBuckets.operations(storage, ALL)).hasSize(10);
            assertThat(seen).hasSize(10);
            assertThat(failed).containsExactly("t7");
        }
    }

    @Nested
    class ARouteWithAStepThatFails {
        private final AtomicBoolean broken = new AtomicBoolean(true);

        @Test
        void storesNothingAfterThatUntilTheCauseIsGone() throws Exception {
            run(route -> plain(route.process("postImage").process(exchange -> {
                Map<?, ?> row = exchange.getMessage().getBody(Map.class);
                if (broken.get() && "t2".equals(row.get("id"))) {
                    throw new IllegalStateException("row data");
                }
            })));
            assertThat(stored()).isEmpty();

            insert("t1", "Buy milk", false);
            insert("t2", "Fetch bread", false);
            insert("t3", "Rest", false);
            SourceStatus.Problem problem = await().atMost(PATIENCE)
                    .until(
                            this::problemOfARetry,
                            found -> found.isPresent() && found.orElseThrow().attempts() > 1)
                    .orElseThrow();

            assertThat(problem.code()).isEqualTo(ErrorCode.SOURCE_ROUTE_FAILED);
            assertThat(problem.message()).doesNotContain("row data");
            assertThat(ReducedBuckets.data(storage, ALL)).noneMatch(row -> row.contains("t2") || row.contains("t3"));
            broken.set(false);
            assertThat(stored()).hasSize(3);
        }

        private Optional<SourceStatus.Problem> problemOfARetry() {
            SourceStatus now = status();
            return now.state() == SourceStatus.State.RETRYING ? now.problem() : Optional.empty();
        }

        @Test
        void goesOnWhenTheRouteHandlesItAndListsTheRow() throws Exception {
            run(route -> plain(route.onException(IllegalStateException.class)
                    .handled(true)
                    .to("mock:dead")
                    .end()
                    .process("postImage")
                    .process(exchange -> {
                        if (exchange.getMessage().getBody(String.class).contains("Fetch")) {
                            throw new IllegalStateException("row data");
                        }
                    })));
            insert("t1", "Buy milk", false);
            assertThat(stored()).hasSize(1);

            database.execute("UPDATE todos SET title = 'Fetch milk'");
            insert("t2", "Rest", false);

            assertThat(stored()).containsExactly(row("t2", "Rest", false));
            assertThat(status().diverted())
                    .containsExactly(new SourceStatus.DivertedRow(
                            "public.todos", List.of("t1"), "java.lang.IllegalStateException"));
            assertThat(context.getEndpoint("mock:dead", MockEndpoint.class).getReceivedCounter())
                    .isEqualTo(1);

            database.execute("DROP PUBLICATION powersync");
            await().atMost(PATIENCE).until(this::problemOfARetry, Optional::isPresent);
            assertThat(status().diverted()).hasSize(1); // it is still in no bucket
        }

        @Test
        void refusesARowThatTheRouteMadeNoRow() throws Exception {
            run(route -> plain(route.process("postImage").setBody().constant("no row")));

            insert("t1", "Buy milk", false);

            assertThat(stored()).isEmpty();
            assertThat(status().diverted())
                    .singleElement()
                    .satisfies(row -> assertThat(row.reason()).contains("neither a map nor JSON text"));
        }
    }

    @Nested
    class ARouteWhoseStorageStepComesLate {
        private final CountDownLatch through = new CountDownLatch(1);

        @Test
        void stopsTheSourceAndSaysWhy() throws Exception {
            context.addRoutes(new RouteBuilder() {
                @Override
                public void configure() {
                    from("seda:later").process(exchange -> through.await()).to("serai-storage:main");
                }
            });
            run(route -> route.process("postImage")
                    .process("syncRules")
                    .filter()
                    .simple("${body[done]} == 1")
                    .to("serai-storage:main")
                    .end()
                    .to("seda:later"));
            insert("t1", "Buy milk", false);
            assertThat(stored()).isEmpty();

            through.countDown();

            SourceStatus.Problem problem = await().atMost(PATIENCE)
                    .until(() -> status().problem(), Optional::isPresent)
                    .orElseThrow();
            assertThat(problem.code()).isEqualTo(ErrorCode.STORE_TAKEN_TWICE);
            assertThat(problem.message()).contains("after its exchange had returned", "table public.todos");
        }
    }

    @Nested
    class ARouteThatIsEditedWhileRowsStream {
        private final AtomicBoolean writing = new AtomicBoolean(true);

        @Test
        void losesNothingAndStoresNothingTwice() throws Exception {
            String template = Files.readString(Path.of("routes/postgresql.yaml"));
            Path routes = Files.createDirectory(folder.resolve("routes"));
            Path file = Files.writeString(routes.resolve("postgresql.yaml"), template);
            try (RouteFolder watched = new RouteFolder(context, routes);
                    ExecutorService writer = Executors.newSingleThreadExecutor()) {
                watched.load();
                watched.startSource("shop", "postgresql", Map.of());
                watched.watch(Duration.ofMillis(20));
                Future<Integer> written = writer.submit(this::insertMany);

                for (int edit = 1; edit <= 5; edit++) {
                    edit(file, template.replace("id: store,", "id: store" + edit + ","));
                }

                writing.set(false);
                int rows = written.get();
                assertThat(stored()).hasSize(rows);
                assertThat(ReducedBuckets.operations(storage, ALL))
                        .hasSize(rows)
                        .allMatch(op -> op.kind() == BucketOp.Kind.PUT);
                assertThat(Objects.requireNonNull(context.getRoute("shop")).filter("shop-store5"))
                        .hasSize(1);
            }
        }

        private void edit(Path file, String text) throws IOException {
            Replication before = replications.of("shop").orElseThrow();
            Files.writeString(file, text);
            await().atMost(PATIENCE)
                    .until(() -> replications
                            .of("shop")
                            .filter(now -> now != before && now.status().takesPart())
                            .isPresent());
        }

        private int insertMany() throws SQLException {
            int rows = 0;
            try (Connection connection = database.connection();
                    PreparedStatement insert = connection.prepareStatement("INSERT INTO todos (id) VALUES (?)")) {
                while (writing.get()) {
                    insert.setString(1, "t" + rows++);
                    insert.execute();
                }
            }
            return rows;
        }
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

    private void run(Consumer<RouteDefinition> steps) throws Exception {
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                steps.accept(from("serai-postgres:shop").routeId("shop"));
            }
        });
    }

    private static void plain(ProcessorDefinition<?> route) {
        ProcessorDefinition<?> first =
                route instanceof RouteDefinition && route.getOutputs().isEmpty() ? route.process("postImage") : route;
        first.process("syncRules").to("serai-storage:main");
    }

    private void insert(String id, String title, boolean done) {
        database.execute("INSERT INTO todos (id, title, done, created_at) VALUES ('" + id + "', '" + title + "', "
                + done + ", '2026-01-02 03:04:05Z')");
    }

    /** A row as clients of edition 1 get it. */
    private static String row(String id, String title, boolean done) {
        return "{\"id\":\"" + id + "\",\"title\":\"" + title + "\",\"done\":" + (done ? 1 : 0)
                + ",\"created_at\":\"2026-01-02 03:04:05Z\"}";
    }

    private SourceStatus status() {
        return replications.of("shop").orElseThrow().status();
    }

    /** The rows in the bucket once it shows all that the database has committed. */
    private List<String> stored() throws InterruptedException {
        assertThat(replications.of("shop").orElseThrow().awaitCaughtUp(PATIENCE))
                .isTrue();
        return ReducedBuckets.data(storage, ALL);
    }
}
