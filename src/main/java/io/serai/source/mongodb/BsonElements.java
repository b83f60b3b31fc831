package io.serai.source.mongodb;

import java.nio.charset.StandardCharsets;

/**
 * Goes through the elements of a BSON document (bsonspec.org, version 1.1) without decoding more than is asked for. A document of the server is
 * well-formed; bytes that are not end with an exception. Confined to one thread.
 */
final class BsonElements {
    static final byte DOUBLE = 1;
    static final byte STRING = 2;
    static final byte DOCUMENT = 3;
    static final byte ARRAY = 4;
    static final byte BINARY = 5;
    static final byte UNDEFINED = 6;
    static final byte OBJECT_ID = 7;
    static final byte BOOLEAN = 8;
    static final byte DATE = 9;
    static final byte NULL = 10;
    static final byte REGEX = 11;
    static final byte DB_POINTER = 12;
    static final byte CODE = 13;
    static final byte SYMBOL = 14;
    static final byte CODE_WITH_SCOPE = 15;
    static final byte INT32 = 16;
    static final byte TIMESTAMP = 17;
    static final byte INT64 = 18;
    static final byte DECIMAL128 = 19;
    static final byte MIN_KEY = -1;
    static final byte MAX_KEY = 127;

    private final byte[] bytes;
    private int next;
    private byte type;
    private int name;
    private int nameEnd;
    private int value;

    /** The elements of the document that begins at {@code offset}. */
    BsonElements(byte[] bytes, int offset) {
        this.bytes = bytes;
        this.next = offset + 4;
    }

    /** Goes to the next element; false at the end. */
    boolean next() {
        type = bytes[next];
        if (type == 0) {
            return false;
        }
        name = next + 1;
        nameEnd = endOfText(bytes, name);
        value = nameEnd + 1;
        next = value + size(bytes, type, value);
        return true;
    }

    /** Goes to the next element with this ASCII name; false when there is none. */
    boolean find(String wanted) {
        while (next()) {
            if (isNamed(wanted)) {
                return true;
            }
        }
        return false;
    }

    /** Whether the element has this ASCII name. */
    boolean isNamed(String wanted) {
        int length = wanted.length();
        if (nameEnd - name != length) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            if (bytes[name + i] != wanted.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    byte type() {
        return type;
    }

    /** Where the name begins. */
    int nameStart() {
        return name;
    }

    /** Where the name ends, before its zero byte. */
    int nameEnd() {
        return nameEnd;
    }

    String name() {
        return new String(bytes, name, nameEnd - name, StandardCharsets.UTF_8);
    }

    /** Where the value begins. */
    int value() {
        return value;
    }

    /** Where the value ends. */
    int valueEnd() {
        return next;
    }

    /** The text of a STRING, SYMBOL or CODE. */
    String text() {
        return text(bytes, value);
    }

    /** The number of an INT32, INT64 or DOUBLE. */
    long number() {
        return switch (type) {
            case INT32 -> int32(bytes, value);
            case INT64 -> int64(bytes, value);
            case DOUBLE -> (long) float64(bytes, value);
            default -> throw new IllegalStateException("no number: BSON type " + type);
        };
    }

    /** The bits of a TIMESTAMP. */
    long timestamp() {
        return int64(bytes, value);
    }

    /** The length of a BINARY. */
    int binaryLength() {
        return int32(bytes, value);
    }

    /** The text of a STRING, SYMBOL or CODE at {@code offset}. */
    static String text(byte[] bytes, int offset) {
        return new String(bytes, offset + 4, int32(bytes, offset) - 1, StandardCharsets.UTF_8);
    }

    /** Where the text that ends with a zero byte ends. */
    static int endOfText(byte[] bytes, int offset) {
        int end = offset;
        while (bytes[end] != 0) {
            end++;
        }
        return end;
    }

    static int int32(byte[] bytes, int offset) {
        return bytes[offset] & 0xff
                | (bytes[offset + 1] & 0xff) << 8
                | (bytes[offset + 2] & 0xff) << 16
                | bytes[offset + 3] << 24;
    }

    static long int64(byte[] bytes, int offset) {
        return int32(bytes, offset) & 0xffff_ffffL | (long) int32(bytes, offset + 4) << 32;
    }

    static double float64(byte[] bytes, int offset) {
        return Double.longBitsToDouble(int64(bytes, offset));
    }

    private static int size(byte[] bytes, byte type, int value) {
        return switch (type) {
            case UNDEFINED, NULL, MIN_KEY, MAX_KEY -> 0;
            case BOOLEAN -> 1;
            case INT32 -> 4;
            case DOUBLE, DATE, TIMESTAMP, INT64 -> 8;
            case OBJECT_ID -> 12;
            case DECIMAL128 -> 16;
            case STRING, SYMBOL, CODE -> 4 + int32(bytes, value);
            case DOCUMENT, ARRAY, CODE_WITH_SCOPE -> int32(bytes, value);
            case BINARY -> 5 + int32(bytes, value);
            case DB_POINTER -> 16 + int32(bytes, value);
            case REGEX -> endOfText(bytes, endOfText(bytes, value) + 1) + 1 - value;
            default -> throw new IllegalArgumentException("no BSON type: " + type);
        };
    }
}
