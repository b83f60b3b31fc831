/**
 * The embedded storage on RocksDB. Start with {@link io.serai.storage.rocksdb.RocksDbStorage}; {@code Ledger} is the one place that writes,
 * {@code RowComparison} makes operations of row states, {@code Publisher} makes stages visible, {@code CheckpointReader} answers reads, and
 * {@code Keys} says what lies where.
 */
@NullMarked
package io.serai.storage.rocksdb;

import org.jspecify.annotations.NullMarked;
