package io.serai.bucket;

import java.util.List;

/**
 * What the sync rules made of one row: its places in buckets (each bucket, table and id once) and its lookups. Immutable.
 */
public record EvaluatedRow(List<BucketRow> bucketRows, List<Lookup> lookups) {
    private static final int PLACE_BYTES = 80;
    private static final int LOOKUP_BYTES = 200;

    /** A row that no rule wants. */
    public static final EvaluatedRow NOTHING = new EvaluatedRow(List.of(), List.of());

    /** Copies both lists. */
    public EvaluatedRow {
        bucketRows = List.copyOf(bucketRows);
        lookups = List.copyOf(lookups);
    }

    /** About how many bytes a write of it has: the data of a row stands there once for each place. */
    public long writtenBytes() {
        long bytes = (long) LOOKUP_BYTES * lookups.size();
        for (BucketRow place : bucketRows) {
            bytes += PLACE_BYTES + place.row().json().length;
        }
        return bytes;
    }
}
