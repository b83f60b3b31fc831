package io.serai.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import io.serai.testsupport.PostgresServer;
import io.serai.testsupport.SeraiProcess;
import io.serai.testsupport.TestDatabase;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
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
 * I9 for sync configs that change while running: between random transactions and kills, definitions come, go, change and come back; at each quiet moment the
 * buckets equal what the newest sync config selects. {@code -Dserai.soak} takes ten times as many rounds; {@code -Dserai.seed} repeats a run.
 */
class I9SyncConfigIT {
    private static final int ROUNDS = System.getProperty("serai.soak") == null ? 5 : 50;
    private static final int IDS = 20_000;
    private static final List<Definition> DEFINITIONS = List.of(
            new Definition("items", "everything", "SELECT id, owner, body FROM items"),
            new Definition("items", "small", "SELECT id, owner FROM items WHERE id < 5000"),
            new Definition("items", "small", "SELECT id, owner FROM items WHERE id < 6000"),
            new Definition("items", "bodies", "SELECT id, body FROM items WHERE owner = 'o3'"),
            new Definition("notes", "notes", "SELECT id, text FROM notes"),
            new Definition(
                    "events", "events", "SELECT device || ':' || owner || ':' || message AS id, owner FROM events"));

    @TempDir
    Path folder;

    private final long seed = Long.getLong("serai.seed", System.nanoTime());
    private final Random random = new Random(seed);
    private @Nullable RandomWriters writers;
    private TestDatabase database;
    private Path config;

    private record Definition(String table, String name, String query) {}

    @BeforeEach
    void createTables() throws Exception {
        database = PostgresServer.shared().createDatabase();
        database.execute(
                "CREATE TABLE items (id int PRIMARY KEY, owner text NOT NULL, body text)",
                "ALTER TABLE items ALTER body SET STORAGE EXTERNAL",
                "CREATE TABLE notes (id int PRIMARY KEY, text text)",
                "CREATE TABLE events (device int NOT NULL, owner text NOT NULL, message text NOT NULL)",
                "ALTER TABLE events REPLICA IDENTITY FULL",
                "INSERT INTO items SELECT i, 'o' || i % 9, repeat(md5(i::text), 1 + i % 99) FROM generate_series(1, 10000) i",
                "INSERT INTO notes SELECT i, 'n' || i FROM generate_series(1, 5000) i",
                "INSERT INTO events SELECT i % 400, 'o' || i % 9, 'm' || i % 5 FROM generate_series(1, 9000) i",
                "CREATE PUBLICATION powersync FOR ALL TABLES");
        config = SeraiProcess.configure(
                folder,
                0,
                "    - type: postgresql\n      uri: " + database.uri() + "\n      sslmode: disable\n",
                syncConfig(List.of(DEFINITIONS.getFirst())));
    }

    @AfterEach
    void dropTheDatabase() {
        if (writers != null) {
            writers.close();
        }
        database.close();
    }

    @Test
    void bucketsEqualWhatTheNewestSyncConfigSelects() throws Exception {
        try (SeraiProcess serai = SeraiProcess.run(config)) {
            assertEqualsSelect(serai, List.of(DEFINITIONS.getFirst()));
            for (int round = 0; round < ROUNDS; round++) {
                serai.restart();
                writers = RandomWriters.start(database, random, I9SyncConfigIT::randomChange);
                List<Definition> wanted = List.of();
                for (int edits = 1 + random.nextInt(3); edits > 0; edits--) {
                    wanted = someDefinitions();
                    Files.writeString(folder.resolve("sync-config.yaml"), syncConfig(wanted));
                    // How far the building has come when it is edited or killed is what is random here.
                    TimeUnit.MILLISECONDS.sleep(random.nextInt(4000));
                    if (random.nextInt(3) == 0) {
                        serai.kill();
                        serai.restart();
                    }
                }
                writers.stop();
                assertEqualsSelect(serai, wanted);
            }
        }
    }

    /** Some definitions, no two of one name. */
    private List<Definition> someDefinitions() {
        Map<String, Definition> chosen = new TreeMap<>();
        do {
            for (Definition definition : DEFINITIONS) {
                if (random.nextBoolean()) {
                    chosen.put(definition.name, definition);
                }
            }
        } while (chosen.isEmpty());
        return List.copyOf(chosen.values());
    }

    private static String syncConfig(List<Definition> definitions) {
        StringBuilder yaml = new StringBuilder("bucket_definitions:\n");
        definitions.forEach(definition -> yaml.append("  ")
                .append(definition.name)
                .append(":\n    data:\n      - ")
                .append(definition.query)
                .append('\n'));
        return yaml.toString();
    }

    private static String randomChange(Random dice) {
        int id = dice.nextInt(IDS);
        String owner = "'o" + dice.nextInt(9) + "'";
        return switch (dice.nextInt(dice.nextInt(40) == 0 ? 11 : 8)) {
            case 0 ->
                "INSERT INTO items VALUES (" + id + ", " + owner + ", repeat('x', " + dice.nextInt(9000)
                        + ")) ON CONFLICT DO NOTHING";
            case 1 -> "UPDATE items SET owner = " + owner + " WHERE id = " + id; // the body is left out of the log
            case 2 -> "UPDATE items SET body = 'b" + dice.nextInt(9) + "' WHERE id = " + id;
            case 3 -> "DELETE FROM items WHERE id = " + id;
            case 4 -> "UPDATE notes SET text = 'u" + dice.nextInt(9) + "' WHERE id = " + id % 5000;
            case 5 -> "INSERT INTO notes VALUES (" + id + ", 'i') ON CONFLICT (id) DO UPDATE SET text = 'c'";
            case 6 ->
                "INSERT INTO events VALUES (" + dice.nextInt(400) + ", " + owner + ", 'n" + dice.nextInt(3) + "')";
            case 7 ->
                "DELETE FROM events WHERE ctid = (SELECT ctid FROM events WHERE device = " + dice.nextInt(400)
                        + " LIMIT 1)";
            case 8 -> "UPDATE items SET id = " + dice.nextInt(IDS) + " WHERE id = " + id;
            case 9 -> dice.nextInt(4) == 0 ? "TRUNCATE notes" : "DELETE FROM notes WHERE id % 7 = 0";
            default -> "UPDATE items SET owner = " + owner + " WHERE id % 4 = 0";
        };
    }

    /** Leaves the process killed. */
    private void assertEqualsSelect(SeraiProcess serai, List<Definition> definitions) throws Exception {
        SeraiProcess.command(config, "status", "--wait", "120");
        Map<String, String> expected = new TreeMap<>();
        List<String> names = new ArrayList<>();
        for (Definition definition : definitions) {
            names.add(definition.name);
            database.query("SELECT DISTINCT id, row_to_json(r)::text FROM (" + definition.query + ") r")
                    .forEach(row ->
                            expected.put(definition.name + "[] " + definition.table + " " + row.get(0), row.get(1)));
        }
        serai.kill();
        assertThat(StoredBuckets.newest(folder.resolve("data")))
                .as("seed " + seed + ", definitions " + names + "\n" + serai.log())
                .isEqualTo(expected);
    }
}
