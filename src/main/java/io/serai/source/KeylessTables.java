package io.serai.source;

import io.serai.error.ErrorCode;
import io.serai.error.SeraiException;
import io.serai.storage.TableHandle;
import java.sql.SQLException;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Which of the log's changes count for tables without a key, whose rows are copied in one snapshot and added up: none before the snapshot is taken,
 * then those of the transactions that it does not see, and all once the copy is written. Thread-safe.
 */
final class KeylessTables {
    private final ReentrantLock deciding = new ReentrantLock();
    /** The snapshots of the copies that are in progress. */
    private final Map<TableHandle, SnapshotReader.Snapshot> snapshots = new ConcurrentHashMap<>();

    private final Set<TableHandle> copied = ConcurrentHashMap.newKeySet();
    private final Set<Integer> suspects;

    /** Numbers of tables that turn out to be not what was copied are added to {@code suspects}. */
    KeylessTables(Collection<SourceTable> tables, CopyState copies, Set<Integer> suspects) {
        this.suspects = suspects;
        for (SourceTable table : tables) {
            if (table.isKeyless() && copies.isCopied(table)) {
                copied.add(table.handle());
            }
        }
    }

    /**
     * Tries to take the snapshot of a table's copy, while no change of such a table is decided on.
     *
     * @return whether it is taken
     */
    boolean take(SourceTable table, SnapshotReader.Attempt attempt) throws SQLException, InterruptedException {
        deciding.lockInterruptibly();
        try {
            SnapshotReader.Snapshot snapshot = attempt.take();
            if (snapshot != null) {
                snapshots.put(table.handle(), snapshot);
            }
            return snapshot != null;
        } finally {
            deciding.unlock();
        }
    }

    /**
     * Whether changes of the transaction are to be added to what the table's copy gives.
     *
     * @throws SeraiException when nobody can tell; the next session copies the table again
     */
    boolean count(SourceTable table, SourceTransaction transaction) throws InterruptedException {
        if (isCopied(table)) {
            return true;
        }
        SnapshotReader.Snapshot snapshot;
        deciding.lockInterruptibly();
        try {
            snapshot = snapshots.get(table.handle());
        } finally {
            deciding.unlock();
        }
        return snapshot != null
                && switch (snapshot.of(transaction)) {
                    case ALL -> false;
                    case NOTHING -> true;
                    case UNCERTAIN -> {
                        suspect(table);
                        throw new SeraiException(
                                ErrorCode.SOURCE_TABLE_CHANGED,
                                "Table \"" + table.table()
                                        + "\", which has no key, was changed just when its copy began",
                                "position " + transaction.commitAt().text(),
                                ErrorCode.SOURCE_TABLE_CHANGED.remedy());
                    }
                };
    }

    /** Whether nothing more comes from the table's copy. */
    boolean isCopied(SourceTable table) {
        return copied.contains(table.handle());
    }

    /** Notes that nothing more comes from the table's copy. */
    void copied(SourceTable table) {
        copied.add(table.handle());
        snapshots.remove(table.handle());
    }

    /** Notes that the table is not what was copied, so that the next session copies it again. */
    void suspect(SourceTable table) {
        suspects.add(table.handle().number());
    }
}
