package io.serai.storage.rocksdb;

/**
 * The value of a bucket in BUCKETS: its number, and how far it was compacted. Immutable.
 *
 * @param opId the last operation that the last compaction looked at; 0 before the first
 * @param count the bucket's count at that operation, removed ones included
 */
record CompactedBucket(int number, long opId, long count) {
    static CompactedBucket decode(byte[] value) {
        Decoder in = new Decoder(value);
        int number = in.i32();
        return in.hasMore() ? new CompactedBucket(number, in.i64(), in.i64()) : new CompactedBucket(number, 0, 0);
    }

    byte[] encode() {
        return new Encoder(Integer.BYTES + 2 * Long.BYTES)
                .i32(number)
                .i64(opId)
                .i64(count)
                .toBytes();
    }

    CompactedBucket upTo(long lastOpId, long countThere) {
        return new CompactedBucket(number, lastOpId, countThere);
    }
}
