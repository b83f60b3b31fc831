package io.serai.source.postgres;

import io.serai.change.Varint;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Turns a tuple of a pgoutput message (Postgres manual, "Logical Replication Message Formats", TupleData) into the bytes of a
 * {@link io.serai.change.RowImage}. Keeps its buffer from row to row. Confined to one thread.
 */
final class TupleImage {
    private static final int NULL_HEAD = 0;
    private static final int UNKNOWN_HEAD = 1;
    private static final int LENGTH_OFFSET = 2;

    /** Bytes of a head more than the column's own; a tuple has one byte of kind and four of length per column. */
    private static final int HEADS = 5;

    private byte[] buffer = new byte[1024];

    /**
     * The image of the tuple at {@code at}. A column that the server did not send because it is unchanged is taken from {@code old}, the tuple
     * before the change, where that has it; there NULL means that it has not.
     *
     * @param old where the old tuple begins, or -1
     * @param known which columns the tuple means; the others, which it says are NULL, are unknown; null for all
     */
    byte[] encode(byte[] message, int at, int old, boolean @Nullable [] known) {
        int columns = shortAt(message, at);
        int from = at + 2;
        int oldFrom = old + 2;
        int size = 0;
        for (int i = 0; i < columns; i++) {
            int use = from;
            if (message[from] == 'u' && old >= 0) {
                use = oldFrom;
            }
            switch (message[use]) {
                case 'n' -> {
                    boolean isNull = use == from && (known == null || known[i]);
                    ensure(size + 1);
                    buffer[size++] = (byte) (isNull ? NULL_HEAD : UNKNOWN_HEAD);
                }
                case 'u' -> {
                    ensure(size + 1);
                    buffer[size++] = UNKNOWN_HEAD;
                }
                case 't' -> {
                    int length = intAt(message, use + 1);
                    ensure(size + length + HEADS);
                    size = Varint.write(buffer, size, length + LENGTH_OFFSET);
                    System.arraycopy(message, use + 5, buffer, size, length);
                    size += length;
                }
                default ->
                    throw new IllegalStateException("a column of kind " + message[use] + ", which was not asked for");
            }
            from = next(message, from);
            if (old >= 0) {
                oldFrom = next(message, oldFrom);
            }
        }
        return Arrays.copyOf(buffer, size);
    }

    /** The index behind the tuple at {@code at}. */
    static int end(byte[] message, int at) {
        int columns = shortAt(message, at);
        int index = at + 2;
        for (int i = 0; i < columns; i++) {
            index = next(message, index);
        }
        return index;
    }

    private static int next(byte[] message, int column) {
        return message[column] == 't' ? column + 5 + intAt(message, column + 1) : column + 1;
    }

    private static int shortAt(byte[] message, int at) {
        return (message[at] & 0xff) << 8 | message[at + 1] & 0xff;
    }

    private static int intAt(byte[] message, int at) {
        return message[at] << 24
                | (message[at + 1] & 0xff) << 16
                | (message[at + 2] & 0xff) << 8
                | message[at + 3] & 0xff;
    }

    private void ensure(int size) {
        if (buffer.length < size) {
            buffer = Arrays.copyOf(buffer, Math.max(size, 2 * buffer.length));
        }
    }
}
