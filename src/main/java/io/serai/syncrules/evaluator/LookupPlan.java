package io.serai.syncrules.evaluator;

import java.util.List;

/**
 * The row side of a query that finds bucket parameters. Immutable.
 *
 * @param definition the definition or stream that owns the index: its name, in compiled rules its id ({@link io.serai.bucket.DefinitionId})
 * @param index names the query within the sync config
 * @param query names definition and query, for messages
 * @param requiresValues whether a row with a NULL or BLOB among its outputs is not indexed; else BLOBs are left out
 */
public record LookupPlan(
        String definition,
        String index,
        String query,
        SourceTables tables,
        RowMatch match,
        List<Output> outputs,
        boolean requiresValues) {
    /** Copies the list. */
    public LookupPlan {
        outputs = List.copyOf(outputs);
    }

    /** This plan, for the index of another definition. */
    public LookupPlan ofDefinition(String other) {
        return new LookupPlan(other, index, query, tables, match, outputs, requiresValues);
    }

    /** A value that is kept with the key. */
    public record Output(String name, Expression expression) {}
}
