package io.serai.storage.rocksdb;

import io.serai.storage.rocksdb.Database.Cursor;
import java.util.Arrays;

/**
 * Reads keys with the same beginning in pieces. No cursor is open between two pieces, so each may be written before the next is read. Confined to one
 * thread.
 */
final class PieceReader {
    private final Store store;
    private final Family family;
    private final byte[] prefix;
    private byte[] last;
    private boolean isAtEnd;

    /** Reads the keys of {@code family} that begin with {@code prefix}, and come behind {@code last} if that is not empty. */
    PieceReader(Store store, Family family, byte[] prefix, byte[] last) {
        this.store = store;
        this.family = family;
        this.prefix = prefix;
        this.last = last;
    }

    /** Takes a key and its value, and answers how many bytes come of them. */
    interface Consumer {
        long accept(byte[] key, byte[] value);
    }

    /** Hands the next keys and values to {@code consumer} until a piece is full or there are no more. */
    void read(Consumer consumer) {
        byte[] from = last.length == 0 ? prefix : Arrays.copyOf(last, last.length + 1);
        try (Cursor cursor = store.database().scan(family, from, Keys.behind(prefix))) {
            int rows = 0;
            long bytes = 0;
            while (!store.pieceSize().isReached(rows, bytes)) {
                if (!cursor.next()) {
                    isAtEnd = true;
                    return;
                }
                last = cursor.key();
                bytes += consumer.accept(last, cursor.value());
                rows++;
            }
        }
    }

    /** Whether there are no more keys. */
    boolean isAtEnd() {
        return isAtEnd;
    }

    /** The last key that was read; empty before the first. */
    byte[] last() {
        return last;
    }
}
