package io.serai.source.mysql;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Reads the parts of a binary log event in order. Confined to one thread; the array is shared, never written. */
final class ByteReader {
    private final byte[] bytes;
    private int at;
    private final int end;

    ByteReader(byte[] bytes) {
        this(bytes, 0, bytes.length);
    }

    ByteReader(byte[] bytes, int from, int end) {
        this.bytes = bytes;
        this.at = from;
        this.end = end;
    }

    byte[] array() {
        return bytes;
    }

    int position() {
        return at;
    }

    void skip(int count) {
        at += count;
    }

    int remaining() {
        return end - at;
    }

    boolean hasRemaining() {
        return at < end;
    }

    /** What was not read yet; it stays so. */
    byte[] rest() {
        return Arrays.copyOfRange(bytes, at, end);
    }

    boolean restEquals(byte[] other) {
        return Arrays.equals(bytes, at, end, other, 0, other.length);
    }

    int u8() {
        return bytes[at++] & 0xff;
    }

    int u16() {
        return (int) little(2);
    }

    long u32() {
        return little(4);
    }

    /** An unsigned number of so many bytes, the lowest first. */
    long little(int count) {
        long value = 0;
        for (int i = count - 1; i >= 0; i--) {
            value = value << 8 | bytes[at + i] & 0xff;
        }
        at += count;
        return value;
    }

    /** A signed number of so many bytes, the lowest first. */
    long signedLittle(int count) {
        int shift = 64 - 8 * count;
        return little(count) << shift >> shift;
    }

    /** An unsigned number of so many bytes, the highest first. */
    long big(int count) {
        long value = 0;
        for (int i = 0; i < count; i++) {
            value = value << 8 | bytes[at++] & 0xff;
        }
        return value;
    }

    /** A length as the protocol packs it. */
    long packed() {
        int first = u8();
        return switch (first) {
            case 252 -> little(2);
            case 253 -> little(3);
            case 254 -> little(8);
            default -> first;
        };
    }

    int packedInt() {
        return Math.toIntExact(packed());
    }

    byte[] take(int count) {
        byte[] taken = Arrays.copyOfRange(bytes, at, at + count);
        at += count;
        return taken;
    }

    String text(int count) {
        String text = new String(bytes, at, count, StandardCharsets.UTF_8);
        at += count;
        return text;
    }

    /** Bits that stand for columns, the first one lowest. */
    byte[] bits(int count) {
        return take((count + 7) / 8);
    }

    static boolean isSet(byte[] bits, int index) {
        return (bits[index >> 3] >> (index & 7) & 1) != 0;
    }
}
