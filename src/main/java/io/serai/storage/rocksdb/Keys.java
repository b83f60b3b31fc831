package io.serai.storage.rocksdb;

import io.serai.storage.ClientKey;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The keys of all column families. Numbers in keys are fixed-width and never negative, so that keys with the same beginning lie together, in the
 * order of their numbers.
 */
final class Keys {
    /** META: the format version. */
    static final byte[] FORMAT = {0};
    /** META: the storage's id. */
    static final byte[] IDENTITY = {1};
    /** META: {@link Counters}. */
    static final byte[] COUNTERS = {2};
    /** META: the newest checkpoint. */
    static final byte[] CHECKPOINT = {3};
    /** META: what begins the keys of sources. */
    static final byte[] SOURCES = {4};
    /** META: what begins the keys of definitions. */
    static final byte[] DEFINITIONS = {5};

    /** META: the generations that are alive. */
    static final byte[] GENERATIONS = {9};
    /** META: what begins the keys of retired definitions. */
    static final byte[] RETIRED = {10};
    /** META: the sequence of the first checkpoint of which nothing was removed. */
    static final byte[] WHOLE_SINCE = {11};

    /** META: what begins the keys of write checkpoints. */
    static final byte[] WRITE_CHECKPOINTS = {12};

    /** Where a row's own key begins in ROWS. */
    static final int ROW_KEY_AT = 2 * Integer.BYTES;
    /** Where a row's own key begins in STAGED. */
    static final int STAGED_KEY_AT = 3 * Integer.BYTES;
    /** Where an operation's number begins in OPS. */
    static final int OP_ID_AT = Integer.BYTES;
    /** Bytes of a key in OPS. */
    static final int OP_BYTES = Integer.BYTES + Long.BYTES;
    /** Where a bucket's name begins in BUCKETS. */
    static final int BUCKET_NAME_AT = Integer.BYTES;

    private static final int TABLES = 6;
    private static final int ENTRIES = 7;
    private static final int STAGED_ENTRIES = 8;

    private Keys() {}

    /** META: a source. */
    static byte[] source(String name) {
        return named(SOURCES, name);
    }

    /** META: a definition. */
    static byte[] definition(String name) {
        return named(DEFINITIONS, name);
    }

    /** META: the newest write checkpoint of a client. */
    static byte[] writeCheckpoint(ClientKey client) {
        return new Encoder(64)
                .raw(WRITE_CHECKPOINTS)
                .text(client.user())
                .text(client.client())
                .toBytes();
    }

    /** META: a retired definition. */
    static byte[] retired(int definition) {
        return new Encoder(5).raw(RETIRED).i32(definition).toBytes();
    }

    /** META: what begins the keys of a source's tables. */
    static byte[] tables(int source) {
        return new Encoder(9).u8(TABLES).i32(source).toBytes();
    }

    /** META: the names of a table. */
    static byte[] table(int source, int table) {
        return new Encoder(9).u8(TABLES).i32(source).i32(table).toBytes();
    }

    /** META: what begins the keys of a source's entries. */
    static byte[] entries(int source) {
        return new Encoder(5).u8(ENTRIES).i32(source).toBytes();
    }

    /** META: an entry of a source's state. */
    static byte[] entry(int source, String name) {
        return named(entries(source), name);
    }

    /** META: what begins the keys of the entries that wait in the stages of a source. */
    static byte[] stagedEntries(int source) {
        return new Encoder(5).u8(STAGED_ENTRIES).i32(source).toBytes();
    }

    /** META: what begins the keys of the entries that wait in a stage. */
    static byte[] stagedEntries(int source, int stage) {
        return new Encoder(9).u8(STAGED_ENTRIES).i32(source).i32(stage).toBytes();
    }

    /** META: an entry that waits in a stage. */
    static byte[] stagedEntry(int source, int stage, String name) {
        return named(stagedEntries(source, stage), name);
    }

    /** ROWS: what begins the keys of a source's rows. */
    static byte[] rows(int source) {
        return new Encoder(4).i32(source).toBytes();
    }

    /** ROWS: what begins the keys of a table's rows. */
    static byte[] rows(int source, int table) {
        return new Encoder(8).i32(source).i32(table).toBytes();
    }

    /** ROWS: a row. */
    static byte[] row(int source, int table, byte[] key) {
        return new Encoder(ROW_KEY_AT + key.length)
                .i32(source)
                .i32(table)
                .raw(key)
                .toBytes();
    }

    /** STAGED: what begins the keys of a source's stages. */
    static byte[] stages(int source) {
        return new Encoder(4).i32(source).toBytes();
    }

    /** STAGED: what begins the keys of a stage. */
    static byte[] stage(int source, int stage) {
        return new Encoder(8).i32(source).i32(stage).toBytes();
    }

    /** STAGED: what begins the keys of a table's rows in a stage. */
    static byte[] staged(int source, int stage, int table) {
        return new Encoder(STAGED_KEY_AT).i32(source).i32(stage).i32(table).toBytes();
    }

    /** STAGED: a row in a stage. */
    static byte[] staged(int source, int stage, int table, byte[] key) {
        return new Encoder(STAGED_KEY_AT + key.length)
                .i32(source)
                .i32(stage)
                .i32(table)
                .raw(key)
                .toBytes();
    }

    /** OPS: what begins the keys of a bucket's operations. */
    static byte[] ops(int bucket) {
        return new Encoder(4).i32(bucket).toBytes();
    }

    /** LOOKUPS: what begins the keys of a definition's entries. */
    static byte[] lookups(int definition) {
        return new Encoder(4).i32(definition).toBytes();
    }

    /** OPS: an operation. */
    static byte[] op(int bucket, long opId) {
        return new Encoder(OP_BYTES).i32(bucket).i64(opId).toBytes();
    }

    /** BUCKETS: what begins the keys of a definition's buckets. */
    static byte[] buckets(int definition) {
        return new Encoder(4).i32(definition).toBytes();
    }

    /** BUCKETS: a bucket. */
    static byte[] bucket(int definition, String name) {
        return named(buckets(definition), name);
    }

    /** The smallest key behind all those that begin with {@code prefix}, in which not all bytes are 0xFF. */
    static byte[] behind(byte[] prefix) {
        int last = prefix.length - 1;
        while (prefix[last] == (byte) 0xff) {
            last--;
        }
        byte[] behind = Arrays.copyOf(prefix, last + 1);
        behind[last]++;
        return behind;
    }

    private static byte[] named(byte[] prefix, String name) {
        byte[] text = name.getBytes(StandardCharsets.UTF_8);
        return new Encoder(prefix.length + text.length).raw(prefix).raw(text).toBytes();
    }
}
