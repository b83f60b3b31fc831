package io.serai.storage.rocksdb;

import io.serai.change.Varint;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Reads what an {@link Encoder} wrote, in the same order. Confined to one thread. */
final class Decoder {
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private final byte[] bytes;
    private int at;

    /** A reader of {@code bytes} from {@code at} on. */
    Decoder(byte[] bytes, int at) {
        this.bytes = bytes;
        this.at = at;
    }

    /** A reader of all bytes. */
    Decoder(byte[] bytes) {
        this(bytes, 0);
    }

    /** One byte, unsigned. */
    int u8() {
        return bytes[at++] & 0xff;
    }

    /** A truth value. */
    boolean flag() {
        return u8() != 0;
    }

    /** Four bytes. */
    int i32() {
        int value = (int) INT.get(bytes, at);
        at += Integer.BYTES;
        return value;
    }

    /** Eight bytes. */
    long i64() {
        long value = (long) LONG.get(bytes, at);
        at += Long.BYTES;
        return value;
    }

    /** A number of one to five bytes. */
    int varint() {
        int value = Varint.read(bytes, at);
        at += Varint.size(value);
        return value;
    }

    /** The next {@code length} bytes. */
    byte[] raw(int length) {
        byte[] value = Arrays.copyOfRange(bytes, at, at + length);
        at += length;
        return value;
    }

    /** Steps over {@code length} bytes. */
    void skip(int length) {
        at += length;
    }

    /** Bytes behind their length. */
    byte[] block() {
        return raw(varint());
    }

    /** Text behind its length. */
    String text() {
        int length = varint();
        String value = new String(bytes, at, length, StandardCharsets.UTF_8);
        at += length;
        return value;
    }

    /** All bytes that are left. */
    byte[] rest() {
        return raw(bytes.length - at);
    }

    /** All bytes that are left, as text. */
    String restText() {
        String value = new String(bytes, at, bytes.length - at, StandardCharsets.UTF_8);
        at = bytes.length;
        return value;
    }

    /** How many bytes were read, or stepped over, or left out at the beginning. */
    int at() {
        return at;
    }

    /** Whether bytes are left. */
    boolean hasMore() {
        return at < bytes.length;
    }
}
