package io.serai.source;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.serai.change.RowChange;
import io.serai.change.RowImage;
import io.serai.change.RowKey;
import io.serai.source.RoutedChange.Origin;
import io.serai.storage.SourceStorage;
import io.serai.storage.StoredRow;
import io.serai.storage.StoredRows;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Sends stored rows through the route for definitions that came after them, beside the stream, in pieces, on several threads. A row that the stream
 * changes meanwhile was evaluated for these definitions with its change. What a session leaves undone the next does again, and writes only what is
 * missing. {@link #run} is for the reading threads; the rest is thread-safe.
 */
final class Rebuilder {
    private static final int ROWS_AT_ONCE = 4000;
    private static final int PIECES_AT_ONCE = 4;
    private static final long LOOK_AGAIN_MILLIS = 10;

    private final SourceStorage storage;
    private final Router router;
    private final ChangedKeys changedKeys;
    private final Listings listings;
    private final Clock clock;
    private final Semaphore slots = new Semaphore(PIECES_AT_ONCE);

    @GuardedBy("this")
    private final Deque<Range> left = new ArrayDeque<>();

    private final AtomicLong rows = new AtomicLong();

    @GuardedBy("this")
    private int unwritten;

    private volatile boolean ended;

    /** For {@code tables}, whose rows {@code router} evaluates for the definitions in question. */
    Rebuilder(
            SourceStorage storage,
            Collection<SourceTable> tables,
            Router router,
            ChangedKeys changedKeys,
            Listings listings,
            Clock clock) {
        this.storage = storage;
        this.router = router;
        this.changedKeys = changedKeys;
        this.listings = listings;
        this.clock = clock;
        for (SourceTable table : tables) {
            if (!table.isGone() && router.wants(table)) {
                left.add(new Range(table, null, null));
            }
        }
    }

    /** The keys of a table behind {@code after}, up to {@code upTo}; null is no bound. */
    private record Range(
            SourceTable table,
            @Nullable RowKey after,
            @Nullable RowKey upTo) {}

    /** Rows that were read, and what became of them. */
    static final class Piece {
        private final Range range;
        private final List<StoredRow> stored;
        private final ChangedKeys.Read read;
        private final RoutedBatch batch = new RoutedBatch();

        private Piece(Range range, List<StoredRow> stored, ChangedKeys.Read read) {
            this.range = range;
            this.stored = stored;
            this.read = read;
        }

        SourceTable table() {
            return range.table;
        }

        ChangedKeys.Read read() {
            return read;
        }

        RoutedBatch batch() {
            return batch;
        }
    }

    /** Reads and routes until nothing is left, or {@link #end} is called. */
    void run(Committer committer) throws InterruptedException {
        while (!ended && !isDone()) {
            slots.acquire();
            Piece piece = next(committer::isStaging);
            if (piece
                    == null) { // a transaction is staged, or a piece that is not written yet may have to be read again
                slots.release();
                TimeUnit.MILLISECONDS.sleep(LOOK_AGAIN_MILLIS);
            } else {
                route(piece, new SourceTransaction(0, committer.position(), clock.instant()));
                committer.submitRead(new Committer.Work.Rebuilt(piece));
            }
        }
    }

    /**
     * Reads the next rows, or answers null when there are none now.
     *
     * @param isStaging whether a transaction is being staged: its changes may have been noted before this, but stored rows do not show them yet
     */
    synchronized @Nullable Piece next(BooleanSupplier isStaging) {
        Range range = left.peek();
        if (range == null) {
            return null;
        }
        SourceTable table = range.table;
        ChangedKeys.Read read = changedKeys.begin(table.handle());
        if (isStaging.getAsBoolean()) { // asked after the read began, so that whatever is staged later is noted for it
            changedKeys.end(read);
            return null;
        }
        left.remove();
        StoredRows found = storage.rows(table.handle(), range.after, ROWS_AT_ONCE);
        RowKey last = found.last();
        List<StoredRow> stored = found.rows();
        RowKey upTo = range.upTo;
        if (upTo != null) {
            stored = stored.stream()
                    .filter(row -> row.key().compareTo(upTo) <= 0)
                    .toList();
            last = last == null || last.compareTo(upTo) >= 0 ? null : last;
        }
        if (last != null) {
            left.addFirst(new Range(table, last, upTo));
        }
        unwritten++;
        return new Piece(new Range(table, range.after, last == null ? upTo : last), stored, read);
    }

    /** Routes the rows that can be; the others are copied again, read by key, or sent again when that is asked for. */
    void route(Piece piece, SourceTransaction now) throws InterruptedException {
        SourceTable table = piece.table();
        for (StoredRow row : piece.stored) {
            if (Resending.isSendable(table, row) && listings.get(table.handle(), row.key()) == null) {
                RowChange change = new RowChange.Insert(row.key(), new RowImage(table.relation(), row.image()));
                router.route(table, change, now, Origin.STORAGE, (of, key) -> null, piece.batch);
            }
        }
    }

    /** The commit thread is through with a piece: it is written, or void and to be read again. */
    void written(Piece piece, boolean isVoid) {
        changedKeys.end(piece.read);
        synchronized (this) {
            if (isVoid) {
                left.add(piece.range);
            } else {
                rows.addAndGet(piece.stored.size());
            }
            unwritten--;
        }
        slots.release();
    }

    /** Whether every row was written. */
    synchronized boolean isDone() {
        return left.isEmpty() && unwritten == 0;
    }

    /** How many rows are through. */
    long rows() {
        return rows.get();
    }

    /** Makes {@link #run} return soon. */
    void end() {
        ended = true;
    }
}
