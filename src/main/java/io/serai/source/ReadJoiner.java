package io.serai.source;

import io.serai.change.RowKey;
import io.serai.change.SourcePosition;
import io.serai.source.RoutedBatch.Listing;
import io.serai.storage.RowState;
import io.serai.storage.RowState.Absent;
import io.serai.storage.SourceStorage;
import io.serai.storage.TableHandle;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Joins what was read beside the stream to it: chunks of a copy, rows that were read by key, and stored rows that were evaluated again. A read is written except
 * the keys that the stream changed since it began: there the stream's state wins. Confined to the commit thread.
 */
final class ReadJoiner {
    private static final long LARGEST_WRITE = 16 << 20;

    private final SourceStorage storage;
    private final ChangedKeys changedKeys;
    private final Listings listings;
    private final CopyState copies;
    private final Copier copier;
    private final Rebuilder rebuilder;
    private final Progress progress;

    private final List<ReadChunk> waiting = new ArrayList<>();
    private final List<Rebuilder.Piece> rebuilt = new ArrayList<>();
    private boolean keysAreRead;

    ReadJoiner(
            SourceStorage storage,
            ChangedKeys changedKeys,
            Listings listings,
            CopyState copies,
            Copier copier,
            Rebuilder rebuilder,
            Progress progress) {
        this.storage = storage;
        this.changedKeys = changedKeys;
        this.listings = listings;
        this.copies = copies;
        this.copier = copier;
        this.rebuilder = rebuilder;
        this.progress = progress;
    }

    void add(ReadChunk chunk) {
        waiting.add(chunk);
    }

    void add(Rebuilder.Piece piece) {
        rebuilt.add(piece);
    }

    /** Whether a read waits for the stream to pass it. */
    boolean isWaiting() {
        return !waiting.isEmpty();
    }

    /** Writes what the stream has passed. Of one chain, no chunk before those in front of it. */
    void join(SourcePosition position) {
        rebuilt.forEach(this::join);
        rebuilt.clear();
        Set<ChunkChain> held = new HashSet<>();
        for (Iterator<ReadChunk> chunks = waiting.iterator(); chunks.hasNext(); ) {
            ReadChunk chunk = chunks.next();
            ChunkChain chain = chunk.chain();
            if (position.covers(chunk.seenUpTo()) && (chain == null || !held.contains(chain))) {
                chunks.remove();
                join(chunk);
            } else if (chain != null) {
                held.add(chain);
            }
        }
    }

    /** Has the next incomplete rows read by key, unless some are being read. */
    void readIncomplete() {
        if (!keysAreRead && listings.incompleteCount() > 0) {
            keysAreRead = copier.readIncomplete(listings);
        }
    }

    private void join(ReadChunk chunk) {
        ChunkChain chain = chunk.chain();
        if (changedKeys.isVoid(chunk.read()) || chain != null && chain.isBroken()) {
            end(chunk);
            copier.thrownAway(chunk);
            return;
        }
        TableHandle table = chunk.table().handle();
        RoutedBatch batch = chunk.rows();
        if (chunk.keys() != null) {
            for (RowKey key : chunk.keys()) {
                if (batch.rows().state(table, key) == null) {
                    batch.put(table, key, Absent.ABSENT);
                }
            }
        }
        leaveOut(changedKeys.changedSince(chunk.read()), table, batch);
        if (chunk.keys() == null) {
            copies.written(chunk, batch.rows());
        }
        write(batch);
        end(chunk);
        copier.written();
    }

    private void end(ReadChunk chunk) {
        changedKeys.end(chunk.read());
        if (chunk.keys() != null) {
            keysAreRead = false;
        }
    }

    private void join(Rebuilder.Piece piece) {
        if (changedKeys.isVoid(piece.read())) {
            rebuilder.written(piece, true);
            return;
        }
        RoutedBatch batch = piece.batch();
        leaveOut(changedKeys.changedSince(piece.read()), piece.table().handle(), batch);
        write(batch);
        rebuilder.written(piece, false);
    }

    private static void leaveOut(Set<RowKey> changed, TableHandle table, RoutedBatch batch) {
        Map<RowKey, RowState> states = batch.rows().rows().get(table);
        if (states != null) {
            states.keySet().removeAll(changed);
        }
        Map<RowKey, Listing> listed = batch.listings().get(table);
        if (listed != null) {
            listed.keySet().removeAll(changed);
        }
    }

    private void write(RoutedBatch batch) {
        Runnable unlist = listings.apply(batch, batch.rows());
        batch.rows().split(LARGEST_WRITE).forEach(storage::commit); // what is not written is read again
        unlist.run();
        progress.advanced();
    }
}
