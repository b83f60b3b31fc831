package io.serai.change;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The values of a row's key columns, as the source's log writes them. Two keys are equal when all bytes are: a source that compares otherwise
 * (1.0 and 1.00, case-insensitive text) sends a key change when the bytes change. Immutable; {@link #bytes} is shared, never written.
 */
public final class RowKey implements Comparable<RowKey> {
    private final byte[] bytes;
    private final int hash;

    private RowKey(byte[] bytes) {
        this.bytes = bytes;
        this.hash = Arrays.hashCode(bytes);
    }

    /** The key with these column values, in key order, none of them null. */
    public static RowKey of(List<byte[]> values) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(32);
        for (byte[] value : values) {
            Varint.write(out, value.length);
            out.writeBytes(value);
        }
        return new RowKey(out.toByteArray());
    }

    /** A key that was taken from {@link #bytes} before. */
    public static RowKey ofBytes(byte[] encoded) {
        return new RowKey(encoded);
    }

    /** Its one encoded form: each value behind its length. */
    public byte[] bytes() {
        return bytes;
    }

    /** The column values in key order. */
    public List<byte[]> values() {
        List<byte[]> values = new ArrayList<>(2);
        int at = 0;
        while (at < bytes.length) {
            int length = Varint.read(bytes, at);
            at += Varint.size(length);
            values.add(Arrays.copyOfRange(bytes, at, at + length));
            at += length;
        }
        return values;
    }

    @Override
    public int compareTo(RowKey other) {
        return Arrays.compareUnsigned(bytes, other.bytes);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof RowKey key && hash == key.hash && Arrays.equals(bytes, key.bytes);
    }

    @Override
    public int hashCode() {
        return hash;
    }

    /** Says nothing of the values, which never go to a log. */
    @Override
    public String toString() {
        return "RowKey@" + Integer.toHexString(hash);
    }
}
