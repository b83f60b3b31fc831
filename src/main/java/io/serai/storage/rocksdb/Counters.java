package io.serai.storage.rocksdb;

/**
 * The numbers that the storage gives out, each the last one given. Immutable.
 *
 * @param generation the newest generation of the sync config; the first comes from the clock, so that a storage that was wiped never
 *     uses one again
 */
record Counters(long opId, int source, int definition, int bucket, long generation) {
    static Counters first(long generation) {
        return new Counters(0, 0, 0, 0, generation);
    }

    static Counters decode(byte[] bytes) {
        Decoder in = new Decoder(bytes);
        return new Counters(in.i64(), in.i32(), in.i32(), in.i32(), in.i64());
    }

    byte[] encode() {
        return new Encoder(28)
                .i64(opId)
                .i32(source)
                .i32(definition)
                .i32(bucket)
                .i64(generation)
                .toBytes();
    }

    Counters withOps(long lastOpId, int lastBucket) {
        return new Counters(lastOpId, source, definition, lastBucket, generation);
    }

    Counters withNextSource() {
        return new Counters(opId, Math.addExact(source, 1), definition, bucket, generation);
    }

    Counters withNextGeneration() {
        return new Counters(opId, source, definition, bucket, Math.addExact(generation, 1));
    }

    Counters withNextDefinition() {
        return new Counters(opId, source, Math.addExact(definition, 1), bucket, generation);
    }
}
