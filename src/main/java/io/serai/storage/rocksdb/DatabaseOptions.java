package io.serai.storage.rocksdb;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.BloomFilter;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.CompactionStyle;
import org.rocksdb.CompressionType;
import org.rocksdb.DBOptions;
import org.rocksdb.InfoLogLevel;
import org.rocksdb.LRUCache;
import org.rocksdb.RocksDB;
import org.rocksdb.Statistics;
import org.rocksdb.StringAppendOperator;
import org.rocksdb.WriteBufferManager;

/**
 * How RocksDB is set up. Block cache and memtables share one bound, {@link #CACHE_BYTES}. Holds native objects until it is closed. Confined to one
 * thread.
 */
final class DatabaseOptions implements AutoCloseable {
    private static final long MIB = 1 << 20;
    /** Bound of block cache and memtables together. */
    private static final long CACHE_BYTES = 128 * MIB;

    private final List<AutoCloseable> opened = new ArrayList<>();
    /** Few shards, since what the memtables take is spread unevenly over them. */
    private final LRUCache cache = track(new LRUCache(CACHE_BYTES, 2));

    private final BloomFilter bloom = track(new BloomFilter(10));
    private final DBOptions options = track(new DBOptions());

    DatabaseOptions(@Nullable Statistics statistics) {
        options.setCreateIfMissing(true)
                .setCreateMissingColumnFamilies(true)
                .setWriteBufferManager(track(new WriteBufferManager(CACHE_BYTES * 3 / 4, cache)))
                .setMaxBackgroundJobs(2)
                .setMaxTotalWalSize(512 * MIB)
                .setBytesPerSync(MIB)
                .setKeepLogFileNum(2)
                .setMaxLogFileSize(8 * MIB)
                .setInfoLogLevel(InfoLogLevel.WARN_LEVEL)
                .setStatsDumpPeriodSec(0)
                .setStatsPersistPeriodSec(0)
                .setMaxOpenFiles(512);
        if (statistics != null) {
            options.setStatistics(statistics);
        }
    }

    DBOptions database() {
        return options;
    }

    /** The column families to open: ours, then those that the database has besides, such as {@code default}. */
    List<ColumnFamilyDescriptor> families(List<byte[]> existing) {
        List<ColumnFamilyDescriptor> descriptors = new ArrayList<>();
        for (Family family : Family.ALL) {
            descriptors.add(new ColumnFamilyDescriptor(family.nameBytes(), options(family)));
        }
        List<byte[]> others = new ArrayList<>(existing);
        others.add(RocksDB.DEFAULT_COLUMN_FAMILY);
        for (byte[] name : others) {
            if (descriptors.stream().noneMatch(known -> Arrays.equals(known.getName(), name))) {
                descriptors.add(new ColumnFamilyDescriptor(name, track(new ColumnFamilyOptions())));
            }
        }
        return descriptors;
    }

    private ColumnFamilyOptions options(Family family) {
        BlockBasedTableConfig table = new BlockBasedTableConfig()
                .setBlockCache(cache)
                .setCacheIndexAndFilterBlocks(true)
                .setCacheIndexAndFilterBlocksWithHighPriority(true)
                .setPinL0FilterAndIndexBlocksInCache(true)
                .setBlockSize(16 * 1024)
                .setFormatVersion(5);
        ColumnFamilyOptions options = track(new ColumnFamilyOptions())
                .setWriteBufferSize(64 * MIB)
                .setMaxWriteBufferNumber(3)
                .setLevel0FileNumCompactionTrigger(8)
                .setCompressionType(CompressionType.LZ4_COMPRESSION)
                .setLevelCompactionDynamicLevelBytes(true);
        if (family == Family.ROWS) {
            options.setMergeOperator(track(new StringAppendOperator("")));
        }
        switch (family) {
            case ROWS, BUCKETS -> {
                // Read key by key, in no order; most keys that a copy asks for are not there: filters answer that, in
                // memtables, too.
                table.setBlockSize(4 * 1024).setFilterPolicy(bloom);
                options.setCompactionStyle(CompactionStyle.UNIVERSAL)
                        .setMemtablePrefixBloomSizeRatio(0.05)
                        .setMemtableWholeKeyFiltering(true);
            }
            case STAGED -> {
                // What is staged leaves soon, mostly before it is compacted.
                table.setFilterPolicy(bloom);
                options.setCompressionPerLevel(
                        List.of(CompressionType.NO_COMPRESSION, CompressionType.LZ4_COMPRESSION));
            }
            case OPS -> options.setCompactionStyle(CompactionStyle.UNIVERSAL); // rewritten less often than in levels
            case META, LOOKUPS -> {}
        }
        return options.setTableFormatConfig(table); // last, because it copies what it is given
    }

    private <T extends AutoCloseable> T track(T object) {
        opened.add(object);
        return object;
    }

    /** Closes what was made last first: a database's options are used until it is closed. */
    @Override
    public void close() {
        for (AutoCloseable object : opened.reversed()) {
            try {
                object.close();
            } catch (Exception e) {
                throw new IllegalStateException("native objects close without failure", e);
            }
        }
        opened.clear();
    }
}
