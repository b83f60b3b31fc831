package io.serai.source;

import io.serai.change.RowChange;
import io.serai.change.RowImage;
import io.serai.change.RowKey;
import io.serai.change.SourcePosition;
import io.serai.error.ErrorCode;
import io.serai.error.SeraiException;
import io.serai.source.RoutedBatch.Listing;
import io.serai.source.RoutedChange.Origin;
import io.serai.storage.RowState;
import io.serai.storage.SourceStorage;
import io.serai.storage.StoredRow;
import io.serai.storage.TableHandle;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The route thread of a source: takes the log's events in order, routes each change, and hands whole transactions to the commit thread in batches
 * that many small transactions share. A transaction that is larger than a batch, or that truncates, is handed over in parts that are staged.
 * Confined to its thread, except {@link #hurry} and {@link #lastBegun}.
 */
final class StreamRouter {
    private static final Duration QUIET = Duration.ofMillis(200);
    private static final Duration NEARLY = Duration.ofMillis(2);
    private static final long SHARE_BYTES = 1 << 20;
    private static final long MAX_AGE_NANOS = Duration.ofMillis(20).toNanos();
    private static final long POSITION_ONLY_NANOS = Duration.ofMillis(200).toNanos();

    private final LogQueue queue;
    private final Router router;
    private final Committer committer;
    private final SourceStorage storage;
    private final long maxBatchBytes;
    private final BooleanSupplier positionAwaited;
    private final KeylessTables keyless;
    private final Resending resending;
    private final Clock clock;
    private final KeylessRows keylessRows;
    /** Copies whose last rows are in a batch that is not handed over yet. */
    private final List<ReadChunk> copyEnds = new ArrayList<>();

    private RoutedBatch whole = new RoutedBatch();
    private RoutedBatch part = new RoutedBatch();
    private @Nullable SourceTransaction transaction;
    private boolean staging;
    private volatile boolean hurry;
    private volatile @Nullable Instant lastBegun;

    StreamRouter(
            LogQueue queue,
            Router router,
            Committer committer,
            SourceStorage storage,
            long maxBatchBytes,
            BooleanSupplier positionAwaited,
            KeylessTables keyless,
            Resending resending,
            Clock clock) {
        this.queue = queue;
        this.router = router;
        this.committer = committer;
        this.storage = storage;
        this.maxBatchBytes = maxBatchBytes;
        this.positionAwaited = positionAwaited;
        this.keyless = keyless;
        this.resending = resending;
        this.clock = clock;
        this.keylessRows = new KeylessRows(router, keyless, this::earlierRow);
    }

    /** Routes until the queue ends or {@link #hurry} is called; then hands over the transactions that are whole. */
    void run() throws InterruptedException {
        try {
            while (!hurry && !queue.isEnded()) {
                List<LogEvent> group = queue.take(resends() ? Duration.ZERO : whole.isEmpty() ? QUIET : NEARLY);
                for (LogEvent event : group) {
                    if (hurry) {
                        break;
                    }
                    handle(event);
                }
                queue.release(group);
                if (resends() && !hurry) {
                    resend();
                }
                if (queue.isQuiet()) {
                    handOver(group.isEmpty() && !resends() || committer.isIdle());
                }
            }
        } finally {
            handOverRest();
        }
    }

    /** When the transaction that was routed last was committed at the source, or null before the first. Thread-safe. */
    @Nullable
    Instant lastBegun() {
        return lastBegun;
    }

    /** Makes {@link #run} end after the change that it routes now. */
    void hurry() {
        hurry = true;
    }

    private void handle(LogEvent event) throws InterruptedException {
        switch (event) {
            case LogEvent.Begin begin -> {
                transaction = begin.transaction();
                lastBegun = begin.transaction().commitTime();
            }
            case LogEvent.Change change -> change(change);
            case LogEvent.Truncate truncate -> truncate(truncate);
            case LogEvent.Commit commit -> commit(commit.position());
            case LogEvent.Idle idle -> whole.position(idle.position());
            case LogEvent.Copied copied -> copied(copied);
            case LogEvent.CopyEnd end -> {
                keyless.copied(end.chunk().table());
                copyEnds.add(end.chunk());
                endCopies();
            }
        }
    }

    private void change(LogEvent.Change event) throws InterruptedException {
        SourceTransaction current = open();
        SourceTable table = event.table();
        if (!table.isKeyless()) {
            router.route(table, normalise(event), current, Origin.LOG, this::earlierImage, part);
        } else if (keyless.count(table, current)) {
            RowImage before = image(table, event.before());
            RowImage after = image(table, event.after());
            keylessRows.changed(
                    table,
                    before,
                    before == null || after == null ? after : after.completedFrom(before),
                    current,
                    part);
        }
        if (part.bytes() >= maxBatchBytes) {
            stagePart();
        }
    }

    private void truncate(LogEvent.Truncate event) throws InterruptedException {
        for (SourceTable table : event.tables()) {
            if (table.isKeyless()) {
                if (!keyless.count(table, open())) {
                    continue;
                }
                keyless.copied(table); // of what the copy read nothing is left
            }
            if (!staging) {
                stagePart();
            }
            router.route(table, new RowChange.Truncate(table.table()), open(), Origin.LOG, this::earlierImage, part);
        }
    }

    /** Rows that a copy read are added before the next change of the log, also within a transaction: its own counts are behind them. */
    private void copied(LogEvent.Copied event) throws InterruptedException {
        RoutedBatch batch = transaction == null ? whole : part;
        for (byte[] row : event.rows()) {
            if (!keyless.isCopied(event.table())) {
                keylessRows.copied(event.table(), new RowImage(event.table().relation(), row), event.read(), batch);
            }
        }
        if (batch.bytes() >= maxBatchBytes) {
            if (transaction == null) {
                handOverWhole();
            } else {
                stagePart();
            }
        }
    }

    private void endCopies() throws InterruptedException {
        if (transaction == null && !copyEnds.isEmpty()) {
            handOverWhole();
            copyEnds.forEach(chunk -> committer.submitRead(new Committer.Work.Chunk(chunk)));
            copyEnds.clear();
        }
    }

    /** Whether a stored row can go through the route again now: between two transactions its newest image is that of a whole one. */
    private boolean resends() {
        return transaction == null && resending.hasMore();
    }

    private void resend() throws InterruptedException {
        Resending.Piece piece = resending.next();
        SourceTable table = piece.table();
        SourceTransaction now = new SourceTransaction(0, committer.position(), clock.instant());
        for (RowKey key : piece.keys()) {
            StoredRow row = earlierRow(table, key);
            if (row != null && Resending.isSendable(table, row)) {
                RowChange change = new RowChange.Insert(key, new RowImage(table.relation(), row.image()));
                router.route(table, change, now, Origin.STORAGE, (of, k) -> null, whole);
                resending.sent(table);
            }
            if (whole.bytes() >= maxBatchBytes) {
                handOverWhole();
            }
        }
        if (piece.isLast()) {
            handOverWhole();
            committer.submitRead(new Committer.Work.Resent(table));
        }
    }

    private void commit(SourcePosition position) throws InterruptedException {
        SourceTransaction committed = open();
        transaction = null;
        if (staging) {
            part.committed(committed, position);
            committer.submit(new Committer.Work.Seal(part));
            part = new RoutedBatch();
            staging = false;
            endCopies();
            return;
        }
        if (whole.isEmpty()) {
            whole = part;
        } else {
            whole.addAll(part);
        }
        whole.committed(committed, position);
        part = new RoutedBatch();
        boolean large = whole.bytes() >= maxBatchBytes / 2;
        boolean shared = whole.bytes() >= SHARE_BYTES || whole.ageNanos() >= MAX_AGE_NANOS;
        if (large || (shared && committer.isIdle())) {
            handOverWhole();
        }
        endCopies();
    }

    private void stagePart() throws InterruptedException {
        if (!staging) {
            handOverWhole();
            staging = true;
        }
        committer.submit(new Committer.Work.Part(part));
        part = new RoutedBatch();
    }

    /** Hands over what is whole, unless waiting costs nobody anything. */
    private void handOver(boolean now) throws InterruptedException {
        if (staging || whole.isEmpty()) {
            return;
        }
        boolean positionOnly = whole.changes() == 0;
        if (positionOnly ? whole.ageNanos() >= POSITION_ONLY_NANOS || positionAwaited.getAsBoolean() : now) {
            handOverWhole();
        }
    }

    private void handOverWhole() throws InterruptedException {
        if (!whole.isEmpty()) {
            committer.submit(new Committer.Work.Transactions(whole));
            whole = new RoutedBatch();
        }
    }

    private void handOverRest() throws InterruptedException {
        if (!staging) {
            handOverWhole();
        }
    }

    private SourceTransaction open() {
        SourceTransaction current = transaction;
        if (current == null) {
            throw new SeraiException(
                    ErrorCode.BUG, "The log has a change outside a transaction", "", ErrorCode.BUG.remedy());
        }
        return current;
    }

    private static RowChange normalise(LogEvent.Change event) {
        SourceTable table = event.table();
        RowImage before = image(table, event.before());
        RowImage after = image(table, event.after());
        if (after == null) {
            if (before == null) {
                throw new SeraiException(
                        ErrorCode.SOURCE_KEY_UNKNOWN,
                        "A delete came without a key",
                        "table " + table.table(),
                        ErrorCode.SOURCE_KEY_UNKNOWN.remedy());
            }
            return new RowChange.Delete(table.relation(), before.key());
        }
        if (before != null && !after.isComplete()) {
            after = after.completedFrom(before);
        }
        RowKey key = after.key();
        return switch (event.kind()) {
            case INSERT -> new RowChange.Insert(key, after);
            case UPDATE -> new RowChange.Update(before == null ? key : before.key(), key, after);
            case DELETE -> throw new IllegalArgumentException("a delete has no new row");
        };
    }

    private static @Nullable RowImage image(SourceTable table, byte @Nullable [] bytes) {
        return bytes == null ? null : new RowImage(table.relation(), bytes);
    }

    /** The newest image of a row, or null when there is none of the table's present relation. */
    private @Nullable RowImage earlierImage(SourceTable table, RowKey key) {
        StoredRow row = earlierRow(table, key);
        return row == null || row.relation() != table.relationNumber() ? null : image(table, row.image());
    }

    /** The newest state of a row: in the open transaction, the open batch, a batch in flight, or the storage, in this order. */
    private @Nullable StoredRow earlierRow(SourceTable table, RowKey key) {
        Found found = find(part, table.handle(), key);
        if (found == null) {
            found = find(whole, table.handle(), key);
        }
        if (found == null) {
            for (RoutedBatch batch : committer.inFlightNewestFirst()) {
                found = find(batch, table.handle(), key);
                if (found != null) {
                    break;
                }
            }
        }
        if (found != null) {
            return found.row;
        }
        return committer.isIncomplete(table.handle(), key) ? null : storage.row(table.handle(), key);
    }

    private static @Nullable Found find(RoutedBatch batch, TableHandle table, RowKey key) {
        if (batch.listing(table, key) instanceof Listing.Incomplete) {
            return Found.NOTHING;
        }
        RowState state = batch.rows().state(table, key);
        return switch (state) {
            case RowState.Present present -> new Found(new StoredRow(key, present.relation(), present.image()));
            case RowState.Rebuilt rebuilt ->
                throw new IllegalStateException("a rebuilt row is in no batch of the stream");
            case RowState.Absent absent -> Found.NOTHING;
            case null -> batch.rows().truncates(table) ? Found.NOTHING : null;
        };
    }

    /** What a batch says of a row: its state, or that there is none. */
    private record Found(@Nullable StoredRow row) {
        private static final Found NOTHING = new Found(null);
    }
}
