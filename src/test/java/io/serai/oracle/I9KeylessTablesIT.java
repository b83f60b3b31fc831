package io.serai.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import io.serai.testsupport.PostgresServer;
import io.serai.testsupport.SeraiProcess;
import io.serai.testsupport.TestDatabase;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * I9 for tables whose rows nothing names, under REPLICA IDENTITY FULL: equal rows are counted, whether the copy or the log brought them.
 * {@code -Dserai.soak} takes ten times as many rounds; {@code -Dserai.seed} repeats a run.
 */
class I9KeylessTablesIT {
    private static final int ROUNDS = System.getProperty("serai.soak") == null ? 3 : 30;
    private static final String SYNC_CONFIG = """
            bucket_definitions:
              everything:
                data:
                  - SELECT device || ':' || ifnull(message, '') AS id, device, message FROM events
            """;

    private static final String FILL = "INSERT INTO events (device, message) SELECT i % 400,"
            + " CASE WHEN i % 3 > 0 THEN repeat(md5((i % 50)::text), CASE i % 50 WHEN 7 THEN 90 ELSE 1 + i % 50 END) END"
            + " FROM generate_series(1, 40000) i";

    @TempDir
    Path folder;

    private final long seed = Long.getLong("serai.seed", System.nanoTime());
    private final Random random = new Random(seed);
    private final ExecutorService writers = Executors.newCachedThreadPool();
    private TestDatabase database;
    private Path config;

    @BeforeEach
    void createATableWithoutAKey() throws Exception {
        database = PostgresServer.shared().createDatabase();
        database.execute(
                "CREATE TABLE events (device int, message text, seq serial PRIMARY KEY DEFERRABLE INITIALLY DEFERRED)",
                "ALTER TABLE events REPLICA IDENTITY FULL, DROP COLUMN seq, ALTER message SET STORAGE EXTERNAL",
                FILL,
                "CREATE PUBLICATION powersync FOR ALL TABLES");
        config = SeraiProcess.configure(
                folder,
                0,
                "    - type: postgresql\n      uri: " + database.uri() + "\n      sslmode: disable\n",
                SYNC_CONFIG);
    }

    @AfterEach
    void dropTheDatabase() {
        writers.shutdownNow();
        database.close();
    }

    @Test
    void equalRowsAreCounted() throws Exception {
        try (SeraiProcess serai = SeraiProcess.run(config)) {
            database.execute("TRUNCATE events", "INSERT INTO events VALUES (1, 'a'), (1, 'a'), (1, 'a'), (2, NULL)");
            assertEqualsSelect(serai);
            database.execute("DELETE FROM events WHERE ctid = (SELECT min(ctid) FROM events WHERE device = 1)");
            assertEqualsSelect(serai);
            database.execute(
                    "UPDATE events SET message = 'b' WHERE ctid = (SELECT min(ctid) FROM events WHERE device = 1)");
            assertEqualsSelect(serai);
            database.execute("DELETE FROM events WHERE message = 'a'");
            assertEqualsSelect(serai);
            assertThat(serai.log()).contains("SERAI-S1105");
        }
    }

    /** A row that moves is deleted from one partition and inserted into the other. */
    @ParameterizedTest(name = "via root: {0}")
    @ValueSource(booleans = {false, true})
    void equalRowsOfSeveralPartitionsAreCounted(boolean viaRoot) throws Exception {
        database.execute(
                "DROP TABLE events",
                "CREATE TABLE events (device int, message text) PARTITION BY LIST (device)",
                "CREATE TABLE events_1 PARTITION OF events FOR VALUES IN (1)",
                "CREATE TABLE events_2 (message text, device int)",
                "ALTER TABLE events ATTACH PARTITION events_2 FOR VALUES IN (2)",
                "ALTER TABLE events REPLICA IDENTITY FULL",
                "ALTER TABLE events_1 REPLICA IDENTITY FULL",
                "ALTER TABLE events_2 REPLICA IDENTITY FULL",
                "ALTER PUBLICATION powersync SET (publish_via_partition_root = " + viaRoot + ")",
                "INSERT INTO events VALUES (1, 'a'), (1, 'a'), (2, 'a'), (2, NULL)");
        try (SeraiProcess serai = SeraiProcess.run(config)) {
            assertEqualsSelect(serai);
            database.execute(
                    "UPDATE events SET device = 2 WHERE device = 1 AND ctid = (SELECT min(ctid) FROM events_1)",
                    "INSERT INTO events VALUES (1, 'b'), (2, 'b')");
            assertEqualsSelect(serai);
            database.execute("DELETE FROM events_2 WHERE ctid = (SELECT min(ctid) FROM events_2 WHERE message = 'a')");
            assertEqualsSelect(serai);
            database.execute("TRUNCATE events_1", "INSERT INTO events VALUES (1, 'c')");
            assertEqualsSelect(serai);
            database.execute("DELETE FROM events_2 WHERE message = 'a'");
            assertEqualsSelect(serai);
        }
    }

