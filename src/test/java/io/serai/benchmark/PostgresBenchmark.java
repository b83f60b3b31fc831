package io.serai.benchmark;

import io.serai.app.Serai;
import io.serai.testsupport.PostgresServer;
import io.serai.testsupport.SeraiProcess;
import io.serai.testsupport.TestDatabase;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;

/**
 * Copies a million to-dos, builds another definition from them, drains a transaction of 200,000 updates and 100,000 small transactions, follows live writes and times single commits,
 * each beside a Debezium engine that throws its events away, on one server with fsync on. Run by hand (docs/benchmarks.md);
 * {@code -Dserai.rows} takes another number of to-dos.
 */
final class PostgresBenchmark {
    private static final int TODOS = Integer.getInteger("serai.rows", 1_000_000);
    private static final int LARGE = TODOS / 5;
    private static final int SMALL = TODOS / 10;
    private static final int SINGLE = 300;

    private final BenchmarkDatabase database;
    private final Path config;

    private PostgresBenchmark(BenchmarkDatabase database, Path config) {
        this.database = database;
        this.config = config;
    }

    public static void main(String[] arguments) throws Exception {
        Path folder = Files.createTempDirectory("serai-benchmark-");
        try (PostgresServer server =
                        PostgresServer.own(Map.of("fsync", "on", "shared_buffers", "512MB", "max_wal_size", "8GB"));
                TestDatabase created = server.createDatabase()) {
            BenchmarkDatabase database =
                    new BenchmarkDatabase(created, server.host(), server.port(), server.user(), server.password());
            database.create(TODOS);
            Path config = SeraiProcess.configure(
                    folder,
                    0,
                    "- type: postgresql\n  uri: " + created.uri() + "\n  sslmode: disable\n",
                    BenchmarkDatabase.SYNC_CONFIG);
            new PostgresBenchmark(database, config).run();
        }
    }

    private void run() throws Exception {
        double bareCopy = BareEngine.read(database.engine("bare_copy", true), null, TODOS + BenchmarkDatabase.LISTS);
        double copy = (TODOS + BenchmarkDatabase.LISTS) / Measure.secondsToCatchUp(config);
        Measure.report("copy", copy, bareCopy, "1.5");
        redeploy((TODOS + BenchmarkDatabase.LISTS) / copy);

        String from = database.slot("bare_large");
        database.largeTransaction(LARGE);
        double bareLarge = BareEngine.read(database.engine("bare_large", false), from, LARGE);
        double large = LARGE / Measure.secondsToCatchUp(config);
        Measure.report("one transaction", large, bareLarge, "0.8");

        from = database.slot("bare_small");
        database.smallTransactions(SMALL, TODOS);
        double bareSmall = BareEngine.read(database.engine("bare_small", false), from, SMALL);
        double small = SMALL / Measure.secondsToCatchUp(config);
        Measure.report("small transactions", small, bareSmall, "0.8");

        follow();
    }

    /** Adds a definition on tables that are replicated, while it runs, and puts the former sync config back. */
    private void redeploy(double copySeconds) throws Exception {
        Path syncConfig = config.resolveSibling("sync-config.yaml");
        try (Serai serai = Measure.start(config)) {
            Measure.catchUp(serai);
            Files.writeString(
                    syncConfig,
                    BenchmarkDatabase.SYNC_CONFIG + "  added:\n    data:\n      - SELECT id, description FROM todos\n");
            double seconds = Measure.seconds(() -> Measure.catchUp(serai));
            System.out.printf(
                    Locale.ROOT,
                    "another definition: %.2f s, %.2f of the copy's time (goal 0.25)%n",
                    seconds,
                    seconds / copySeconds);
            Files.writeString(syncConfig, BenchmarkDatabase.SYNC_CONFIG);
            Measure.catchUp(serai);
        }
    }

    private void follow() throws Exception {
        try (Serai serai = Measure.start(config)) {
            Measure.catchUp(serai);
            database.smallTransactions(SMALL, TODOS);
            System.out.printf(
                    Locale.ROOT,
                    "live writes: %.2f s behind the last commit%n",
                    Measure.seconds(() -> Measure.catchUp(serai)));
            long[] micros = new long[SINGLE];
            try (Connection connection = database.database().connection();
                    Statement statement = connection.createStatement()) {
                for (int i = 0; i < SINGLE; i++) {
                    String update =
                            "UPDATE todos SET priority = priority + 1 WHERE id = md5('t' || " + (i + 1) + ")::uuid";
                    long sequence = sequence(serai);
                    statement.execute(update);
                    long committed = System.nanoTime();
                    while (sequence(serai) == sequence) {
                        Thread.onSpinWait();
                    }
                    micros[i] = (System.nanoTime() - committed) / 1000;
                }
            }
            Arrays.sort(micros);
            System.out.printf(
                    Locale.ROOT,
                    "commit to checkpoint: p50 %.1f ms, p95 %.1f ms%n",
                    micros[SINGLE / 2] / 1000.0,
                    micros[SINGLE * 95 / 100] / 1000.0);
        }
    }

    private static long sequence(Serai serai) {
        return serai.checkpoint().map(checkpoint -> checkpoint.sequence()).orElse(0L);
    }
}
