package io.serai.change;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;

/**
 * Builds the text of {@link JsonText} as UTF-8 bytes, without a String between. Its buffer is kept, so one instance can write row after row.
 * Confined to one thread.
 */
public final class JsonBytes {
    private static final byte[] NULL = "null".getBytes(StandardCharsets.US_ASCII);

    private byte[] buffer;
    private int size;

    /** An empty text with room for {@code capacity} bytes. */
    public JsonBytes(int capacity) {
        this.buffer = new byte[Math.max(16, capacity)];
    }

    /** The number of bytes so far. */
    public int size() {
        return size;
    }

    /** A copy of the bytes so far. */
    public byte[] toByteArray() {
        return Arrays.copyOf(buffer, size);
    }

    /** Forgets what follows the first {@code length} bytes. */
    public void truncate(int length) {
        if (length < 0 || length > size) {
            throw new IllegalArgumentException(length + " of " + size + " bytes");
        }
        size = length;
    }

    /** Puts an ASCII character in the place of the byte at {@code index}. */
    public void set(int index, char ascii) {
        buffer[Objects.checkIndex(index, size)] = (byte) ascii;
    }

    /** Appends an ASCII character as it is. */
    public void append(char ascii) {
        ensure(1);
        buffer[size++] = (byte) ascii;
    }

    /** Appends bytes as they are. */
    public void append(byte[] bytes) {
        ensure(bytes.length);
        System.arraycopy(bytes, 0, buffer, size, bytes.length);
        size += bytes.length;
    }

    /** Appends a number in decimal digits. */
    public void append(long value) {
        if (value == Long.MIN_VALUE) {
            appendAscii(Long.toString(value));
            return;
        }
        ensure(20);
        long rest = value;
        if (rest < 0) {
            buffer[size++] = '-';
            rest = -rest;
        }
        int digits = digits(rest);
        int at = size + digits;
        do {
            long quotient = rest / 10;
            buffer[--at] = (byte) ('0' + (rest - quotient * 10));
            rest = quotient;
        } while (rest != 0);
        size += digits;
    }

    /**
     * Appends a value as {@link JsonText#append(StringBuilder, Value)} does.
     *
     * @throws IllegalArgumentException for a BLOB or a value that is not {@linkplain Value#plain plain}
     */
    public void append(Value value) {
        switch (value) {
            case Value.NullValue ignored -> append(NULL);
            case Value.IntegerValue integer -> append(integer.value());
            case Value.RealValue real -> appendAscii(NumberText.json(real));
            case Value.TextValue text -> appendQuoted(text.value());
            case Value.BlobValue ignored -> throw new IllegalArgumentException("a BLOB has no JSON form");
            case Value.EditionValue ignored -> throw new IllegalArgumentException("the value depends on the edition");
        }
    }

    /** Appends {@code text} as a JSON string. */
    public void appendQuoted(String text) {
        append('"');
        int i = 0;
        while (i < text.length()) {
            i = appendPlain(text, i);
            if (i < text.length()) {
                i = appendOther(text, i);
            }
        }
        append('"');
    }

    /** Appends ASCII characters that stand for themselves; answers where they end. */
    private int appendPlain(String text, int from) {
        int length = text.length();
        ensure(length - from);
        byte[] target = buffer;
        int at = size;
        int i = from;
        while (i < length) {
            char c = text.charAt(i);
            if (c >= 0x80 || c < ' ' || c == '"' || c == '\\') {
                break;
            }
            target[at++] = (byte) c;
            i++;
        }
        size = at;
        return i;
    }

    /** Appends UTF-8 text without control characters, such as compact JSON is, as a JSON string. */
    public void appendQuoted(byte[] utf8) {
        ensure(2 * utf8.length + 2);
        byte[] target = buffer;
        int at = size;
        target[at++] = '"';
        for (byte b : utf8) {
            if (b == '"' || b == '\\') {
                target[at++] = '\\';
            }
            target[at++] = b;
        }
        target[at++] = '"';
        size = at;
    }

    /** Appends characters that are escaped or not ASCII; answers where they end. */
    private int appendOther(String text, int from) {
        int length = text.length();
        int i = from;
        while (i < length) {
            char c = text.charAt(i);
            ensure(6);
            if (c < 0x80) {
                if (c >= ' ' && c != '"' && c != '\\') {
                    break;
                }
                appendEscape(c);
            } else if (c < 0x800) {
                buffer[size++] = (byte) (0xc0 | c >> 6);
                buffer[size++] = (byte) (0x80 | c & 0x3f);
            } else if (!Character.isSurrogate(c)) {
                buffer[size++] = (byte) (0xe0 | c >> 12);
                buffer[size++] = (byte) (0x80 | c >> 6 & 0x3f);
                buffer[size++] = (byte) (0x80 | c & 0x3f);
            } else if (JsonText.isPair(text, i)) {
                appendCodePoint(Character.toCodePoint(c, text.charAt(++i)));
            } else {
                appendEscape(c);
            }
            i++;
        }
        return i;
    }

    private void appendCodePoint(int codePoint) {
        buffer[size++] = (byte) (0xf0 | codePoint >> 18);
        buffer[size++] = (byte) (0x80 | codePoint >> 12 & 0x3f);
        buffer[size++] = (byte) (0x80 | codePoint >> 6 & 0x3f);
        buffer[size++] = (byte) (0x80 | codePoint & 0x3f);
    }

    private void appendEscape(char c) {
        buffer[size++] = '\\';
        char shortForm = JsonText.shortEscape(c);
        if (shortForm != 0) {
            buffer[size++] = (byte) shortForm;
            return;
        }
        buffer[size++] = 'u';
        for (int shift = 12; shift >= 0; shift -= 4) {
            buffer[size++] = (byte) JsonText.HEX.charAt(c >> shift & 0xf);
        }
    }

    private void appendAscii(String text) {
        ensure(text.length());
        for (int i = 0; i < text.length(); i++) {
            buffer[size++] = (byte) text.charAt(i);
        }
    }

    private static int digits(long value) {
        int digits = 1;
        long bound = 10;
        while (digits < 19 && value >= bound) {
            digits++;
            bound *= 10;
        }
        return digits;
    }

    private void ensure(int more) {
        if (buffer.length - size < more) {
            buffer = Arrays.copyOf(buffer, Math.max(Math.addExact(size, more), 2 * buffer.length));
        }
    }
}
