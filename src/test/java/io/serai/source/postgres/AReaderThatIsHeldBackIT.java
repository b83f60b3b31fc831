package io.serai.source.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.serai.bucket.BucketName;
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
import java.util.concurrent.CountDownLatch;
import org.apache.camel.CamelContext;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A route or a storage that stands still for several times the server's {@code wal_sender_timeout}, with a full queue before it: the server keeps the
 * connection, and what is read is read once. The servers of before version 12 have no such timeout per session, so that theirs can be short;
 * {@code -Dserai.soak} also outlasts the minute that the sessions set on newer ones.
 */
class AReaderThatIsHeldBackIT {
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final String RULES = """
            bucket_definitions:
              all:
                data:
                  - SELECT id FROM todos
            """;
    private static final BucketName ALL = new BucketName(
            SyncRules.parse(RULES)
                    .rules()
                    .orElseThrow()
                    .definitions()
                    .iterator()
                    .next(),
            "all[]");

    private final CountDownLatch held = new CountDownLatch(1);
    private final Replications replications = new Replications();

    @TempDir
    Path folder;

    static List<Arguments> versionsAndHoldUps() {
        Arguments old = Arguments.of(11, Duration.ofSeconds(12));
        return System.getProperty("serai.soak") == null
                ? List.of(old)
                : List.of(old, Arguments.of(17, Duration.ofMinutes(4)));
    }

    @ParameterizedTest
    @MethodSource("versionsAndHoldUps")
    void isNotCutOffByTheServer(int version, Duration holdUp) throws Exception {
        try (PostgresServer server = PostgresServer.ownOfVersion(version)) {
            assertKept(server, holdUp);
        }
    }

    private void assertKept(PostgresServer server, Duration holdUp) throws Exception {
        try (TestDatabase database = server.createDatabase();
                RocksDbStorage storage =
                        RocksDbStorage.open(folder.resolve("data"), InstantSource.system(), new Random(1));
                CamelContext context = new DefaultCamelContext()) {
            // A database's settings do not reach the sessions of before 12: the server's do.
            database.execute(
                    "ALTER SYSTEM SET wal_sender_timeout = '3s'",
                    "SELECT pg_reload_conf()",
                    "CREATE TABLE todos (id int PRIMARY KEY, title text)",
                    "CREATE PUBLICATION powersync FOR ALL TABLES");
            replicate(context, storage, database);
            assertThat(caughtUp()).isTrue();
            String reader = reader(database);
            assertThat(reader).matches("[0-9]+");

            database.execute("INSERT INTO todos SELECT i, repeat('x', 1000) FROM generate_series(1, 40000) i");
            await().atMost(PATIENCE)
                    .until(() -> replications.of("shop").orElseThrow().queuedBytes() > 10 << 20);
            await().during(holdUp).atMost(holdUp.plus(PATIENCE)).until(() -> reader.equals(reader(database)));
            held.countDown();
            database.execute("INSERT INTO todos VALUES (0, 'after')");

            assertThat(caughtUp()).isTrue();
            assertThat(reader(database)).isEqualTo(reader);
            assertThat(ReducedBuckets.data(storage, ALL)).hasSize(40_001);
        }
    }

    private void replicate(CamelContext context, RocksDbStorage storage, TestDatabase database) throws Exception {
        Map.of(
                        "main",
                        storage,
                        "rules",
                        SyncRules.parse(RULES).rules().orElseThrow(),
                        "replications",
                        replications,
                        "shop",
                        new PostgresSource(PostgresSettings.of("shop", database.uri() + "?sslmode=disable")))
                .forEach(context.getRegistry()::bind);
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("serai-postgres:shop")
                        .process("postImage")
                        .process(exchange -> held.await())
                        .process("syncRules")
                        .to("serai-storage:main");
            }
        });
        context.start();
    }

    private boolean caughtUp() throws InterruptedException {
        return replications.of("shop").orElseThrow().awaitCaughtUp(PATIENCE);
    }

    /** The server's process that reads the slot. */
    private static String reader(TestDatabase database) {
        return String.valueOf(
                database.value("SELECT max(active_pid) FROM pg_replication_slots WHERE database = current_database()"));
    }
}
