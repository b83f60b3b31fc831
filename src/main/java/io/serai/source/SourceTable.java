package io.serai.source;

import io.serai.change.Relation;
import io.serai.change.TableRef;
import io.serai.storage.TableHandle;

/**
 * A table that is replicated, as it is described in the storage. Immutable.
 *
 * @param handle the number that its rows are stored under
 * @param relationNumber the number that {@code relation} is stored under
 * @param relation its columns that are replicated, and its key
 * @param identity what tells this table from one that was altered or made again, in a text of the database's own (OID, relfilenode, …)
 */
public record SourceTable(TableHandle handle, int relationNumber, Relation relation, String identity) {
    /** Its names. */
    public TableRef table() {
        return handle.table();
    }
}
