package io.serai.storage;

/**
 * How much is read at once. Immutable.
 *
 * @param operations how many at most, positive
 * @param bytes after how many bytes of data it ends
 */
public record PieceLimit(int operations, long bytes) {
    /** Refuses a limit that lets nothing through. */
    public PieceLimit {
        if (operations < 1) {
            throw new IllegalArgumentException("a piece has an operation");
        }
    }
}
