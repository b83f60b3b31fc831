package io.serai.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import io.serai.testsupport.PostgresServer;
import io.serai.testsupport.SeraiProcess;
import io.serai.testsupport.TestDatabase;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * I9 while tables are altered, renamed, dropped, made again, emptied and left out, between random changes of rows and with kills: at each quiet moment
 * the buckets equal SELECT. {@code -Dserai.soak} takes ten times as many rounds; {@code -Dserai.seed} repeats a run.
 */
class I9TablesThatChangeIT {
    private static final int ROUNDS = System.getProperty("serai.soak") == null ? 4 : 40;
    private static final int ROWS = 3000;
    private static final List<String> NAMES = List.of("t_a", "t_b", "t_c");
    private static final String SYNC_CONFIG = """
            bucket_definitions:
              everything:
                data:
                  - SELECT * FROM "t_%"
            """;

    @TempDir
    Path folder;

    private final long seed = Long.getLong("serai.seed", System.nanoTime());
    private final Random random = new Random(seed);
    private final List<String> done = new ArrayList<>();
    private int next;

    @Test
    void bucketsEqualSelectAtEachQuietMoment() throws Exception {
        try (TestDatabase database = PostgresServer.shared().createDatabase()) {
            run(database, "CREATE PUBLICATION powersync FOR ALL TABLES");
            for (String name : NAMES.subList(0, 2)) {
                create(database, name);
            }
            Path config = SeraiProcess.configure(folder, 0, connection(database), SYNC_CONFIG);
            try (SeraiProcess serai = SeraiProcess.run(config)) {
                for (int round = 0; round < ROUNDS; round++) {
                    boolean kills = random.nextBoolean();
                    for (int step = 0; step < 12; step++) {
                        step(database);
                        if (random.nextInt(3) == 0) {
                            // When the process meets the statements is what is random here: this is not a wait for
                            // something.
                            TimeUnit.MILLISECONDS.sleep(random.nextInt(400));
                        }
                        if (kills && random.nextInt(4) == 0) {
                            serai.kill();
                            serai.restart();
                        }
                    }
                    assertEqualsSelect(config, serai, database);
                }
            }
        }
    }

    @Test
    void onlyDifferencesAreSentAgainAndStatusWaitsForThem() throws Exception {
        try (TestDatabase database = PostgresServer.shared().createDatabase()) {
            run(database, "CREATE PUBLICATION powersync FOR ALL TABLES");
            run(database, "CREATE TABLE t_a (id int PRIMARY KEY, note text)");
            run(
                    database,
                    "INSERT INTO t_a SELECT i, CASE WHEN i % 100 = 0 THEN 'a' ELSE 'A' END FROM generate_series(1, 1000) i");
            Path config = SeraiProcess.configure(folder, 0, connection(database), SYNC_CONFIG);
            try (SeraiProcess serai = SeraiProcess.run(config)) {
                SeraiProcess.command(config, "status", "--wait", "120");
                long before = operations();

                run(database, "ALTER TABLE t_a ALTER note TYPE text USING upper(note)");
                SeraiProcess.command(config, "status", "--wait", "120");

                assertThat(operations() - before).isEqualTo(10);
                assertThat(stored())
                        .hasSize(1000)
                        .allSatisfy((row, json) -> assertThat(json).contains("\"A\""));
                assertThat(serai.log()).contains("SERAI-S1005");
            }
        }
    }

    private static String connection(TestDatabase database) {
        return "    - type: postgresql\n      uri: " + database.uri() + "\n      sslmode: disable\n";
    }

