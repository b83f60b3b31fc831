package io.serai.source.debezium;

import static org.assertj.core.api.Assertions.assertThat;

import io.serai.bucket.BucketName;
import io.serai.bucket.BucketOp;
import io.serai.source.Replication;
import io.serai.source.ReplicationSettings;
import io.serai.source.Replications;
import io.serai.source.SourceStatus;
import io.serai.storage.ReducedBuckets;
import io.serai.storage.rocksdb.RocksDbStorage;
import io.serai.syncrules.SyncRules;
import io.serai.testsupport.MysqlServer;
import io.serai.testsupport.MysqlTestDatabase;
import io.serai.testsupport.PostgresServer;
import io.serai.testsupport.TestDatabase;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Random;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.apache.camel.CamelContext;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;

/**
 * A Camel context that knows nothing of Serai but its jar, with a route from {@code debezium-postgres} or {@code debezium-mysql} into a storage, and
 * the database that it reads: a table {@code todos}.
 *
 * @param <D> that database
 */
final class DebeziumTodos<D extends AutoCloseable> implements AutoCloseable {
    static final Duration PATIENCE = Duration.ofSeconds(60);

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

    private final Path folder;
    private final String scheme;
    private final Map<String, String> options;
    private final Map<String, String> properties;
    private final Function<D, List<String>> selected;
    final D database;
    final Replications replications = new Replications();
    CamelContext context = new DefaultCamelContext();
    private RocksDbStorage storage;

    private DebeziumTodos(
            Path folder,
            D database,
            String scheme,
            Map<String, String> options,
            Map<String, String> properties,
            Function<D, List<String>> selected) {
        this.folder = folder;
        this.database = database;
        this.scheme = scheme;
        this.options = options;
        this.properties = properties;
        this.selected = selected;
        storage = open();
        begin();
    }

    static DebeziumTodos<TestDatabase> postgres(Path folder) {
        PostgresServer server = PostgresServer.shared();
        TestDatabase database = server.createDatabase();
        database.execute(
                "CREATE TABLE todos (id text PRIMARY KEY, title text, done boolean)",
                "CREATE PUBLICATION powersync FOR ALL TABLES");
        Map<String, String> options = new LinkedHashMap<>();
        options.put("databaseHostname", server.host());
        options.put("databasePort", Integer.toString(server.port()));
        options.put("databaseDbname", database.name());
        options.put("databaseUser", server.user());
        options.put("databasePassword", "RAW(" + server.password() + ")");
        options.put("databaseSslmode", "disable");
        options.put("pluginName", "pgoutput");
        options.put("publicationAutocreateMode", "disabled");
        options.put("includeUnknownDatatypes", "true");
        return new DebeziumTodos<>(
                folder,
                database,
                "debezium-postgres",
                options,
                properties(server.host(), server.port(), database.name(), server.user(), server.password()),
                DebeziumTodos::selected);
    }

    static DebeziumTodos<MysqlTestDatabase> mysql(Path folder) {
        return mysql(folder, MysqlServer.shared());
    }

    static DebeziumTodos<MysqlTestDatabase> mysql(Path folder, MysqlServer server) {
        MysqlTestDatabase database = server.createDatabase();
        database.execute("CREATE TABLE todos (id varchar(32) PRIMARY KEY, title text, done boolean)");
        Map<String, String> options = new LinkedHashMap<>();
        options.put("databaseHostname", server.host());
        options.put("databasePort", Integer.toString(server.port()));
        options.put("databaseIncludeList", database.name());
        options.put("databaseUser", database.user());
        options.put("databasePassword", "RAW(" + server.password() + ")");
        options.put("databaseSslMode", "disabled");
        options.put("schemaHistoryInternal", StoredSchemas.class.getName());
        return new DebeziumTodos<>(
                folder,
                database,
                "debezium-mysql",
                options,
                properties(server.host(), server.port(), database.name(), database.user(), server.password()),
                DebeziumTodos::selected);
    }

