package io.serai.change;

import java.io.ByteArrayOutputStream;

/** Non-negative ints in one to five bytes, seven bits each, low bits first (the form that protocol buffers use). */
public final class Varint {
    private Varint() {}

    /** Appends {@code value}. */
    public static void write(ByteArrayOutputStream out, int value) {
        int rest = value;
        while ((rest & ~0x7f) != 0) {
            out.write((rest & 0x7f) | 0x80);
            rest >>>= 7;
        }
        out.write(rest);
    }

    /** Writes {@code value} at {@code at} and answers the index behind it. */
    public static int write(byte[] target, int at, int value) {
        int rest = value;
        int index = at;
        while ((rest & ~0x7f) != 0) {
            target[index++] = (byte) ((rest & 0x7f) | 0x80);
            rest >>>= 7;
        }
        target[index++] = (byte) rest;
        return index;
    }

    /** The value at {@code at}; {@link #size} of it tells where the next begins. */
    public static int read(byte[] source, int at) {
        int value = 0;
        int shift = 0;
        int index = at;
        while (true) {
            byte b = source[index++];
            value |= (b & 0x7f) << shift;
            if (b >= 0) {
                return value;
            }
            shift += 7;
        }
    }

    /** The number of bytes that {@code value} takes. */
    public static int size(int value) {
        return value == 0 ? 1 : (38 - Integer.numberOfLeadingZeros(value)) / 7;
    }
}
