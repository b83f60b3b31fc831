package io.serai.source.mysql;

import io.serai.change.Relation;
import io.serai.change.TableRef;
import io.serai.error.ErrorCode;
import io.serai.error.SeraiException;
import org.jspecify.annotations.Nullable;

/**
 * A table as the catalog has it now. Immutable.
 *
 * @param obstacle why it cannot be replicated, or null
 * @param estimatedRows what the server thinks, or -1
 */
record DescribedTable(Relation relation, @Nullable String obstacle, long estimatedRows) {
    TableRef table() {
        return relation.table();
    }

    /** This table, if it can be replicated. */
    DescribedTable required(String where) {
        if (obstacle != null) {
            throw new SeraiException(
                    ErrorCode.MYSQL_TABLE_UNSUPPORTED,
                    "Table \"" + table() + "\" " + obstacle,
                    where,
                    ErrorCode.MYSQL_TABLE_UNSUPPORTED.remedy());
        }
        return this;
    }

    /** Whether it is the same but for how many rows it has. */
    boolean isAs(DescribedTable other) {
        return relation.equals(other.relation) && java.util.Objects.equals(obstacle, other.obstacle);
    }
}
