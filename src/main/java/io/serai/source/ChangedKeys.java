package io.serai.source;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.serai.change.RowKey;
import io.serai.storage.TableHandle;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Which keys the stream changed while reads of their table were in progress: for these the stream's state wins over what was read (design:
 * how a chunk joins the stream, step 3). Bounded: when one table's changes grow too many, the reads in progress are void. Thread-safe.
 */
final class ChangedKeys {
    private static final int MAX_KEYS_PER_TABLE = 1_000_000;

    @GuardedBy("this")
    private final Map<TableHandle, Deque<Read>> reads = new HashMap<>();

    /** Begins to follow the table's changes for a read that has not looked yet. */
    synchronized Read begin(TableHandle table) {
        Read read = new Read(table);
        reads.computeIfAbsent(table, t -> new ArrayDeque<>()).add(read);
        return read;
    }

    /** A read that the stream's changes do not touch: what it gave was added up with them. */
    static Read untouched(TableHandle table) {
        return new Read(table);
    }

    /** Ends what {@link #begin} began. Idempotent. */
    synchronized void end(Read read) {
        Deque<Read> ofTable = reads.get(read.table);
        if (ofTable != null) {
            ofTable.remove(read);
            if (ofTable.isEmpty()) {
                reads.remove(read.table);
            }
        }
    }

    /** Notes that the stream changed these keys. */
    synchronized void changed(TableHandle table, Collection<RowKey> keys) {
        Deque<Read> ofTable = reads.get(table);
        if (ofTable == null) {
            return;
        }
        for (Read read : ofTable) {
            if (read.keys.size() + keys.size() > MAX_KEYS_PER_TABLE / ofTable.size()) {
                read.everything = true;
                read.keys.clear();
            } else if (!read.everything) {
                read.keys.addAll(keys);
            }
        }
    }

    /** Notes that the stream changed every key of the table. */
    synchronized void changedAll(TableHandle table) {
        Deque<Read> ofTable = reads.get(table);
        if (ofTable != null) {
            for (Read read : ofTable) {
                read.everything = true;
                read.keys.clear();
            }
        }
    }

    /** Whether the read is void: every key may have changed. */
    synchronized boolean isVoid(Read read) {
        return read.everything;
    }

    /** The keys that changed since the read began. */
    synchronized Set<RowKey> changedSince(Read read) {
        return Set.copyOf(read.keys);
    }

    /** A read whose table's changes are followed. */
    static final class Read {
        private final TableHandle table;
        private final Set<RowKey> keys = new HashSet<>();
        private boolean everything;

        private Read(TableHandle table) {
            this.table = table;
        }
    }
}
