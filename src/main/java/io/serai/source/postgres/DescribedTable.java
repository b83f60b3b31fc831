package io.serai.source.postgres;

import io.serai.change.Relation;
import io.serai.error.ErrorCode;
import io.serai.error.SeraiException;
import org.jspecify.annotations.Nullable;

/**
 * A published table with its columns, key and identity, as one look at the catalog found them. Immutable.
 *
 * @param obstacle why this version cannot replicate it, or null
 */
record DescribedTable(
        PublishedTable published,
        Relation relation,
        TableIdentity identity,
        @Nullable Obstacle obstacle) {
    /** What keeps a table from being replicated. */
    record Obstacle(ErrorCode code, String what, String fix) {
        SeraiException exception(String where) {
            return new SeraiException(code, what, where, fix.isEmpty() ? code.remedy() : fix);
        }
    }
}
