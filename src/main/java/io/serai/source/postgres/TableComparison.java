package io.serai.source.postgres;

import io.serai.error.ErrorCode;
import io.serai.error.SeraiException;
import io.serai.source.SourceTable;
import io.serai.source.postgres.DescribedTable.Obstacle;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Compares a stored table with what the catalog says now. */
final class TableComparison {
    static final String GONE = "it was dropped or renamed, is not published any more, or no query reads it any more";

    private TableComparison() {}

    /**
     * Does nothing when the stored description still holds.
     *
     * @param now the table with the stored oid, or null when the publication does not name it any more
     * @throws SeraiException {@code SOURCE_TABLE_CHANGED} with what is different
     */
    static void requireUnchanged(SourceTable stored, @Nullable DescribedTable now, String where) {
        if (now == null || !now.published().table().equals(stored.table())) {
            throw changed(stored, GONE, where);
        }
        difference(stored, now).ifPresent(difference -> {
            throw changed(stored, difference, where);
        });
    }

    /** What is different, or nothing when the stored description still holds. */
    static Optional<String> difference(SourceTable stored, DescribedTable now) {
        Optional<String> difference = TableIdentity.parse(stored.identity()).differenceTo(now.identity());
        if (difference.isPresent()) {
            return difference;
        }
        if (!now.relation().equals(stored.relation())) {
            return Optional.of("its columns, their types or its key were altered");
        }
        return Optional.ofNullable(now.obstacle()).map(Obstacle::what);
    }

    static SeraiException changed(SourceTable stored, String difference, String where) {
        return new SeraiException(
                ErrorCode.SOURCE_TABLE_CHANGED,
                "Table \"" + stored.table() + "\" is not what was replicated: " + difference,
                where,
                ErrorCode.SOURCE_TABLE_CHANGED.remedy());
    }
}
