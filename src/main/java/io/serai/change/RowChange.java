package io.serai.change;

import org.jspecify.annotations.Nullable;

/** One committed change of a source, before any rule. Immutable. */
public sealed interface RowChange {
    /** The table that changed. */
    TableRef table();

    /** The row as it is after the change, or null after a delete or truncate. */
    @Nullable
    RowImage after();

    /** A row that appeared, or that the snapshot read. */
    record Insert(RowKey key, RowImage row) implements RowChange {
        @Override
        public TableRef table() {
            return row.relation().table();
        }

        @Override
        public RowImage after() {
            return row;
        }
    }

    /** A row that changed; {@code oldKey} equals {@code key} unless the key itself changed. */
    record Update(RowKey oldKey, RowKey key, RowImage row) implements RowChange {
        @Override
        public TableRef table() {
            return row.relation().table();
        }

        @Override
        public RowImage after() {
            return row;
        }

        /** Whether the row has another key than before. */
        public boolean changesKey() {
            return !oldKey.equals(key);
        }
    }

    /** A row that went away; {@code relation} names its key columns. */
    record Delete(Relation relation, RowKey key) implements RowChange {
        @Override
        public TableRef table() {
            return relation.table();
        }

        @Override
        public @Nullable RowImage after() {
            return null;
        }
    }

    /** All rows of a table that went away at once. */
    record Truncate(TableRef table) implements RowChange {
        @Override
        public @Nullable RowImage after() {
            return null;
        }
    }
}
