package io.serai.storage.rocksdb;

/**
 * When a bucket has too much history before rows that never change. Immutable.
 *
 * @param operations buckets with fewer are left as they are
 * @param perRow how many operations for each row are too many
 */
record Fragmentation(long operations, int perRow) {
    static final Fragmentation DEFAULT = new Fragmentation(1000, 10);

    boolean isReached(long operationsThere, long rows) {
        return operationsThere >= operations && rows > 0 && rows * perRow <= operationsThere;
    }
}