    private static Map<String, String> properties(
            String host, int port, String database, String user, String password) {
        return Map.of(
                "shop.host", host,
                "shop.port", Integer.toString(port),
                "shop.database", database,
                "shop.user", user,
                "shop.password", password);
    }

    private static List<String> selected(TestDatabase database) {
        return database
                .query("SELECT '{\"id\":\"' || id || '\",\"title\":\"' || title || '\",\"done\":' || done::int || '}'"
                        + " FROM todos ORDER BY id COLLATE \"C\"")
                .stream()
                .map(List::getFirst)
                .toList();
    }

    private static List<String> selected(MysqlTestDatabase database) {
        return database
                .query(
                        "SELECT concat('{\\\"id\\\":\\\"', id, '\\\",\\\"title\\\":\\\"', title, '\\\",\\\"done\\\":', done, '}')"
                                + " FROM todos ORDER BY CAST(id AS BINARY)")
                .stream()
                .map(List::getFirst)
                .toList();
    }

    private RocksDbStorage open() {
        return RocksDbStorage.open(folder.resolve("data"), InstantSource.system(), new Random(1));
    }

    private void begin() {
        context.getRegistry().bind("main", storage);
        context.getRegistry().bind("rules", SyncRules.parse(RULES).rules().orElseThrow());
        context.getRegistry().bind("replications", replications);
        context.getRegistry().bind("retries", retryingAtOnce());
        context.start();
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

    /** The options that an endpoint must have, with where the database is. */
    Map<String, String> options() {
        Map<String, String> all = new LinkedHashMap<>(options);
        all.put("topicPrefix", "shop");
        all.put("offsetStorage", StorageOffsets.class.getName());
        all.put("provideTransactionMetadata", "true");
        all.put("skippedOperations", "none");
        all.put("snapshotMode", "no_data");
        all.put("pollIntervalMs", "10");
        return all;
    }

    /** Starts a route with these options, in which {@code more} comes after {@code postImage}. */
    void run(Map<String, String> options, UnaryOperator<RouteDefinition> more) throws Exception {
        StringBuilder uri = new StringBuilder(scheme + ":shop");
        options.forEach((name, value) -> uri.append(uri.indexOf("?") < 0 ? '?' : '&')
                .append(name)
                .append('=')
                .append(value));
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                more.apply(from(uri.toString())
                                .routeId("shop")
                                .process("debezium")
                                .process("postImage"))
                        .process("syncRules")
                        .to("serai-storage:main");
            }
        });
    }

    /** Starts the routes that are written in this YAML text, which names the database by properties {@code shop.…}. */
    void run(String yaml) throws Exception {
        Properties overriding = new Properties();
        overriding.putAll(properties);
        context.getPropertiesComponent().setOverrideProperties(overriding);
        PluginHelper.getRoutesLoader(context).loadRoutes(ResourceHelper.fromString("shop.yaml", yaml));
    }

    void run() throws Exception {
        run(options(), route -> route);
    }

    /** Stops all, as an application does that ends, and begins again in the same place, without a route. */
    void restart() {
        context.stop();
        storage.close();
        context = new DefaultCamelContext();
        storage = open();
        begin();
    }

    Replication replication() {
        return replications.of("shop").orElseThrow();
    }

    SourceStatus status() {
        return replication().status();
    }

    /** The rows in the bucket once it shows all that the database has committed. */
    List<String> stored() throws InterruptedException {
        assertThat(replication().awaitCaughtUp(PATIENCE)).as("%s", status()).isTrue();
        return storedNow();
    }

    /** The rows that the newest checkpoint shows. */
    List<String> storedNow() {
        return ReducedBuckets.data(storage, ALL);
    }

    List<BucketOp> operations() {
        return ReducedBuckets.operations(storage, ALL);
    }

    /** What must be stored. */
    List<String> selected() {
        return selected.apply(database);
    }

    @Override
    public void close() throws Exception {
        context.stop();
        storage.close();
        database.close();
    }
}
