package io.serai.storage.rocksdb;

import io.serai.storage.CompactionContract;
import io.serai.storage.StorageFixture;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class RocksDbCompactionTest extends CompactionContract {
    @TempDir
    private Path folder;

    @Override
    protected StorageFixture newFixture() {
        return new RocksDbFixture(folder.resolve("storage"));
    }
}
