package io.serai.storage;

/**
 * What a compaction did. Immutable.
 *
 * @param buckets how many buckets have fewer or smaller operations now
 * @param moved how many operations became MOVE operations, which have no data
 * @param removed by how many operations buckets became shorter
 * @param rewritten how many rows were written again behind the history of others, which the next compaction can forget
 */
public record Compaction(long buckets, long moved, long removed, long rewritten) {}
