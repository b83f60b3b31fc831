package io.serai.syncrules;

import io.serai.bucket.BucketName;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;

/**
 * The buckets of a client at a checkpoint. Immutable.
 *
 * @param buckets each bucket once, in the order in which they were found
 * @param failures the parts of the request that could not be evaluated, and have no buckets
 * @param lookups all that was looked up: when the answer to one of these changes, so may the buckets
 * @param lookupResults how many values the lookups gave in all
 */
public record ClientBuckets(List<Bucket> buckets, List<Failure> failures, Set<LookupKey> lookups, int lookupResults) {
    /** Copies the collections. */
    public ClientBuckets {
        buckets = List.copyOf(buckets);
        failures = List.copyOf(failures);
        lookups = Set.copyOf(lookups);
    }

    /**
     * A part of the request that could not be evaluated.
     *
     * @param query names definition and query
     * @param reason what failed, without the client's data
     * @param fatal whether it belongs to {@code bucket_definitions}, so that the whole request is to be refused
     * @param asked for which definition or subscription it was evaluated
     */
    public record Failure(String query, String reason, boolean fatal, Reason asked) {}

    /**
     * A bucket that a client gets.
     *
     * @param bucket its name, without a generation's prefix
     * @param priority the best priority that the client has it with; 0 comes first
     * @param reasons why the client has it
     */
    public record Bucket(BucketName bucket, int priority, List<Reason> reasons) {
        /** Copies the list. */
        public Bucket {
            reasons = List.copyOf(reasons);
        }
    }

    /**
     * Why a client has a bucket.
     *
     * @param stream the name of the definition or stream that it has it by
     * @param subscription the index of the subscription that asks for it; empty when it is there by default
     */
    public record Reason(String stream, OptionalInt subscription) {}

    /**
     * A bucket definition or stream, as clients know it.
     *
     * @param isDefault whether a client gets it without asking
     */
    public record Stream(String name, boolean isDefault) {}

    /** A key of an index ({@link io.serai.bucket.Lookup}). */
    public record LookupKey(String definition, String index, String key) {}

    /** Answers lookups as of one checkpoint. */
    @FunctionalInterface
    public interface LookupReader {
        /** The values ({@link io.serai.bucket.Lookup#values}) of all entries with this key; empty when there are none. */
        List<String> read(LookupKey key);
    }
}
