package io.serai.storage.rocksdb;

import io.serai.change.Varint;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Bytes that grow. Fixed-width numbers are big-endian, so that keys sort by them. Confined to one thread; {@link Decoder} reads the same forms.
 */
final class Encoder {
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
    private static final int LARGEST_VARINT = 5;

    private byte[] bytes;
    private int size;

    /** An empty one with room for {@code capacity} bytes. */
    Encoder(int capacity) {
        this.bytes = new byte[capacity];
    }

    /** Appends one byte. */
    Encoder u8(int value) {
        room(1);
        bytes[size++] = (byte) value;
        return this;
    }

    /** Appends a truth value. */
    Encoder flag(boolean value) {
        return u8(value ? 1 : 0);
    }

    /** Appends four bytes. */
    Encoder i32(int value) {
        room(Integer.BYTES);
        INT.set(bytes, size, value);
        size += Integer.BYTES;
        return this;
    }

    /** Appends eight bytes. */
    Encoder i64(long value) {
        room(Long.BYTES);
        LONG.set(bytes, size, value);
        size += Long.BYTES;
        return this;
    }

    /** Appends a non-negative number in one to five bytes. */
    Encoder varint(int value) {
        room(LARGEST_VARINT);
        size = Varint.write(bytes, size, value);
        return this;
    }

    /** Appends the bytes as they are. */
    Encoder raw(byte[] source) {
        return raw(source, source.length);
    }

    /** Appends the first {@code length} bytes as they are. */
    Encoder raw(byte[] source, int length) {
        room(length);
        System.arraycopy(source, 0, bytes, size, length);
        size += length;
        return this;
    }

    /** Appends the bytes behind their length. */
    Encoder block(byte[] source) {
        return varint(source.length).raw(source);
    }

    /** Appends the text in UTF-8 behind its length. */
    Encoder text(String source) {
        return block(source.getBytes(StandardCharsets.UTF_8));
    }

    /** The number of bytes so far. */
    int size() {
        return size;
    }

    /** The number of bytes that it has taken from the heap. */
    int capacity() {
        return bytes.length;
    }

    /** A copy of the bytes so far. */
    byte[] toBytes() {
        return Arrays.copyOf(bytes, size);
    }

    /** Overwrites four bytes that were appended before. */
    void setI32(int at, int value) {
        INT.set(bytes, at, value);
    }

    /** Overwrites eight bytes that were appended before. */
    void setI64(int at, long value) {
        LONG.set(bytes, at, value);
    }

    /** Forgets all bytes. */
    void clear() {
        size = 0;
    }

    /** Whether the bytes so far are these. */
    boolean isSameAs(byte[] other) {
        return Arrays.equals(bytes, 0, size, other, 0, other.length);
    }

    /** Appends what another one holds. */
    Encoder all(Encoder other) {
        return raw(other.bytes, other.size);
    }

    private void room(int more) {
        if (bytes.length - size < more) {
            bytes = Arrays.copyOf(bytes, Math.max(Math.addExact(size, more), (int)
                    Math.min(Integer.MAX_VALUE - 8, 2L * bytes.length)));
        }
    }
}
