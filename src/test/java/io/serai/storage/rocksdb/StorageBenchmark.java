package io.serai.storage.rocksdb;

import com.sun.management.OperatingSystemMXBean;
import io.serai.bucket.BucketName;
import io.serai.bucket.BucketRow;
import io.serai.bucket.EvaluatedRow;
import io.serai.bucket.OpId;
import io.serai.bucket.OutputRow;
import io.serai.change.Lsn;
import io.serai.change.RowKey;
import io.serai.change.TableRef;
import io.serai.storage.BucketStorage;
import io.serai.storage.RowState;
import io.serai.storage.SourceBatch;
import io.serai.storage.SourceStorage;
import io.serai.storage.TableHandle;
import io.serai.storage.TestRows;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * How fast the storage is: a copy, one large transaction, small commits, reads. Run by hand: {@code StorageBenchmark FOLDER [ROWS [BATCH [OWNERS]]]}. CPU
 * is that of the whole process, compaction included, less what the making of rows takes.
 */
@SuppressWarnings("SystemOut") // a program that is run by hand
final class StorageBenchmark {
    private static final TableHandle TODOS = new TableHandle(1, new TableRef("public", "todos"));
    private static final OperatingSystemMXBean PROCESS =
            (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

    private final int rows;
    private final int batchRows;
    private final int owners;
    private final Random random = new Random(1);
    private final UUID[] ids;
    private long makingNanos;
    private long makingCpuNanos;
    private long position;

    private StorageBenchmark(int rows, int batchRows, int owners) {
        this.rows = rows;
        this.batchRows = batchRows;
        this.owners = owners;
        this.ids = Stream.generate(() -> new UUID(random.nextLong(), random.nextLong()))
                .limit(rows)
                .toArray(UUID[]::new);
    }

    public static void main(String[] arguments) throws IOException {
        Path folder = Path.of(arguments[0]);
        StorageBenchmark benchmark = new StorageBenchmark(
                number(arguments, 1, 1_000_000), number(arguments, 2, 4096), number(arguments, 3, 1000));
        benchmark.run(folder);
    }

    private static int number(String[] arguments, int index, int otherwise) {
        return arguments.length > index ? Integer.parseInt(arguments[index]) : otherwise;
    }

    private void run(Path folder) throws IOException {
        try (BucketStorage storage = RocksDbStorage.open(folder, Clock.systemUTC(), new Random())) {
            SourceStorage source = TestRows.acquire(storage, "shop", "by_owner", "global");
            measure("copy", rows, () -> copy(source));
            source.takePart(new SourceBatch());
            measure("settle", rows, StorageBenchmark::settle);
            int updates = rows / 5;
            measure("one transaction of updates", updates, () -> transaction(source, updates));
            int small = rows / 10;
            measure("transactions in commits of 500", small, () -> updates(source, small, 500));
            measure("copy again, nothing changed", rows, () -> copy(source));
            measure("settle", rows, StorageBenchmark::settle);
            measure("row()", 100_000, () -> reads(source, 100_000));
            measure("operations of the global bucket", rows, () -> operations(storage));
            latency(source);
        }
        try (Stream<Path> files = Files.list(folder)) {
            long bytes = files.mapToLong(file -> file.toFile().length()).sum();
            System.out.printf(Locale.ROOT, "%d MB on disk%n", bytes >> 20);
        }
    }

    private void copy(SourceStorage source) {
        random.setSeed(2);
        for (int from = 0; from < rows; from += batchRows) {
            SourceBatch batch = make(from, Math.min(rows, from + batchRows), 0);
            source.commit(batch);
        }
    }

    private void transaction(SourceStorage source, int updates) {
        random.setSeed(3);
        int from = 0;
        for (; from + batchRows < updates; from += batchRows) {
            source.stage(make(from, from + batchRows, 1));
        }
        SourceBatch last = make(from, updates, 1);
        last.position(new Lsn(++position));
        source.seal(last);
    }

    private void updates(SourceStorage source, int updates, int rowsOfACommit) {
        random.setSeed(4);
        for (int from = 0; from < updates; from += rowsOfACommit) {
            SourceBatch batch = make(from, Math.min(updates, from + rowsOfACommit), 2);
            batch.position(new Lsn(++position));
            source.commit(batch);
        }
    }

    private void reads(SourceStorage source, int reads) {
        for (int i = 0; i < reads; i++) {
            source.row(TODOS, key(random.nextInt(rows)));
        }
    }

    private static void operations(BucketStorage storage) {
        long[] count = new long[1];
        storage.operations(
                new BucketName("global", "global[]"),
                OpId.NONE,
                storage.checkpoint().orElseThrow(),
                op -> count[0]++);
        System.out.printf(Locale.ROOT, "%d operations%n", count[0]);
    }

    private void latency(SourceStorage source) {
        long[] nanos = new long[1000];
        for (int i = 0; i < nanos.length; i++) {
            SourceBatch batch = make(i, i + 1, 3);
            batch.position(new Lsn(++position));
            long start = System.nanoTime();
            source.commit(batch);
            nanos[i] = System.nanoTime() - start;
        }
        Arrays.sort(nanos);
        System.out.printf(
                Locale.ROOT, "commit of one row: p50 %d us, p99 %d us%n", nanos[500] / 1000, nanos[990] / 1000);
    }

    private SourceBatch make(int from, int to, int version) {
        long start = System.nanoTime();
        long startCpu = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
        SourceBatch batch = new SourceBatch();
        for (int i = from; i < to; i++) {
            batch.row(TODOS, key(i), state(i, version));
        }
        makingNanos += System.nanoTime() - start;
        makingCpuNanos += ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - startCpu;
        return batch;
    }

    private RowKey key(int i) {
        return RowKey.of(List.of(ids[i].toString().getBytes(StandardCharsets.UTF_8)));
    }

    private RowState state(int i, int version) {
        String id = ids[i].toString();
        String owner = "user-" + Math.floorMod(ids[i].hashCode(), owners);
        String json = "{\"id\":\"" + id + "\",\"owner_id\":\"" + owner + "\",\"list_id\":\""
                + new UUID(random.nextLong(), i) + "\",\"title\":\"Buy milk and " + (random.nextLong() & 0xffffff)
                + " other things\",\"done\":0,\"priority\":" + (i & 3) + ",\"version\":" + version
                + ",\"created_at\":\"2026-11-25T10:15:30.123456Z\",\"meta\":\"{\\\"tags\\\": [\\\"a\\\", \\\"b\\\"], \\\"n\\\": "
                + i + "}\"}";
        byte[] text = json.getBytes(StandardCharsets.UTF_8);
        OutputRow output = new OutputRow("todos", id, text);
        return new RowState.Present(
                1,
                json.replace("\"", "").getBytes(StandardCharsets.UTF_8),
                new EvaluatedRow(
                        List.of(
                                new BucketRow(new BucketName("by_owner", "by_owner[\"" + owner + "\"]"), output),
                                new BucketRow(new BucketName("global", "global[]"), output)),
                        List.of()));
    }

    private void measure(String what, int count, Runnable work) {
        makingNanos = 0;
        makingCpuNanos = 0;
        long cpu = PROCESS.getProcessCpuTime();
        long threadCpu = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
        long start = System.nanoTime();
        work.run();
        long nanos = System.nanoTime() - start - makingNanos;
        long cpuNanos = PROCESS.getProcessCpuTime() - cpu - makingCpuNanos;
        long ownNanos = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - threadCpu - makingCpuNanos;
        System.out.printf(
                Locale.ROOT,
                "%-34s %9d rows/s, %6.2f us CPU per row (%6.2f in the caller), %6.2f s%n",
                what,
                count * TimeUnit.SECONDS.toNanos(1) / Math.max(1, nanos),
                cpuNanos / 1000.0 / count,
                ownNanos / 1000.0 / count,
                nanos / 1e9);
    }

    /** Waits until compaction rests. */
    private static void settle() {
        long used;
        do {
            long before = PROCESS.getProcessCpuTime();
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(500));
            used = PROCESS.getProcessCpuTime() - before;
        } while (used > TimeUnit.MILLISECONDS.toNanos(50));
    }
}
