package io.serai.storage.rocksdb;

import io.serai.storage.rocksdb.Database.WriteFault;
import org.jspecify.annotations.Nullable;
import org.rocksdb.Statistics;

/**
 * What tests set otherwise than users. Immutable.
 *
 * @param statistics counts what RocksDB does, or null, which costs nothing; closed by its owner
 */
record Settings(
        WriteFault fault,
        PieceSize pieceSize,
        Fragmentation fragmentation,
        @Nullable Statistics statistics) {
    static final Settings DEFAULT = new Settings(WriteFault.NONE, PieceSize.DEFAULT, Fragmentation.DEFAULT, null);
}
