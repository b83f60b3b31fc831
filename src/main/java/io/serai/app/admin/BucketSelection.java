package io.serai.app.admin;

import java.util.List;

/**
 * Which buckets a dump is of. Immutable.
 *
 * @param names exact names; none means every bucket
 * @param prefix what the name starts with; empty means any
 */
public record BucketSelection(List<String> names, String prefix) {
    /** Copies the list. */
    public BucketSelection {
        names = List.copyOf(names);
    }

    /** Whether the bucket is one of them. */
    public boolean includes(String bucket) {
        return (names.isEmpty() || names.contains(bucket)) && bucket.startsWith(prefix);
    }
}
