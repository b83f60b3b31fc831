package io.serai.storage.rocksdb;

import io.serai.storage.BucketStorage;
import io.serai.storage.EndlessWriter;
import io.serai.storage.StorageFixture;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.rocksdb.RocksDBException;

/** A RocksDB storage in a folder. */
final class RocksDbFixture implements StorageFixture {
    private final Path folder;
    private final List<BucketStorage> opened = new ArrayList<>();
    private long writesLeft = Long.MAX_VALUE;
    private long writes;

    RocksDbFixture(Path folder) {
        this.folder = folder;
    }

    @Override
    public BucketStorage open() {
        return opened(RocksDbStorage.open(
                folder, Clock.systemUTC(), new Random(), this::beforeWrite, new PieceSize(3, 1 << 20)));
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
    public Process startWriter() {
        try {
            return new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "--enable-native-access=ALL-UNNAMED",
                            "-cp",
                            System.getProperty("java.class.path"),
                            WriterProcess.class.getName(),
                            folder.toString())
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
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

    private synchronized void beforeWrite(byte[] write) throws RocksDBException {
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
