package io.serai.source;

import io.serai.change.RowKey;
import io.serai.storage.SourceState;
import io.serai.storage.SourceStorage;
import io.serai.storage.StoredRow;
import io.serai.storage.StoredRows;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Which stored rows are still to go through the route again, as repairs ask for it. A repair that a session leaves behind begins anew in the next. What
 * hands out keys is confined to the route thread, {@link #done} is for the commit thread; the rest is thread-safe.
 */
final class Resending {
    private static final int KEYS_AT_ONCE = 100;

    private final SourceStorage storage;
    private final Listings listings;
    /** Tables with a repair that is not done. */
    private final Map<SourceTable, Repair> pending = new ConcurrentHashMap<>();

    private final Map<Integer, Long> sent;
    private final Deque<Keys> left = new ArrayDeque<>();

    /** {@code sent} counts rows by table number, for looks from outside. */
    Resending(
            SourceStorage storage,
            SourceState state,
            Collection<SourceTable> tables,
            Listings listings,
            Map<Integer, Long> sent) {
        this.storage = storage;
        this.listings = listings;
        this.sent = sent;
        for (SourceTable table : tables) {
            Repair repair = Entries.repair(state, table.handle().number());
            if (repair != null && !table.isGone()) {
                pending.put(table, repair);
                left.add(repair == Repair.RETRY ? new Diverted(table) : new All(table));
                sent.put(table.handle().number(), 0L);
            }
        }
    }

    /** Whether a row is still to be handed out. */
    boolean hasMore() {
        return !left.isEmpty();
    }

    /** The next rows. */
    Piece next() {
        Keys keys = left.element();
        Piece piece = keys.next();
        if (piece.isLast) {
            left.remove();
        }
        return piece;
    }

    /** Notes that a row went through the route. */
    void sent(SourceTable table) {
        sent.merge(table.handle().number(), 1L, Long::sum);
    }

    /** Notes that it is durable that the table's repair is done. */
    void done(SourceTable table) {
        pending.remove(table);
    }

    /** Whether a repair is not done. */
    boolean isPending() {
        return !pending.isEmpty();
    }

    /** The repair of the table that is not done, or null. */
    @Nullable
    Repair pending(SourceTable table) {
        return pending.get(table);
    }

    /** Whether a stored row can go through the route: it is of the table as it is now, and stands for rows that are there. */
    static boolean isSendable(SourceTable table, StoredRow row) {
        return row.relation() == table.relationNumber()
                && (!table.isKeyless() || RowCount.of(row.image()).rows() > 0);
    }

    /**
     * Rows to be sent, of which some may be gone.
     *
     * @param isLast whether the table has no more
     */
    record Piece(SourceTable table, List<RowKey> keys, boolean isLast) {}

    private interface Keys {
        Piece next();
    }

    /** All rows that are stored. */
    private final class All implements Keys {
        private final SourceTable table;
        private @Nullable RowKey after;

        private All(SourceTable table) {
            this.table = table;
        }

        @Override
        public Piece next() {
            StoredRows rows = storage.rows(table.handle(), after, KEYS_AT_ONCE);
            after = rows.last();
            return new Piece(table, rows.rows().stream().map(StoredRow::key).toList(), after == null);
        }
    }

    /** The rows that were listed as diverted or refused when this was made. */
    private final class Diverted implements Keys {
        private final SourceTable table;
        private final Deque<RowKey> keys;

        private Diverted(SourceTable table) {
            this.table = table;
            this.keys = new ArrayDeque<>(listings.diverted(table.handle()));
        }

        @Override
        public Piece next() {
            List<RowKey> next = keys.stream().limit(KEYS_AT_ONCE).toList();
            next.forEach(key -> keys.remove());
            return new Piece(table, next, keys.isEmpty());
        }
    }
}
