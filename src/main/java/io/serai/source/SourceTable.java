package io.serai.source;

import io.serai.change.Relation;
import io.serai.change.SourcePosition;
import io.serai.change.TableRef;
import io.serai.storage.TableHandle;
import org.jspecify.annotations.Nullable;

/**
 * A table that is replicated, as it is described in the storage. Immutable.
 *
 * @param handle the number that its rows are stored under
 * @param relationNumber the number that {@code relation} is stored under; rows of another one are from before the table was altered
 * @param relation its columns that are replicated, and its key
 * @param identity what tells this table from one that was altered or made again, in a text of the database's own (OID, relfilenode, …)
 * @param renewal null when the table is as it was when it was first copied
 */
public record SourceTable(
        TableHandle handle,
        int relationNumber,
        Relation relation,
        String identity,
        @Nullable Renewal renewal) {
    /**
     * What becomes of a table that was found altered, gone or new beside the running stream: what the log has of it before {@code since} is
     * skipped, then it is copied, then rows that neither the copy nor the log has touched leave.
     *
     * @param since where the table was looked at
     * @param gone whether nothing is copied: all rows leave
     */
    public record Renewal(SourcePosition since, boolean gone) {}

    /** A table that is as it was when it was first copied. */
    public SourceTable(TableHandle handle, int relationNumber, Relation relation, String identity) {
        this(handle, relationNumber, relation, identity, null);
    }

    /** Its names. */
    public TableRef table() {
        return handle.table();
    }

    /** Whether nothing names its rows, so that equal ones are counted. */
    public boolean isKeyless() {
        return relation.keyColumns().isEmpty();
    }

    /** Whether it is only kept until its rows have left. */
    public boolean isGone() {
        return renewal != null && renewal.gone();
    }

    /** Whether what the log has at this position is older than the look that found the table as it is stored. */
    public boolean isOutdated(SourcePosition commitAt) {
        return renewal != null && !commitAt.covers(renewal.since());
    }
}