    private void step(TestDatabase database) {
        String table = NAMES.get(random.nextInt(NAMES.size()));
        if (!exists(database, table)) {
            create(database, table);
            return;
        }
        String other = NAMES.get(random.nextInt(NAMES.size()));
        int n = next++;
        switch (random.nextInt(18)) {
            case 0 -> run(database, "ALTER TABLE " + table + " ADD COLUMN c" + n + " int");
            case 1 -> run(database, "ALTER TABLE " + table + " ADD COLUMN c" + n + " int DEFAULT " + n);
            case 2 -> run(database, "ALTER TABLE " + table + " ALTER note TYPE text USING upper(note)");
            case 3 -> {
                if (!exists(database, other)) {
                    run(database, "ALTER TABLE " + table + " RENAME TO " + other);
                }
            }
            case 16 -> {
                if (!table.equals(other) && exists(database, other)) {
                    run(
                            database,
                            "BEGIN; ALTER TABLE " + table + " RENAME TO swapped; ALTER TABLE " + other + " RENAME TO "
                                    + table
                                    + "; ALTER TABLE swapped RENAME TO " + other + "; UPDATE " + table
                                    + " SET note = 'swapped' WHERE id % 5 = 0; COMMIT");
                }
            }
            case 17 -> {
                String key = database.value("SELECT conname FROM pg_constraint WHERE contype = 'p' AND conrelid = '"
                        + table + "'::regclass");
                run(
                        database,
                        "UPDATE " + table + " SET n = 0 WHERE n IS NULL",
                        "ALTER TABLE " + table + " DROP CONSTRAINT " + key + ", ADD PRIMARY KEY (n, id)",
                        "UPDATE " + table + " SET n = n + 1 WHERE id % 3 = 0",
                        "ALTER TABLE " + table + " ADD UNIQUE (id)");
            }
            case 4 -> run(database, "DROP TABLE " + table);
            case 5 -> {
                run(database, "DROP TABLE " + table);
                create(database, table);
            }
            case 6 -> run(database, "TRUNCATE " + table);
            case 7 ->
                run(
                        database,
                        "ALTER TABLE " + table + " RENAME COLUMN note TO other",
                        "UPDATE " + table + " SET other = 'renamed' WHERE id % 7 = 0",
                        "ALTER TABLE " + table + " RENAME COLUMN other TO note");
            case 8 ->
                run(
                        database,
                        "BEGIN; UPDATE " + table + " SET n = n + 1 WHERE id % 5 = 0; ALTER TABLE " + table
                                + " ADD COLUMN c" + n + " text; UPDATE " + table + " SET c" + n
                                + " = 'new' WHERE id % 3 = 0; COMMIT");
            case 9 ->
                run(
                        database,
                        "ALTER TABLE " + table + " REPLICA IDENTITY FULL",
                        "UPDATE " + table + " SET n = n + 1 WHERE id % 2 = 0",
                        "ALTER TABLE " + table + " REPLICA IDENTITY DEFAULT");
            default -> change(database, table);
        }
    }

    private void create(TestDatabase database, String table) {
        run(
                database,
                "CREATE TABLE " + table + " (id int PRIMARY KEY, n int, note text, large text)",
                "INSERT INTO " + table + " SELECT i, " + random.nextInt(100)
                        + ", 'note ' || i, repeat(md5(i::text), 200)" + " FROM generate_series(1, "
                        + random.nextInt(ROWS) + ") i");
    }

    private void change(TestDatabase database, String table) {
        int id = random.nextInt(ROWS);
        run(
                database,
                "INSERT INTO " + table + " (id, n, note) VALUES (" + id
                        + ", 1, 'x') ON CONFLICT (id) DO UPDATE SET n = " + random.nextInt(100),
                "UPDATE " + table + " SET note = 'updated' WHERE id % 11 = " + random.nextInt(11),
                "DELETE FROM " + table + " WHERE id % 13 = " + random.nextInt(13),
                "UPDATE " + table + " SET id = id + " + 100000 * next++ + " WHERE id % 17 = " + random.nextInt(17)
                        + " AND id < 100000");
    }

    private void run(TestDatabase database, String... statements) {
        done.addAll(List.of(statements));
        database.execute(statements);
    }

    private static boolean exists(TestDatabase database, String table) {
        return database.value("SELECT to_regclass('" + table + "')") != null;
    }

    private void assertEqualsSelect(Path config, SeraiProcess serai, TestDatabase database) throws Exception {
        SeraiProcess.command(config, "status", "--wait", "120");
        Map<String, String> expected = new TreeMap<>();
        for (String table : NAMES) {
            if (exists(database, table)) {
                database.query("SELECT t.id, row_to_json(t) FROM " + table + " t")
                        .forEach(row -> expected.put("everything[] " + table + " " + row.get(0), row.get(1)));
            }
        }
        assertThat(stored())
                .as("seed " + seed + ", after " + String.join(";\n", done) + "\n" + serai.log())
                .isEqualTo(expected);
    }

    private Map<String, String> stored() {
        return StoredBuckets.newest(folder.resolve("data"));
    }

    private long operations() {
        return StoredBuckets.operations(folder.resolve("data"));
    }
}
