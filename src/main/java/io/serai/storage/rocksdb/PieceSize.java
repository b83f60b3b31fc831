package io.serai.storage.rocksdb;

/** How much of a publication goes into one write, so that it needs little memory and others can write in between. Immutable. */
record PieceSize(int rows, long bytes) {
    static final PieceSize DEFAULT = new PieceSize(8192, 8 << 20);

    boolean isReached(int rowsSoFar, long bytesSoFar) {
        return rowsSoFar >= rows || bytesSoFar >= bytes;
    }
}
