package io.serai.source.postgres;

import io.serai.change.Varint;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Turns a row of COPY's text format (Postgres manual, "COPY", Text Format) into the bytes of a {@link io.serai.change.RowImage}. Keeps its buffer
 * from row to row. Confined to one thread.
 */
final class CopyRow {
    private static final int NULL_HEAD = 0;
    private static final int LENGTH_OFFSET = 2;
    private static final int MAX_HEAD = 5;

    private byte[] buffer = new byte[1024];
    private byte[] unescaped = new byte[256];

    /** The image of the columns from index {@code start} of the row on. */
    byte[] encode(byte[] row, int start) {
        int end = row[row.length - 1] == '\n' ? row.length - 1 : row.length;
        int size = 0;
        int at = start;
        while (at <= end) {
            int stop = at;
            boolean escapes = false;
            while (stop < end && row[stop] != '\t') {
                escapes |= row[stop] == '\\';
                stop++;
            }
            ensure(size + stop - at + MAX_HEAD);
            if (!escapes) {
                size = add(size, row, at, stop - at);
            } else if (stop - at == 2 && row[at + 1] == 'N') {
                buffer[size++] = NULL_HEAD;
            } else {
                int length = unescape(row, at, stop); // first: it may make the array anew
                size = add(size, unescaped, 0, length);
            }
            at = stop + 1;
        }
        return Arrays.copyOf(buffer, size);
    }

    /** The index behind the first column of the row and its tab. */
    static int secondColumn(byte[] row) {
        int at = 0;
        while (row[at] != '\t') {
            at++;
        }
        return at + 1;
    }

    /** The text of the first column, which has no escapes. */
    static String firstColumn(byte[] row) {
        return new String(row, 0, secondColumn(row) - 1, StandardCharsets.ISO_8859_1);
    }

    private int add(int size, byte[] source, int offset, int length) {
        int at = Varint.write(buffer, size, length + LENGTH_OFFSET);
        System.arraycopy(source, offset, buffer, at, length);
        return at + length;
    }

    private int unescape(byte[] row, int start, int stop) {
        if (unescaped.length < stop - start) {
            unescaped = new byte[2 * (stop - start)];
        }
        int size = 0;
        for (int i = start; i < stop; i++) {
            byte b = row[i];
            if (b == '\\') {
                i++;
                b = switch (row[i]) {
                    case 'b' -> '\b';
                    case 'f' -> '\f';
                    case 'n' -> '\n';
                    case 'r' -> '\r';
                    case 't' -> '\t';
                    case 'v' -> 0x0b;
                    default -> row[i];
                };
            }
            unescaped[size++] = b;
        }
        return size;
    }

    private void ensure(int size) {
        if (buffer.length < size) {
            buffer = Arrays.copyOf(buffer, Math.max(size, 2 * buffer.length));
        }
    }
}
