package io.serai.syncrules.evaluator;

/**
 * The row side of a query that fills buckets. Immutable.
 *
 * @param definition the definition or stream that owns the buckets: its name, in compiled rules its id ({@link io.serai.bucket.DefinitionId})
 * @param query names definition and query, for messages
 * @param bucketPrefix what a bucket's name begins with, before the parameters
 */
public record DataPlan(
        String definition, String query, String bucketPrefix, SourceTables tables, RowMatch match, OutputPlan output) {
    /** This plan, for the buckets of another definition. */
    public DataPlan ofDefinition(String other) {
        return new DataPlan(other, query, bucketPrefix, tables, match, output);
    }
}
