package io.serai.syncrules.evaluator;

import java.util.List;

/**
 * The row side of a query that finds bucket parameters. Immutable.
 *
 * @param definition the definition or stream that owns the index: its name, in compiled rules its id ({@link io.serai.bucket.DefinitionId})
 * @param index names the query within the sync config
 * @param query names definition and query, for messages
 * @param requires what all outputs of a row must be, else it is not indexed
 */
public record LookupPlan(
        String definition,
        String index,
        String query,
        SourceTables tables,
        RowMatch match,
        List<Output> outputs,
        Required requires) {
    /** Copies the list. */
    public LookupPlan {
        outputs = List.copyOf(outputs);
    }

    /** This plan, for the index of another definition. */
    public LookupPlan ofDefinition(String other) {
        return new LookupPlan(other, index, query, tables, match, outputs, requires);
    }

    /** What outputs must be. */
    public enum Required {
        /** Anything; BLOBs and columns that the row lacks are left out. */
        NOTHING,
        /** Anything but a BLOB. */
        NO_BLOB,
        /** Neither NULL nor a BLOB. */
        VALUE
    }

    /** A value that is kept with the key. */
    public record Output(String name, Expression expression) {}
}
