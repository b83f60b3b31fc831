package io.serai.source;

import io.serai.change.RowKey;
import io.serai.source.RoutedBatch.Listing;
import io.serai.source.SourceStatus.DivertedRow;
import io.serai.storage.SourceBatch;
import io.serai.storage.TableHandle;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The rows that are listed durably: incomplete ones, which are read by key until none is left, and diverted or refused ones. Written by the commit
 * thread, which decides in the source's one sequence; readable by all.
 */
final class Listings {
    private final Map<Integer, Map<RowKey, Listing>> listed = new ConcurrentHashMap<>();
    private final AtomicLong incomplete = new AtomicLong();

    Listings(Map<Integer, Map<RowKey, Listing>> stored) {
        stored.forEach((table, rows) -> {
            listed.put(table, new ConcurrentHashMap<>(rows));
            rows.values().forEach(listing -> count(listing, 1));
        });
    }

    /**
     * Adds to {@code write} the entries that follow from a batch: what it lists is listed, what it sets or truncates is not. In memory, listed rows
     * show at once, but unlisted ones only when the answer runs, after the write is durable: a row must not pass for complete before.
     */
    Runnable apply(RoutedBatch batch, SourceBatch write) {
        List<Runnable> afterwards = new ArrayList<>();
        for (TableHandle table : batch.rows().truncated()) {
            unlist(write, table, Set.copyOf(of(table).keySet()), batch, afterwards);
        }
        batch.rows().rows().forEach((table, states) -> unlist(write, table, states.keySet(), batch, afterwards));
        batch.listings().forEach((table, rows) -> rows.forEach((key, listing) -> list(write, table, key, listing)));
        return () -> afterwards.forEach(Runnable::run);
    }

    /** How the row is listed, or null. */
    @Nullable
    Listing get(TableHandle table, RowKey key) {
        Map<RowKey, Listing> rows = listed.get(table.number());
        return rows == null ? null : rows.get(key);
    }

    /** Up to {@code limit} incomplete rows of the table. */
    List<RowKey> incomplete(TableHandle table, int limit) {
        return of(table).entrySet().stream()
                .filter(entry -> entry.getValue() instanceof Listing.Incomplete)
                .limit(limit)
                .map(Map.Entry::getKey)
                .toList();
    }

    /** The rows of the table that are diverted or refused. */
    List<RowKey> diverted(TableHandle table) {
        return of(table).entrySet().stream()
                .filter(entry -> entry.getValue() instanceof Listing.Diverted)
                .map(Map.Entry::getKey)
                .toList();
    }

    /** The rows of these tables that are diverted or refused, for those who look. */
    List<DivertedRow> divertedRows(Collection<SourceTable> tables) {
        List<DivertedRow> rows = new ArrayList<>();
        for (SourceTable table : tables) {
            of(table.handle()).forEach((key, listing) -> {
                if (listing instanceof Listing.Diverted diverted) {
                    rows.add(new DivertedRow(table.table().toString(), text(key), diverted.reason()));
                }
            });
        }
        return rows;
    }

    private static List<String> text(RowKey key) {
        return key.values().stream()
                .map(value -> new String(value, StandardCharsets.UTF_8))
                .toList();
    }

    /** How many rows are incomplete. */
    long incompleteCount() {
        return incomplete.get();
    }

    /** All listed rows, by table number. */
    Map<Integer, Map<RowKey, Listing>> all() {
        return listed;
    }

    private void unlist(
            SourceBatch write, TableHandle table, Set<RowKey> keys, RoutedBatch batch, List<Runnable> afterwards) {
        Map<RowKey, Listing> rows = of(table);
        if (rows.isEmpty()) {
            return;
        }
        for (RowKey key : keys) {
            Listing listing = rows.get(key);
            if (listing != null && batch.listing(table, key) == null) {
                write.entry(entry(table, key, listing), null);
                afterwards.add(() -> {
                    if (rows.remove(key, listing)) {
                        count(listing, -1);
                    }
                });
            }
        }
    }

    private void list(SourceBatch write, TableHandle table, RowKey key, Listing listing) {
        Listing former = of(table).put(key, listing);
        count(listing, 1);
        if (former != null) {
            count(former, -1);
            write.entry(entry(table, key, former), null);
        }
        write.entry(
                entry(table, key, listing),
                switch (listing) {
                    case Listing.Incomplete unread -> new byte[0];
                    case Listing.Diverted diverted -> Entries.text(diverted.reason());
                });
    }

    private void count(Listing listing, int change) {
        if (listing instanceof Listing.Incomplete) {
            incomplete.addAndGet(change);
        }
    }

    /** The name of the entry under which a row is listed. */
    static String entry(TableHandle table, RowKey key, Listing listing) {
        return switch (listing) {
            case Listing.Incomplete unread -> Entries.incomplete(table, key);
            case Listing.Diverted diverted -> Entries.diverted(table, key);
        };
    }

    private Map<RowKey, Listing> of(TableHandle table) {
        return listed.computeIfAbsent(table.number(), t -> new ConcurrentHashMap<>());
    }
}
