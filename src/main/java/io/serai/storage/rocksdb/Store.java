package io.serai.storage.rocksdb;

/** The parts of an open storage that belong together. Immutable; each part is thread-safe. */
record Store(Database database, Ledger ledger, Buckets buckets, PieceSize pieceSize) {
    static Store of(Database database, PieceSize pieceSize) {
        Buckets buckets = new Buckets(database);
        return new Store(database, new Ledger(database, buckets), buckets, pieceSize);
    }
}
