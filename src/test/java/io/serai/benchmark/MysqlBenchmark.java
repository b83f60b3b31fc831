package io.serai.benchmark;

import io.serai.testsupport.MysqlServer;
import io.serai.testsupport.MysqlTestDatabase;
import io.serai.testsupport.SeraiProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * What {@link PostgresBenchmark} measures, on MySQL: the copy of a million to-dos, a transaction of 200,000 updates and 100,000 small ones, each beside
 * a Debezium engine that throws its events away. Run by hand (docs/benchmarks.md), with Debezium's MySQL connector on the class path; {@code -Dserai.rows}
 * takes another number of to-dos.
 */
final class MysqlBenchmark {
    private static final int TODOS = Integer.getInteger("serai.rows", 1_000_000);
    private static final int LARGE = TODOS / 5;
    private static final int SMALL = TODOS / 10;
    private static final int LISTS = 10_000;
    private static final int CLIENTS = 4;

    private final MysqlTestDatabase database;
    private final Path config;

    private MysqlBenchmark(MysqlTestDatabase database, Path config) {
        this.database = database;
        this.config = config;
    }

    public static void main(String[] arguments) throws Exception {
        Path folder = Files.createTempDirectory("serai-benchmark-");
        try (MysqlServer server = MysqlServer.own(
                        "--innodb-buffer-pool-size=512M", "--sync-binlog=1", "--innodb-flush-log-at-trx-commit=1");
                MysqlTestDatabase database = server.createDatabase()) {
            Path config =
                    SeraiProcess.configure(folder, 0, database.connectionYaml("todos"), BenchmarkDatabase.SYNC_CONFIG);
            new MysqlBenchmark(database, config).run();
        }
    }

    private void run() throws Exception {
        fill();
        double bareCopy = BareEngine.read(engine(true), null, TODOS + LISTS);
        Measure.report("copy", (TODOS + LISTS) / Measure.secondsToCatchUp(config), bareCopy, "2");

        String from = position();
        database.execute(
                "UPDATE todos SET priority = priority + 1, completed = NOT completed ORDER BY id LIMIT " + LARGE);
        double bareLarge = BareEngine.read(engine(false), from, LARGE);
        Measure.report("one transaction", LARGE / Measure.secondsToCatchUp(config), bareLarge, "1.5");

        from = position();
        smallTransactions();
        double bareSmall = BareEngine.read(engine(false), from, SMALL);
        Measure.report("small transactions", SMALL / Measure.secondsToCatchUp(config), bareSmall, "2");
    }

    private void fill() throws SQLException {
        try (Connection connection = database.connection();
                Statement statement = connection.createStatement()) {
            for (String sql : List.of(
                    "SET cte_max_recursion_depth = 100000000",
                    "CREATE TABLE lists (id char(32) PRIMARY KEY, owner_id char(32) NOT NULL, name varchar(100) NOT NULL,"
                            + " created_at datetime(6) NOT NULL)",
                    "CREATE TABLE todos (id char(32) PRIMARY KEY, list_id char(32) NOT NULL, owner_id char(32) NOT NULL, title"
                            + " varchar(100) NOT NULL, description text NOT NULL, completed bool NOT NULL, priority int NOT NULL,"
                            + " estimate decimal(8,2), due datetime(6), tags json NOT NULL)",
                    "INSERT INTO lists WITH RECURSIVE g AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM g WHERE n < "
                            + LISTS
                            + ") SELECT LEFT(SHA2(CONCAT('l', n), 256), 32), LEFT(SHA2(CONCAT('u', n % 1000), 256), 32), CONCAT('list ', n), NOW(6) FROM g",
                    "INSERT INTO todos WITH RECURSIVE g AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM g WHERE n < "
                            + TODOS
                            + ") SELECT LEFT(SHA2(CONCAT('t', n), 256), 32), LEFT(SHA2(CONCAT('l', n % 10000 + 1), 256), 32), LEFT(SHA2(CONCAT('u', (n % 10000 + 1) % 1000), 256), 32),"
                            + " CONCAT('todo ', n), SHA2(n, 256), n % 3 = 0, n % 5, n % 100 / 4,"
                            + " '2026-01-01' + INTERVAL n SECOND, JSON_OBJECT('color', ELT(1 + n % 3, 'red', 'green', 'blue'),"
                            + " 'labels', JSON_ARRAY(CONCAT('a', n % 10)), 'n', n) FROM g",
                    "ANALYZE TABLE lists, todos")) {
                statement.execute(sql);
            }
        }
    }

    /** From several connections, each transaction of one update. */
    private void smallTransactions() throws Exception {
        ExecutorService clients = Executors.newFixedThreadPool(CLIENTS);
        List<Future<?>> done = new ArrayList<>();
        for (int client = 0; client < CLIENTS; client++) {
            done.add(clients.submit(() -> {
                update(SMALL / CLIENTS);
                return null;
            }));
        }
        for (Future<?> client : done) {
            client.get();
        }
        clients.shutdown();
    }

    private void update(int rows) throws SQLException {
        try (Connection connection = database.connection();
                PreparedStatement update = connection.prepareStatement(
                        "UPDATE todos SET completed = NOT completed, description = ? WHERE id = LEFT(SHA2(CONCAT('t', ?), 256), 32)")) {
            for (int i = 0; i < rows; i++) {
                int n = ThreadLocalRandom.current().nextInt(1, TODOS + 1);
                update.setString(1, "updated " + i + " of " + n + " and some more text to make it a sentence");
                update.setInt(2, n);
                update.execute();
            }
        }
    }

    /** The end of the log as the offset of a bare engine. */
    private String position() {
        List<@Nullable String> status = database.query("SHOW BINARY LOG STATUS").get(0);
        return "{\"file\":\"" + status.get(0) + "\",\"pos\":" + status.get(1) + ",\"gtids\":\""
                + String.valueOf(status.get(4)).replace("\n", "") + "\"}";
    }

    private Map<String, String> engine(boolean copies) {
        return Map.of(
                "connector.class",
                "io.debezium.connector.mysql.MySqlConnector",
                "snapshot.mode",
                copies ? "initial" : "recovery",
                "snapshot.locking.mode",
                "none",
                "database.server.id",
                "7777",
                "database.include.list",
                database.name(),
                "database.hostname",
                database.server().host(),
                "database.port",
                Integer.toString(database.server().port()),
                "database.user",
                database.user(),
                "database.password",
                database.server().password(),
                "schema.history.internal",
                "io.debezium.relational.history.MemorySchemaHistory");
    }
}
