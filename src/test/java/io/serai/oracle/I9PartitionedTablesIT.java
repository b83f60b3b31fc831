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
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * I9 for a partitioned table, with {@code publish_via_partition_root} off, on and switched, while its partitions are attached, detached, dropped, made again and emptied, between random changes that move rows from
 * one to the other and with kills: at each quiet moment the buckets equal SELECT. {@code -Dserai.soak} takes ten times as many rounds;
 * {@code -Dserai.seed} repeats a run.
 */
class I9PartitionedTablesIT {
    private static final int ROUNDS = System.getProperty("serai.soak") == null ? 4 : 40;
    private static final int ROWS = 2000;
    /** The partitions, each for the rows whose {@code kind} is its index; the last two have a level between them and the table. */
    private static final List<String> LEAVES = List.of("part_0", "part_1", "part_2", "deep_3", "deep_4");

    private static final int DEEP = 3;
    private static final String SYNC_CONFIG = """
            bucket_definitions:
              everything:
                data:
                  - SELECT no || '-' || kind AS id, * FROM parts
            """;

    @TempDir
    Path folder;

    private final long seed = Long.getLong("serai.seed", System.nanoTime());
    private final Random random = new Random(seed);
    private final List<String> done = new ArrayList<>();

    @ParameterizedTest(name = "via root: {0}, switched: {1}")
    @CsvSource({"false, false", "true, false", "false, true"})
    void bucketsEqualSelectAtEachQuietMoment(boolean viaRoot, boolean switched) throws Exception {
        try (TestDatabase database = PostgresServer.shared().createDatabase()) {
            run(
                    database,
                    "CREATE TABLE parts (no int, kind int, note text, large text, PRIMARY KEY (no, kind)) PARTITION BY RANGE (kind)",
                    "CREATE TABLE deep PARTITION OF parts FOR VALUES FROM (3) TO (5) PARTITION BY LIST (kind)",
                    "CREATE PUBLICATION powersync FOR TABLE parts WITH (publish_via_partition_root = " + viaRoot + ")");
            for (int kind : new int[] {0, 1, 3, 4}) {
                attach(database, kind);
            }
            Path config = SeraiProcess.configure(
                    folder,
                    0,
                    "    - type: postgresql\n      uri: " + database.uri() + "\n      sslmode: disable\n",
                    SYNC_CONFIG);
            try (SeraiProcess serai = SeraiProcess.run(config)) {
                for (int round = 0; round < ROUNDS; round++) {
                    boolean kills = random.nextBoolean();
                    for (int step = 0; step < 12; step++) {
                        step(database);
                        if (switched && random.nextInt(4) == 0) {
                            run(
                                    database,
                                    "ALTER PUBLICATION powersync SET (publish_via_partition_root = "
                                            + random.nextBoolean() + ")");
                        }
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

    private void step(TestDatabase database) {
        int kind = random.nextInt(LEAVES.size());
        String leaf = LEAVES.get(kind);
        if (!exists(database, leaf)) {
            attach(database, kind);
            return;
        }
        String above = kind < DEEP ? "parts" : "deep";
        switch (random.nextInt(16)) {
            case 0 -> run(database, "TRUNCATE " + leaf);
            case 1 -> run(database, "TRUNCATE parts");
            case 2 -> run(database, "DROP TABLE " + leaf);
            case 3 -> {
                run(
                        database,
                        "ALTER TABLE " + above + " DETACH PARTITION " + leaf,
                        "UPDATE " + leaf + " SET note = 'alone' WHERE no % 3 = 0");
                if (random.nextBoolean()) {
                    run(database, "ALTER TABLE " + above + " ATTACH PARTITION " + leaf + bounds(kind));
                } else {
                    run(database, "DROP TABLE " + leaf);
                }
            }
            case 4 -> {
                run(database, "DROP TABLE " + leaf);
                attach(database, kind);
            }
            case 5 -> run(database, "ALTER TABLE " + leaf + " REPLICA IDENTITY FULL");
            case 6 -> run(database, "ALTER TABLE parts ADD COLUMN c" + done.size() + " int DEFAULT " + kind);
            case 7 -> run(database, "BEGIN; TRUNCATE " + leaf + "; " + insert(kind) + "; COMMIT");
            case 8 -> run(database, "VACUUM FULL " + leaf);
            default -> change(database, kind);
        }
    }

    private static String bounds(int kind) {
        return kind < DEEP
                ? " FOR VALUES FROM (" + kind + ") TO (" + (kind + 1) + ")"
                : " FOR VALUES IN (" + kind + ")";
    }

    /** Makes a partition, now and then from a table that has rows, and columns in another order. */
    private void attach(TestDatabase database, int kind) {
        String leaf = LEAVES.get(kind);
        String above = kind < DEEP ? "parts" : "deep";
        if (random.nextBoolean()) {
            run(database, "CREATE TABLE " + leaf + " PARTITION OF " + above + bounds(kind), insert(kind));
            return;
        }
        String added = String.join(
                "",
                database
                        .query("SELECT ', ' || attname || ' int' FROM pg_attribute WHERE attrelid = 'parts'::regclass"
                                + " AND attnum > 4 AND NOT attisdropped ORDER BY random()")
                        .stream()
                        .map(row -> row.get(0))
                        .toList());
        run(
                database,
                "CREATE TABLE " + leaf + " (large text, former int, note text" + added
                        + ", kind int NOT NULL, no int NOT NULL)",
                "ALTER TABLE " + leaf + " DROP former",
                insert(kind).replace("INTO parts", "INTO " + leaf),
                "ALTER TABLE " + above + " ATTACH PARTITION " + leaf + bounds(kind));
    }

    private String insert(int kind) {
        return "INSERT INTO parts (no, kind, note, large) SELECT i, " + kind
                + ", 'note ' || i, repeat(md5(i::text), 200) FROM generate_series(1, " + random.nextInt(ROWS) + ") i";
    }

    private void change(TestDatabase database, int kind) {
        int no = random.nextInt(ROWS);
        int other = random.nextInt(LEAVES.size());
        run(
                database,
                "INSERT INTO parts (no, kind, note) VALUES (" + no + ", " + kind
                        + ", 'x') ON CONFLICT (no, kind) DO UPDATE SET note = 'again'",
                "UPDATE parts SET note = 'updated' WHERE no % 11 = " + random.nextInt(11),
                "DELETE FROM parts WHERE no % 13 = " + random.nextInt(13),
                "UPDATE parts SET no = no + " + 100000 * done.size() + " WHERE no % 17 = " + random.nextInt(17)
                        + " AND no < 100000");
        if (other != kind && exists(database, LEAVES.get(other))) {
            run(
                    database,
                    "UPDATE parts p SET kind = " + other + ", note = 'moved' WHERE kind = " + kind
                            + " AND no % 5 = 0 AND NOT EXISTS (SELECT FROM parts q WHERE q.no = p.no AND q.kind = "
                            + other + ")");
        }
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
        database.query("SELECT id, row_to_json(t) FROM (SELECT no || '-' || kind AS id, * FROM parts) t")
                .forEach(row -> expected.put("everything[] parts " + row.get(0), row.get(1)));
        assertThat(StoredBuckets.newest(folder.resolve("data")))
                .as("seed " + seed + ", after " + String.join(";\n", done) + "\n" + serai.log())
                .isEqualTo(expected);
    }
}
