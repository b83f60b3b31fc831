package io.serai.storage.rocksdb;

import java.util.Map;
import java.util.Objects;

/**
 * One atomic write, collected in RocksDB's own serialised form of a write batch ({@code db/write_batch.cc}: an unused sequence number, a
 * little-endian count, then the records), so that it crosses into native code once instead of once per record. Numbers in it may be set later,
 * which lets operations be encoded before the commit lock is taken. Confined to one thread.
 */
final class WriteBuffer {
    private static final int COUNT_AT = 8;
    private static final int DELETION = 0x4;
    private static final int VALUE = 0x5;
    private static final int MERGE = 0x6;
    private static final int RANGE_DELETION = 0xE;

    private final Encoder out;
    private final Map<Family, Integer> familyIds;
    private int count;

    /** An empty write to a database whose column families have these ids; it fills {@code out}, which nobody else may use meanwhile. */
    WriteBuffer(Map<Family, Integer> familyIds, Encoder out) {
        this.familyIds = familyIds;
        this.out = out;
        out.clear();
        out.i64(0).i32(0);
    }

    /** Sets a key. */
    void put(Family family, byte[] key, byte[] value) {
        beginPut(family, key.length);
        out.raw(key);
        beginValue(value.length);
        out.raw(value);
    }

    /** Sets a key. */
    void put(Family family, byte[] key, Encoder value) {
        beginPut(family, key.length);
        out.raw(key);
        beginValue(value.size());
        out.all(value);
    }

    /** Appends to the value of a key. */
    void append(Family family, byte[] key, Encoder value) {
        head(MERGE, family);
        out.block(key).varint(value.size()).all(value);
    }

    /** Removes a key. */
    void delete(Family family, byte[] key) {
        head(DELETION, family);
        out.block(key);
    }

    /** Removes all keys that begin with {@code prefix}. */
    void deleteAll(Family family, byte[] prefix) {
        deleteRange(family, prefix, Keys.behind(prefix));
    }

    /** Removes all keys in [{@code from}, {@code to}). */
    void deleteRange(Family family, byte[] from, byte[] to) {
        head(RANGE_DELETION, family);
        out.block(from).block(to);
    }

    /** Begins to set a key, whose {@code keyLength} bytes the caller appends to the answer; then follows {@link #beginValue}. */
    Encoder beginPut(Family family, int keyLength) {
        head(VALUE, family);
        return out.varint(keyLength);
    }

    /** Begins the value, whose {@code valueLength} bytes the caller appends to the answer. */
    Encoder beginValue(int valueLength) {
        return out.varint(valueLength);
    }

    /** Where the caller of {@link #beginPut} and {@link #beginValue} appends. */
    Encoder appended() {
        return out;
    }

    /** Overwrites four bytes that were appended before. */
    void setI32(int at, int value) {
        out.setI32(at, value);
    }

    /** Overwrites eight bytes that were appended before. */
    void setI64(int at, long value) {
        out.setI64(at, value);
    }

    /** The number of bytes so far. */
    int size() {
        return out.size();
    }

    /** Whether nothing was added. */
    boolean isEmpty() {
        return count == 0;
    }

    /** The serialised write batch. */
    byte[] toBytes() {
        out.setI32(COUNT_AT, Integer.reverseBytes(count));
        return out.toBytes();
    }

    private void head(int type, Family family) {
        count++;
        out.u8(type).varint(Objects.requireNonNull(familyIds.get(family)));
    }
}
