package io.serai.bucket;

import java.util.List;

/**
 * What the sync rules made of one row: its places in buckets (each bucket, table and id once) and its lookups. Immutable.
 */
public record EvaluatedRow(List<BucketRow> bucketRows, List<Lookup> lookups) {
    /** A row that no rule wants. */
    public static final EvaluatedRow NOTHING = new EvaluatedRow(List.of(), List.of());

    /** Copies both lists. */
    public EvaluatedRow {
        bucketRows = List.copyOf(bucketRows);
        lookups = List.copyOf(lookups);
    }
}
