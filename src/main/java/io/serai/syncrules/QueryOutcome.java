package io.serai.syncrules;

import io.serai.bucket.BucketRow;
import io.serai.bucket.Lookup;
import java.util.List;

/**
 * What one query of the sync config makes of one row. Immutable.
 *
 * @param query names definition and query
 * @param result what comes of it
 */
public record QueryOutcome(String query, Result result) {
    /** What comes of a query. */
    public sealed interface Result {}

    /** Places in buckets, in their order, at least one. */
    public record Places(List<BucketRow> rows) implements Result {
        /** Copies the list. */
        public Places {
            rows = List.copyOf(rows);
        }
    }

    /** Entries of a parameter index, at least one. */
    public record Lookups(List<Lookup> entries) implements Result {
        /** Copies the list. */
        public Lookups {
            entries = List.copyOf(entries);
        }
    }

    /** Nothing, since the query could not be evaluated; {@code reason} has no row data. */
    public record Failed(String reason) implements Result {}

    /** Nothing, since a condition is not met. */
    public enum Missed implements Result {
        /** A condition on the row alone is not true. */
        FILTERED,
        /** A {@code json_each} has no element. */
        NO_ELEMENT,
        /** What is compared with the client's side is NULL, a BLOB or an empty array. */
        NO_PARAMETER,
        /** A value that a parameter query selects is NULL or a BLOB. */
        NO_VALUE
    }
}
