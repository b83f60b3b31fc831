package io.serai.source;

import io.serai.change.RowChange;
import io.serai.change.RowImage;
import io.serai.change.RowKey;
import io.serai.change.SourcePosition;
import io.serai.error.ErrorCode;
import io.serai.error.SeraiException;
import io.serai.source.RoutedChange.EarlierImages;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingDeque;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Reads tables beside the stream, in chunks, on several threads: ranges of a copy, and rows by key that the log sent incompletely. What was read is
 * routed and handed to the commit thread, which joins it to the stream. Chunks that are read and not written are bounded. {@link #run} is for the
 * reading threads; the rest is thread-safe.
 */
final class Copier {
    private static final int MOST_KEYS = 1000;
    private static final int FIRST_KEYS = 1;
    private static final Duration IDLE = Duration.ofSeconds(2);
    private static final EarlierImages COMPLETE = (table, key) -> null;

    private sealed interface Task {
        record Plan(SourceTable table) implements Task {}

        record Range(SourceTable table, ChunkChain chain, ChunkRange range) implements Task {}

        record Keys(SourceTable table, List<RowKey> keys) implements Task {}
    }

    private final SourceDatabase database;
    private final Router router;
    private final CopyState copies;
    private final ChangedKeys changedKeys;
    private final Delivered delivered;
    private final ReplicationSettings settings;
    private final Clock clock;
    private final LogQueue queue;
    private final KeylessTables keyless;

    private final LinkedBlockingDeque<Task> tasks = new LinkedBlockingDeque<>();
    private final AtomicInteger outstanding = new AtomicInteger();
    private final Semaphore slots;
    private final Set<SnapshotReader> open = ConcurrentHashMap.newKeySet();
    /** By the width of the rows that were read before. */
    private final Map<SourceTable, Integer> keysAtOnce = new ConcurrentHashMap<>();

    private volatile boolean ended;
    private int nextTable;

    Copier(
            SourceDatabase database,
            Router router,
            CopyState copies,
            ChangedKeys changedKeys,
            Delivered delivered,
            ReplicationSettings settings,
            Clock clock,
            LogQueue queue,
            KeylessTables keyless) {
        this.database = database;
        this.router = router;
        this.copies = copies;
        this.changedKeys = changedKeys;
        this.delivered = delivered;
        this.settings = settings;
        this.clock = clock;
        this.queue = queue;
        this.keyless = keyless;
        long perChunk = 4 * settings.chunkBytes();
        this.slots = new Semaphore((int) Math.max(settings.snapshotThreads(), settings.snapshotBytes() / perChunk));
        for (SourceTable table : copies.tables()) {
            copy(table, copies.remaining(table));
        }
    }

    /** Begins the copy of a table. */
    void plan(SourceTable table) {
        add(new Task.Plan(table));
    }

    /** Copies these ranges of the table. */
    void copy(SourceTable table, Map<Integer, ChunkRange> ranges) {
        ranges.entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .forEach(chunk -> add(new Task.Range(table, new ChunkChain(chunk.getKey()), chunk.getValue())));
    }

    /** Begins to read listed rows by key, before other reads; false when no table has any. Called by the commit thread. */
    boolean readIncomplete(Listings listings) {
        List<SourceTable> tables = List.copyOf(copies.tables());
        for (int i = 0; i < tables.size(); i++) {
            nextTable = (nextTable + 1)
                    % tables.size(); // in turn: rows that never rest must not keep those of other tables waiting
            SourceTable table = tables.get(nextTable);
            List<RowKey> keys = listings.incomplete(table.handle(), keysAtOnce.getOrDefault(table, FIRST_KEYS));
            if (!keys.isEmpty()) {
                outstanding.incrementAndGet();
                tasks.addFirst(new Task.Keys(table, keys));
                return true;
            }
        }
        return false;
    }

    /** The commit thread has written a chunk. */
    void written() {
        slots.release();
        outstanding.decrementAndGet();
    }

    /** The commit thread has thrown a chunk away: what it should have read is read again. */
    void thrownAway(ReadChunk chunk) {
        slots.release();
        ChunkChain chain = chunk.chain();
        ChunkRange range = chunk.range();
        if (chain != null && range != null && !chain.isBroken()) {
            chain.breakOff();
            add(new Task.Range(chunk.table(), new ChunkChain(chain.number()), range));
        }
        outstanding.decrementAndGet();
    }

    /** Whether reads are planned, in progress, or not written yet. */
    boolean isWorking() {
        return outstanding.get() > 0;
    }

    /** Makes {@link #run} return soon: reads in progress fail. */
    void end() {
        ended = true;
        open.forEach(SnapshotReader::close);
    }

    /** Reads until {@link #end} is called; keeps a connection only while there is something to read. */
    void run(Committer committer) throws SQLException, InterruptedException {
        while (!ended) {
            Task task = tasks.poll(IDLE.toMillis(), TimeUnit.MILLISECONDS);
            if (task != null) {
                try (SnapshotReader reader = database.snapshotReader()) {
                    open.add(reader);
                    while (task != null && !ended) {
                        perform(task, reader, committer);
                        task = tasks.poll(IDLE.toMillis(), TimeUnit.MILLISECONDS);
                    }
                    open.remove(reader);
                }
            }
        }
    }

    private void perform(Task task, SnapshotReader reader, Committer committer)
            throws SQLException, InterruptedException {
        switch (task) {
            case Task.Plan plan
            when reader.needsALaterLog(plan.table()) -> {
                committer.awaitHead(database);
                throw new SeraiException(
                        ErrorCode.SOURCE_TABLE_CHANGED,
                        "The transactions that were open when table \""
                                + plan.table().table() + "\" became what it is have ended: the log is opened anew",
                        "",
                        ErrorCode.SOURCE_TABLE_CHANGED.remedy());
            }
            case Task.Plan plan -> {
                List<ChunkRange> ranges = reader.plan(plan.table(), settings.chunkBytes());
                committer.submitRead(new Committer.Work.Plan(plan.table(), ranges));
                outstanding.decrementAndGet();
            }
            case Task.Range range when range.chain().isBroken() -> outstanding.decrementAndGet();
            case Task.Range range
            when range.table().isKeyless() -> {
                slots.acquire();
                new WholeTarget(range, committer).copy(reader);
            }
            case Task.Range range -> {
                slots.acquire();
                ChangedKeys.Read read = changedKeys.begin(range.table().handle());
                Target target = new Target(range.table(), committer.position());
                ChunkRead end =
                        reader.read(range.table(), range.range(), 2 * settings.chunkBytes(), delivered, target::add);
                submit(committer, range.table(), range, null, target, end, read);
                end.rest().ifPresent(rest -> add(new Task.Range(range.table(), range.chain(), rest)));
            }
            case Task.Keys keys -> {
                slots.acquire();
                ChangedKeys.Read read = changedKeys.begin(keys.table().handle());
                Target target = new Target(keys.table(), committer.position());
                ChunkRead end = reader.read(keys.table(), keys.keys(), delivered, target::add);
                long fitting = keys.keys().size() * settings.chunkBytes() / Math.max(1, target.rows.bytes());
                keysAtOnce.put(keys.table(), Math.clamp(fitting, 1, MOST_KEYS));
                submit(committer, keys.table(), null, keys.keys(), target, end, read);
            }
        }
    }

    private static void submit(
            Committer committer,
            SourceTable table,
            Task.@Nullable Range range,
            @Nullable List<RowKey> keys,
            Target target,
            ChunkRead end,
            ChangedKeys.Read read) {
        committer.submitRead(new Committer.Work.Chunk(new ReadChunk(
                table,
                range == null ? null : range.chain(),
                range == null ? null : range.range(),
                end.rest(),
                keys,
                target.rows,
                target.count,
                end.seenUpTo(),
                read)));
    }

    private void add(Task task) {
        outstanding.incrementAndGet();
        tasks.add(task);
    }

    /** Routes the rows of one read into one batch. Confined to the reading thread. */
    private final class Target {
        private final SourceTable table;
        private final SourceTransaction transaction;
        private final RoutedBatch rows = new RoutedBatch();
        private long count;

        private Target(SourceTable table, SourcePosition position) {
            this.table = table;
            this.transaction = new SourceTransaction(0, position, clock.instant());
        }

        private void add(byte[] bytes) throws InterruptedException {
            RowImage image = new RowImage(table.relation(), bytes);
            router.route(
                    table,
                    new RowChange.Insert(image.key(), image),
                    transaction,
                    RoutedChange.Origin.COPY,
                    COMPLETE,
                    rows);
            count++;
        }
    }

    /** Hands the rows of a table without a key to the route thread, which adds them up with what the log brings. Confined to the reading thread. */
    private final class WholeTarget implements SnapshotReader.WholeSink {
        private static final int BYTES_AT_ONCE = 1 << 16;

        private final Task.Range range;
        private final SourceTable table;
        private final Committer committer;
        private @Nullable SourcePosition seenUpTo;
        private List<byte[]> rows = new ArrayList<>();
        private int bytes;
        private long count;

        private WholeTarget(Task.Range range, Committer committer) {
            this.range = range;
            this.table = range.table();
            this.committer = committer;
        }

        /** The read holds the table and waits, too: it begins where only what came since is left to wait for. */
        private void copy(SnapshotReader reader) throws SQLException, InterruptedException {
            committer.awaitHead(database);
            reader.read(table, delivered, this);
            SourcePosition seen = handOver();
            queue.put(new LogEvent.CopyEnd(new ReadChunk(
                    table,
                    range.chain(),
                    range.range(),
                    Optional.empty(),
                    null,
                    new RoutedBatch(),
                    count,
                    seen,
                    ChangedKeys.untouched(table.handle()))));
        }

        @Override
        public boolean take(SnapshotReader.Attempt attempt) throws SQLException, InterruptedException {
            return keyless.take(table, attempt);
        }

        @Override
        public void row(byte[] image) throws SQLException, InterruptedException {
            rows.add(image);
            bytes += image.length;
            count++;
            if (bytes > BYTES_AT_ONCE) {
                handOver();
            }
        }

        private SourcePosition handOver() throws SQLException, InterruptedException {
            SourcePosition seen = seenUpTo;
            if (seen == null) {
                seen = committer.awaitHead(database);
                seenUpTo = seen;
            }
            SourceTransaction read = new SourceTransaction(0, seen, clock.instant());
            queue.put(new LogEvent.Copied(table, read, rows, bytes + 16 * rows.size()));
            rows = new ArrayList<>();
            bytes = 0;
            return seen;
        }
    }
}