    @Test
    void bucketsEqualSelectAtEachQuietMoment() throws Exception {
        try (SeraiProcess serai = SeraiProcess.run(config)) {
            for (int round = 0; round < ROUNDS; round++) {
                AtomicBoolean stop = new AtomicBoolean();
                Future<?> one = write(stop, new Random(random.nextLong()));
                Future<?> other = write(stop, new Random(random.nextLong()));
                for (int step = 0; step < 3; step++) {
                    switch (random.nextInt(6)) {
                        case 0, 1 ->
                            database.execute("ALTER TABLE events ADD COLUMN c" + round + step + " int DEFAULT 7");
                        case 2, 3 ->
                            database.execute("ALTER TABLE events ALTER message TYPE text USING upper(message),"
                                    + " ALTER message SET STORAGE EXTERNAL");
                        case 4 -> database.execute("TRUNCATE events", FILL);
                        default -> {}
                    }
                    // When the process meets the writes is what is random here: this is not a wait for something.
                    TimeUnit.MILLISECONDS.sleep(random.nextInt(2500));
                    if (random.nextBoolean()) {
                        serai.kill();
                        serai.restart();
                    }
                }
                stop.set(true);
                one.get(1, TimeUnit.MINUTES);
                other.get(1, TimeUnit.MINUTES);
                assertEqualsSelect(serai);
                database.execute("DELETE FROM events WHERE device % 2 = 0"); // a row that was counted twice would stay
                assertEqualsSelect(serai);
                database.execute(FILL);
            }
        }
    }

    private Future<?> write(AtomicBoolean stop, Random dice) {
        return writers.submit(() -> {
            try (Connection connection = database.connection();
                    Statement statement = connection.createStatement()) {
                connection.setAutoCommit(false);
                while (!stop.get()) {
                    change(statement, dice);
                    TimeUnit.MILLISECONDS.sleep(dice.nextInt(50) == 0 ? dice.nextInt(200) : 0);
                    end(connection, dice);
                }
            }
            return null;
        });
    }

    private static void change(Statement statement, Random dice) throws SQLException {
        try {
            for (int left = 1 + dice.nextInt(4); left > 0; left--) {
                statement.execute(randomChange(dice));
            }
        } catch (SQLException e) {
            assertThat(e.getSQLState()).as(e.getMessage()).isEqualTo("40P01"); // the other writer meets the same rows
            statement.getConnection().rollback();
        }
    }

    private static void end(Connection connection, Random dice) throws SQLException {
        if (dice.nextInt(8) == 0) {
            connection.rollback();
        } else {
            connection.commit();
        }
    }

    /**
     * Values are few, so that most rows have equals; some changes touch only one of them. Some messages are stored out of line, and a change of the
     * device alone leaves them there.
     */
    private static String randomChange(Random dice) {
        String one = "ctid = (SELECT ctid FROM events WHERE device = " + dice.nextInt(400) + " LIMIT 1)";
        return switch (dice.nextInt(dice.nextInt(40) == 0 ? 8 : 6)) {
            case 0, 1 ->
                "INSERT INTO events (device, message) VALUES (" + dice.nextInt(400) + ", repeat('x" + dice.nextInt(3)
                        + "', " + (dice.nextBoolean() ? 1 : 2000) + "))";
            case 2 -> "DELETE FROM events WHERE " + one;
            case 3 ->
                "UPDATE events SET device = " + dice.nextInt(400) + " WHERE "
                        + (dice.nextBoolean()
                                ? one
                                : one.replace("LIMIT", "ORDER BY length(message) DESC NULLS LAST LIMIT"));
            case 4 -> "UPDATE events SET message = 'y" + dice.nextInt(3) + "' WHERE " + one;
            case 5 -> "INSERT INTO events SELECT * FROM events WHERE device = " + dice.nextInt(400);
            case 6 -> "DELETE FROM events WHERE device = " + dice.nextInt(400);
            default -> "INSERT INTO events (device, message) SELECT i % 90, 'z' FROM generate_series(1, 3000) i";
        };
    }

    private void assertEqualsSelect(SeraiProcess serai) throws Exception {
        SeraiProcess.command(config, "status", "--wait", "120");
        Map<String, String> expected = new TreeMap<>();
        database.query(
                        "SELECT id, row_to_json(e) FROM (SELECT DISTINCT device || ':' || coalesce(message, '') AS id, device, message"
                                + " FROM events) e")
                .forEach(row -> expected.put("everything[] events " + row.get(0), row.get(1)));
        assertThat(StoredBuckets.newest(folder.resolve("data")))
                .as("seed " + seed + "\n" + serai.log())
                .isEqualTo(expected);
    }
}
