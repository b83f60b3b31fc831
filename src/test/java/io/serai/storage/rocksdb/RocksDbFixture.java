package io.serai.storage.rocksdb;

import io.serai.storage.BucketStorage;
import io.serai.storage.EndlessWriter;
import io.serai.storage.StorageFixture;
import io.serai.testsupport.ChildProcess;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;
import org.rocksdb.Statistics;

/** A RocksDB storage in a folder. */
final class RocksDbFixture implements StorageFixture {
    private final Path folder;
    private final @Nullable Statistics statistics;
    private final Fragmentation fragmentation;
    private final List<BucketStorage> opened = new ArrayList<>();
    private long writesLeft = Long.MAX_VALUE;
    private long writes;

    RocksDbFixture(Path folder) {
        this(folder, null, Fragmentation.DEFAULT);
    }

    RocksDbFixture(Path folder, @Nullable Statistics statistics) {
        this(folder, statistics, Fragmentation.DEFAULT);
    }

    /** Buckets are defragmented as {@code fragmentation} says. */
    RocksDbFixture(Path folder, @Nullable Statistics statistics, Fragmentation fragmentation) {
        this.folder = folder;
        this.fragmentation = fragmentation;
        this.statistics = statistics;
    }

    @Override
    public BucketStorage open() {
        return opened(RocksDbStorage.open(
                folder,
                Clock.systemUTC(),
                new Random(),
                new Settings(this::beforeWrite, new PieceSize(3, 1 << 20), fragmentation, statistics)));
    }

    @Override
    public BucketStorage openReadOnly() {
        return opened(RocksDbStorage.openReadOnly(folder));
    }

    @Override
    public void failAfter(int more) {
        writesLeft = more;
    }

    @Override
    public void heal() {
        writesLeft = Long.MAX_VALUE;
    }

    @Override
    public long writes() {
        return writes;
    }

    @Override
    public ChildProcess startWriter() {
        return ChildProcess.start(WriterProcess.class, folder.toString());
    }

    /** What {@link #startWriter} runs. */
    static final class WriterProcess {
        private WriterProcess() {}

        public static void main(String[] arguments) {
            EndlessWriter.run(new RocksDbFixture(Path.of(arguments[0])).open());
        }
    }

    @Override
    public void close() {
        opened.forEach(BucketStorage::close);
    }

    /** What is done in the background is not counted: when it comes is chance. */
    private synchronized void beforeWrite(byte[] write) throws RocksDBException {
        if (Thread.currentThread().getName().equals(RetiredRemoval.THREAD)) {
            return;
        }
        if (writesLeft == 0) {
            throw new RocksDBException("No space left on device");
        }
        writesLeft--;
        writes++;
    }

    private BucketStorage opened(BucketStorage storage) {
        opened.add(storage);
        return storage;
    }
}
