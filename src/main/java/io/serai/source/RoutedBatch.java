package io.serai.source;

import io.serai.change.RowKey;
import io.serai.change.SourcePosition;
import io.serai.storage.RowState;
import io.serai.storage.SourceBatch;
import io.serai.storage.TableHandle;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Changes that went through the route and wait to be written, with the rows that are to be listed as incomplete or diverted. Built by one thread,
 * then handed to the commit thread and only read.
 */
final class RoutedBatch {
    /** Why a row is listed. */
    sealed interface Listing {
        /** Its image lacks columns that only a read can give. */
        enum Incomplete implements Listing {
            /** The one such listing. */
            INCOMPLETE
        }

        /** The route diverted it, or it was refused. */
        record Diverted(String reason) implements Listing {}
    }

    private static final int LISTING_BYTES = 300;

    private final SourceBatch rows = new SourceBatch();
    private final Map<TableHandle, Map<RowKey, Listing>> listings = new HashMap<>();
    private final long openedNanos = System.nanoTime();
    private int changes;
    private long listingBytes;
    private @Nullable SourceTransaction last;

    /** Sets what a row becomes. */
    void put(TableHandle table, RowKey key, RowState state) {
        rows.row(table, key, state);
        unlist(table, key);
        changes++;
    }

    /** Sets what a row becomes, and lists it as diverted. */
    void divert(TableHandle table, RowKey key, RowState state, String reason) {
        put(table, key, state);
        list(table, key, new Listing.Diverted(reason));
    }

    /** Lists a row as incomplete; its state stays as it was before the change. */
    void incomplete(TableHandle table, RowKey key) {
        list(table, key, Listing.Incomplete.INCOMPLETE);
        changes++;
    }

    /** All rows of the table go away. */
    void truncate(TableHandle table) {
        rows.truncate(table);
        listings.remove(table);
        changes++;
    }

    /** The transaction is whole, and ends here. */
    void committed(SourceTransaction transaction, SourcePosition position) {
        last = transaction;
        rows.position(position);
    }

    /** The log was read up to here after the last transaction. */
    void position(SourcePosition position) {
        rows.position(position);
    }

    /** The last whole transaction, or null when there is none. */
    @Nullable
    SourceTransaction last() {
        return last;
    }

    /** Adds all of a later batch. */
    void addAll(RoutedBatch later) {
        rows.addAll(later.rows);
        if (!listings.isEmpty()) {
            later.rows.rows().forEach((table, states) -> {
                Map<RowKey, Listing> listed = listings.get(table);
                if (listed != null) {
                    listed.keySet().removeAll(states.keySet());
                }
            });
        }
        later.listings.forEach((table, listed) ->
                listings.computeIfAbsent(table, t -> new HashMap<>()).putAll(listed));
        changes += later.changes;
        last = later.last == null ? last : later.last;
        listingBytes += later.listingBytes;
    }

    /** What goes to the storage. */
    SourceBatch rows() {
        return rows;
    }

    /** The rows to be listed, by table and key. */
    Map<TableHandle, Map<RowKey, Listing>> listings() {
        return listings;
    }

    /** How this batch lists a row, or null. */
    @Nullable
    Listing listing(TableHandle table, RowKey key) {
        Map<RowKey, Listing> listed = listings.get(table);
        return listed == null ? null : listed.get(key);
    }

    /** The number of changes that made it. */
    int changes() {
        return changes;
    }

    /** About how many bytes of heap it holds. */
    long bytes() {
        return rows.bytes() + listingBytes;
    }

    /** How long it has been open. */
    long ageNanos() {
        return System.nanoTime() - openedNanos;
    }

    /** Whether it changes nothing. */
    boolean isEmpty() {
        return changes == 0 && rows.isEmpty();
    }

    private void list(TableHandle table, RowKey key, Listing listing) {
        listings.computeIfAbsent(table, t -> new HashMap<>()).put(key, listing);
        listingBytes += LISTING_BYTES + 4L * key.bytes().length; // here, and in the name of its entry
    }

    private void unlist(TableHandle table, RowKey key) {
        if (!listings.isEmpty()) {
            Map<RowKey, Listing> listed = listings.get(table);
            if (listed != null) {
                listed.remove(key);
            }
        }
    }
}
