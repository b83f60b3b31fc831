package io.serai.storage;

/**
 * What a compaction did. Immutable.
 *
 * @param buckets how many buckets have fewer or smaller operations now
 * @param moved how many operations became MOVE operations, which have no data
 * @param removed by how many operations buckets became shorter
 */
public record Compaction(long buckets, long moved, long removed) {}
