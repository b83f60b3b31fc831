package io.serai.source.postgres;

import io.serai.change.Lsn;
import io.serai.change.RowImage;
import io.serai.change.SourcePosition;
import io.serai.change.ValueFormat;
import io.serai.source.CatalogTable;
import io.serai.source.ChunkRange;
import io.serai.source.ChunkRead;
import io.serai.source.LogReader;
import io.serai.source.LogSink;
import io.serai.source.SnapshotReader;
import io.serai.source.SourceDatabase.Start;
import io.serai.source.SourceTable;
import io.serai.storage.TableHandle;
import io.serai.testsupport.PostgresServer;
import io.serai.testsupport.TestDatabase;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How fast one thread reads a copy and a log when nobody does anything with the rows; run by hand. The first argument is the number of rows, 500,000
 * unless it is given. CPU is that of the reading thread: the server's own is not ours to save.
 */
final class ReadingBenchmark {
    private final TestDatabase database;
    private final PostgresDatabase source;
    private final int rows;

    private ReadingBenchmark(TestDatabase database, int rows) {
        this.database = database;
        this.source =
                new PostgresDatabase(PostgresSettings.of("bench", database.uri() + "?sslmode=disable"), "storage1");
        this.rows = rows;
    }

    public static void main(String[] arguments) throws Exception {
        int rows = arguments.length == 0 ? 500_000 : Integer.parseInt(arguments[0]);
        Map<String, String> settings = Map.of("max_wal_size", "8GB", "shared_buffers", "256MB", "autovacuum", "off");
        try (PostgresServer server = PostgresServer.own(settings);
                TestDatabase database = server.createDatabase()) {
            new ReadingBenchmark(database, rows).run();
        }
    }

    private void run() throws Exception {
        database.execute(
                "CREATE TABLE todos (id uuid PRIMARY KEY, owner_id uuid, list_id uuid, title text, done boolean, priority int,"
                        + " created_at timestamptz, due date, position float8, tags jsonb)",
                "CREATE PUBLICATION powersync FOR ALL TABLES",
                "INSERT INTO todos SELECT md5('t' || i)::uuid, md5('o' || i % 1000)::uuid, md5('l' || i % 5000)::uuid, 'Todo number ' || i,"
                        + " i % 3 = 0, i % 10, now() - i * interval '1 s', current_date + i % 100, i / 7.0, jsonb_build_object('n', i, 'of',"
                        + " array['a', 'b']) FROM generate_series(1, " + rows + ") i",
                "VACUUM ANALYZE todos",
                "CHECKPOINT");
        Start start = source.prepare();
        CatalogTable described = source.tables(ReplicatedDatabase.PUBLIC).getFirst();
        SourceTable table = new SourceTable(
                new TableHandle(0, described.relation().table()), 0, described.relation(), described.identity());

        for (int round = 0; round < 3; round++) {
            copy(table);
        }
        decode(table);
        Lsn from = (Lsn) start.position();
        for (int round = 0; round < 3; round++) {
            database.execute("UPDATE todos SET done = NOT done, priority = priority + 1");
            from = stream("one transaction of updates", table, from);
        }
        int small = Math.min(rows, 100_000);
        for (int round = 0; round < 2; round++) {
            database.execute("DO $$ BEGIN FOR i IN 1.." + small
                    + " LOOP UPDATE todos SET priority = i WHERE id = md5('t' || i)::uuid; COMMIT; END LOOP; END $$");
            from = stream("transactions of one update", table, from);
        }
        idle(table, from);
        source.teardown();
        source.close();
    }

    private void copy(SourceTable table) throws Exception {
        try (SnapshotReader reader = source.snapshotReader()) {
            Deque<ChunkRange> ranges = new ArrayDeque<>(reader.plan(table, 2 << 20));
            Measure measure = new Measure();
            while (!ranges.isEmpty()) {
                ChunkRead read = reader.read(table, ranges.poll(), 4 << 20, source.delivered(new byte[0]), row -> {
                    measure.rows++;
                    measure.bytes += row.length;
                });
                read.rest().ifPresent(ranges::addFirst);
            }
            measure.print("copy");
        }
    }

    private void decode(SourceTable table) throws Exception {
        try (SnapshotReader reader = source.snapshotReader()) {
            List<byte[]> images = new java.util.ArrayList<>();
            reader.read(
                    table, reader.plan(table, 2 << 20).getFirst(), 4 << 20, source.delivered(new byte[0]), images::add);
            for (int round = 0; round < 5; round++) {
                Measure measure = new Measure();
                for (int i = 0; i < 20; i++) {
                    for (byte[] image : images) {
                        var row = new RowImage(table.relation(), image).row();
                        for (int column = 0; column < row.size(); column++) {
                            measure.bytes += row.value(column).plain(ValueFormat.CURRENT) == null ? 1 : 0;
                        }
                        measure.rows++;
                    }
                }
                if (round == 4) {
                    measure.print("decode images to values");
                }
            }
        }
    }

    private Lsn stream(String what, SourceTable table, Lsn from) throws Exception {
        Lsn head = (Lsn) source.head();
        Counter counter = new Counter();
        try (LogReader reader = source.log(from, null, List.of(table), ReplicatedDatabase.PUBLIC, Lsn.ZERO)) {
            reader.requestPosition();
            while (counter.reached.compareTo(head) <= 0) {
                reader.read(counter, Duration.ofMillis(100));
            }
            counter.measure.print(what);
            reader.acknowledge(counter.reached);
            reader.read(counter, Duration.ofMillis(1500));
        }
        return counter.reached;
    }

    /** What waiting costs, in percent of a core. */
    private void idle(SourceTable table, Lsn from) throws Exception {
        try (LogReader reader = source.log(from, null, List.of(table), ReplicatedDatabase.PUBLIC, Lsn.ZERO)) {
            Counter counter = new Counter();
            counter.measure.start();
            for (int i = 0; i < 50; i++) {
                reader.read(counter, Duration.ofMillis(100));
            }
            System.out.printf("idle: %.1f %% of a core%n", 100.0 * counter.measure.cpuNanos() / 5e9);
        }
    }

    private static final class Counter implements LogSink {
        private final Measure measure = new Measure();
        private Lsn reached = Lsn.ZERO;

        @Override
        public void begin(long transactionId, SourcePosition commitAt, Instant commitTime) {
            if (measure.rows == 0) {
                measure.start(); // decoding begins before the first byte comes
            }
        }

        @Override
        public void change(Kind kind, SourceTable table, byte @Nullable [] before, byte @Nullable [] after) {
            measure.rows++;
            measure.bytes += after == null ? 0 : after.length;
        }

        @Override
        public void truncate(List<SourceTable> tables) {}

        @Override
        public void commit(SourcePosition position) {
            reached = (Lsn) position;
        }

        @Override
        public void idle(SourcePosition position) {
            reached = (Lsn) position;
        }

        @Override
        public boolean isFull() {
            return false;
        }
    }

    private static final class Measure {
        private long rows;
        private long bytes;
        private long started;
        private long cpu;

        private Measure() {
            start();
        }

        private void start() {
            started = System.nanoTime();
            cpu = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
        }

        private long cpuNanos() {
            return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - cpu;
        }

        private void print(String what) {
            double seconds = (System.nanoTime() - started) / 1e9;
            System.out.printf(
                    "%s: %,d rows, %,d MB, %.1f s, %,.0f rows/s, %.2f µs of CPU per row%n",
                    what, rows, bytes >> 20, seconds, rows / seconds, cpuNanos() / 1e3 / rows);
        }
    }
}
