package io.serai.source.postgres;

import io.serai.change.TableRef;
import io.serai.error.ErrorCode;
import io.serai.error.SeraiException;
import io.serai.source.SourceTable;
import org.jspecify.annotations.Nullable;

/** Compares a stored table with what the catalog says now. */
final class TableComparison {
    private TableComparison() {}

    /**
     * Does nothing when the stored description still holds.
     *
     * @param now the table with the stored oid, or null when the publication does not name it any more
     * @throws SeraiException {@code SOURCE_TABLE_CHANGED} with what is different
     */
    static void requireUnchanged(SourceTable stored, @Nullable DescribedTable now, String where) {
        if (now == null) {
            throw changed(stored, "it was dropped, or is not published any more", where);
        }
        if (!now.published().table().equals(stored.table())) {
            throw changed(stored, "it was renamed to \"" + now.published().table() + "\"", where);
        }
        TableIdentity.parse(stored.identity()).differenceTo(now.identity()).ifPresent(difference -> {
            throw changed(stored, difference, where);
        });
        if (!now.relation().equals(stored.relation())) {
            throw changed(stored, "its columns, their types or its key were altered", where);
        }
        if (now.obstacle() != null) {
            throw changed(stored, now.obstacle().what(), where);
        }
    }

    /** The failure of a table that the selection wants and that is not stored. */
    static SeraiException appeared(TableRef table, String where) {
        return new SeraiException(
                ErrorCode.SOURCE_TABLE_CHANGED,
                "Table \"" + table + "\" appeared after the tables were looked at",
                where,
                ErrorCode.SOURCE_TABLE_CHANGED.remedy());
    }

    static SeraiException changed(SourceTable stored, String difference, String where) {
        return new SeraiException(
                ErrorCode.SOURCE_TABLE_CHANGED,
                "Table \"" + stored.table() + "\" is not what was replicated: " + difference,
                where,
                ErrorCode.SOURCE_TABLE_CHANGED.remedy());
    }
}
