package io.serai.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import io.serai.testsupport.PostgresServer;
import io.serai.testsupport.SeraiProcess;
import io.serai.testsupport.TestDatabase;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * I9 for repairs: between random transactions and kills, routes are edited and all rows sent through them again; at each quiet moment the buckets equal
 * what the edited route leaves of SELECT. {@code -Dserai.soak} takes ten times as many rounds; {@code -Dserai.seed} repeats a run.
 */
class I9RepairIT {
    private static final int ROUNDS = System.getProperty("serai.soak") == null ? 4 : 40;
    private static final int IDS = 20_000;
    private static final String SYNC_CONFIG = """
            bucket_definitions:
              everything:
                data:
                  - SELECT id, owner, body, edition FROM items
                  - SELECT device || ':' || owner || ':' || message AS id, edition FROM events
            """;

    @TempDir
    Path folder;

    private final long seed = Long.getLong("serai.seed", System.nanoTime());
    private final Random random = new Random(seed);
    private @Nullable RandomWriters writers;
    private TestDatabase database;
    private Path config;

    @BeforeEach
    void createTables() throws Exception {
        database = PostgresServer.shared().createDatabase();
        database.execute(
                "CREATE TABLE items (id int PRIMARY KEY, owner text NOT NULL, body text)",
                "ALTER TABLE items ALTER body SET STORAGE EXTERNAL",
                "CREATE TABLE events (device int NOT NULL, owner text NOT NULL, message text NOT NULL)",
                "ALTER TABLE events REPLICA IDENTITY FULL",
                "INSERT INTO items SELECT i, 'o' || i % 9, repeat(md5(i::text), 1 + i % 99) FROM generate_series(1, 10000) i",
                "INSERT INTO events SELECT i % 400, 'o' || i % 9, 'm' || i % 5 FROM generate_series(1, 20000) i",
                "CREATE PUBLICATION powersync FOR ALL TABLES");
        Path configs = Files.createDirectory(folder.resolve("config"));
        Files.createDirectory(folder.resolve("routes"));
        config = SeraiProcess.configure(
                configs,
                0,
                "    - type: postgresql\n      uri: " + database.uri() + "\n      sslmode: disable\n",
                SYNC_CONFIG);
    }

    @AfterEach
    void dropTheDatabase() {
        if (writers != null) {
            writers.close();
        }
        database.close();
    }

    @Test
    void bucketsEqualSelectThroughTheEditedRoute() throws Exception {
        edit(0);
        try (SeraiProcess serai = SeraiProcess.run(config)) {
            assertEqualsSelect(serai, 0);
            for (int edition = 1; edition <= ROUNDS; edition++) {
                writers = RandomWriters.start(database, random, I9RepairIT::randomChange);
                edit(edition);
                serai.restart();
                for (int kills = random.nextInt(3); kills > 0; kills--) {
                    Process resync = startResync();
                    // When the kill meets the resync is what is random here: this is not a wait for something.
                    TimeUnit.MILLISECONDS.sleep(random.nextInt(6000));
                    serai.kill();
                    resync.waitFor();
                    serai.restart();
                }
                Process resync = startResync();
                String told = new String(resync.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
                assertThat(resync.waitFor())
                        .as(told + "seed " + seed + "\n" + serai.log())
                        .isZero();
                writers.stop();
                assertEqualsSelect(serai, edition);
            }
            long before = StoredBuckets.operations(data());
            serai.restart();
            assertThat(startResync().waitFor()).isZero();
            assertThat(serai.terminate(Duration.ofSeconds(30))).isTrue();
            assertThat(StoredBuckets.operations(data())).isEqualTo(before);
        }
    }

    /** Sends all rows through the route again, or now and then reads them again. */
    private Process startResync() throws IOException {
        ProcessBuilder command = SeraiProcess.prepare("resync", "--config", config.toString());
        if (random.nextInt(4) == 0) {
            command.command().add("--from-source");
        }
        return command.redirectErrorStream(true).start();
    }

    /** The route that stamps each row with its edition and takes the rows of one owner away. */
    private void edit(int edition) throws IOException {
        Files.writeString(folder.resolve("routes/postgresql.yaml"), """
            - routeTemplate:
                id: postgresql
                parameters:
                  - {name: source}
                from:
                  uri: serai-postgres
                  parameters: {source: "{{source}}"}
                  steps:
                    - process: {ref: "#postImage"}
                    - filter:
                        simple: "${header.SeraiOperation} in 'insert,update'"
                        steps:
                          - convertBodyTo: {type: java.util.Map}
                          - filter:
                              simple: "${body[owner]} != 'o%1$d'"
                              steps:
                                - script: {simple: "${body.put('edition', 'e%1$d')}"}
                                - process: {ref: "#syncRules"}
                                - to: {uri: serai-storage, parameters: {name: main}}
            """.formatted(edition));
    }

    private static String randomChange(Random dice) {
        int id = dice.nextInt(IDS);
        String owner = "'o" + dice.nextInt(9) + "'";
        String event = "ctid = (SELECT ctid FROM events WHERE device = " + dice.nextInt(400) + " LIMIT 1)";
        return switch (dice.nextInt(dice.nextInt(40) == 0 ? 10 : 7)) {
            case 0 ->
                "INSERT INTO items VALUES (" + id + ", " + owner + ", repeat('x', " + dice.nextInt(9000)
                        + ")) ON CONFLICT DO NOTHING";
            case 1 -> "UPDATE items SET owner = " + owner + " WHERE id = " + id; // the body is left out of the log
            case 2 -> "UPDATE items SET body = 'b" + dice.nextInt(9) + "' WHERE id = " + id;
            case 3 -> "DELETE FROM items WHERE id = " + id;
            case 4 ->
                "INSERT INTO events VALUES (" + dice.nextInt(400) + ", " + owner + ", 'n" + dice.nextInt(3) + "')";
            case 5 -> "DELETE FROM events WHERE " + event;
            case 6 -> "UPDATE events SET owner = " + owner + " WHERE " + event;
            case 7 -> "UPDATE items SET id = " + dice.nextInt(IDS) + " WHERE id = " + id;
            case 8 -> dice.nextInt(5) == 0 ? "TRUNCATE events" : "DELETE FROM events WHERE device % 7 = 0";
            default -> "UPDATE items SET owner = " + owner + " WHERE id % 4 = 0";
        };
    }

    private Path data() {
        return folder.resolve("config/data");
    }

    /** Leaves the process killed. */
    private void assertEqualsSelect(SeraiProcess serai, int edition) throws Exception {
        SeraiProcess.command(config, "status", "--wait", "120");
        String visible = " WHERE owner <> 'o" + edition + "'";
        Map<String, String> expected = new TreeMap<>();
        List.of(
                        "SELECT 'items', id, row_to_json(i) FROM (SELECT id, owner, body, 'e" + edition
                                + "' AS edition FROM items" + visible + ") i",
                        "SELECT 'events', id, row_to_json(e) FROM (SELECT DISTINCT device || ':' || owner || ':' || message"
                                + " AS id, 'e" + edition + "' AS edition FROM events" + visible + ") e")
                .forEach(query -> database.query(query)
                        .forEach(row -> expected.put("everything[] " + row.get(0) + " " + row.get(1), row.get(2))));
        serai.kill();
        assertThat(StoredBuckets.newest(data()))
                .as("seed " + seed + "\n" + serai.log())
                .isEqualTo(expected);
    }
}
