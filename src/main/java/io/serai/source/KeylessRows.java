package io.serai.source;

import io.serai.bucket.Checksum;
import io.serai.bucket.EvaluatedRow;
import io.serai.change.RowChange;
import io.serai.change.RowImage;
import io.serai.change.RowKey;
import io.serai.error.ErrorCode;
import io.serai.error.SeraiException;
import io.serai.source.RoutedChange.Origin;
import io.serai.storage.RowState;
import io.serai.storage.StoredRow;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Adds up the rows of tables without a key. Equal rows are one stored row, under the hash of their columns, and clients get it as long as there is at
 * least one. What the log and the copy add may come in any order. Confined to the route thread.
 */
final class KeylessRows {
    private static final RowCount NONE = new RowCount(0, false);
    private static final int HASH_BYTES = 16;

    private final Router router;
    private final KeylessTables tables;
    private final EarlierRows earlier;

    KeylessRows(Router router, KeylessTables tables, EarlierRows earlier) {
        this.router = router;
        this.tables = tables;
        this.earlier = earlier;
    }

    /** Adds a row that the copy read. */
    void copied(SourceTable table, RowImage row, SourceTransaction read, RoutedBatch batch)
            throws InterruptedException {
        add(table, row, 1, read, Origin.COPY, batch);
    }

    /**
     * Adds a change of the log: the rows before and after it.
     *
     * @throws SeraiException when the log lacks columns of a row, which nothing names, so that it cannot be read; the next session copies the table again
     */
    void changed(
            SourceTable table,
            @Nullable RowImage before,
            @Nullable RowImage after,
            SourceTransaction transaction,
            RoutedBatch batch)
            throws InterruptedException {
        if (before != null && !before.isComplete() || after != null && !after.isComplete()) {
            throw changed(table, "The log lacks columns of a row of table \"" + table.table() + "\"", transaction);
        }
        if (before != null && after != null && Arrays.equals(before.bytes(), after.bytes())) {
            return;
        }
        if (before != null) {
            add(table, before, -1, transaction, Origin.REMAINDER, batch);
        }
        if (after != null) {
            add(table, after, 1, transaction, Origin.LOG, batch);
        }
    }

    private void add(
            SourceTable table,
            RowImage row,
            int difference,
            SourceTransaction transaction,
            Origin origin,
            RoutedBatch batch)
            throws InterruptedException {
        RowKey key = key(row);
        RowCount before = count(table, key);
        RowCount after = new RowCount(before.rows() + difference, before.isFormer());
        if (after.isShown()) {
            RowChange change = new RowChange.Insert(key, after.behind(row));
            router.route(table, change, transaction, origin, (of, k) -> null, batch);
        } else if (after.rows() == 0) {
            router.route(
                    table, new RowChange.Delete(table.relation(), key), transaction, origin, (of, k) -> null, batch);
        } else if (tables.isCopied(table)) {
            throw changed(table, "A row that was not there left table \"" + table.table() + "\"", transaction);
        } else {
            byte[] owed = after.behind(row).bytes();
            batch.put(table.handle(), key, new RowState.Present(table.relationNumber(), owed, EvaluatedRow.NOTHING));
        }
    }

    private SeraiException changed(SourceTable table, String found, SourceTransaction transaction) {
        tables.suspect(table);
        return new SeraiException(
                ErrorCode.SOURCE_TABLE_CHANGED,
                found + ", which has no key",
                "position " + transaction.commitAt().text(),
                ErrorCode.SOURCE_TABLE_CHANGED.remedy());
    }

    /** Rows from before the copy count as none, but stay shown until it is complete. */
    private RowCount count(SourceTable table, RowKey key) {
        StoredRow stored = earlier.row(table, key);
        if (stored == null) {
            return NONE;
        }
        RowCount count = RowCount.of(stored.image());
        boolean isOfThisCopy = stored.relation() == table.relationNumber();
        boolean isFormer = isOfThisCopy ? count.isFormer() : count.isShown();
        return new RowCount(isOfThisCopy ? count.rows() : 0, isFormer && !tables.isCopied(table));
    }

    private static RowKey key(RowImage row) {
        return RowKey.of(List.of(Arrays.copyOf(Checksum.sha256().digest(row.bytes()), HASH_BYTES)));
    }

    /** Where the newest state of a row is found. */
    @FunctionalInterface
    interface EarlierRows {
        /** The row as all changes before left it, uncommitted ones included, or null. */
        @Nullable
        StoredRow row(SourceTable table, RowKey key);
    }
}
