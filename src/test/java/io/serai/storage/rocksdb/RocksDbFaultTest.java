package io.serai.storage.rocksdb;

import io.serai.storage.StorageFaultContract;
import io.serai.storage.StorageFixture;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class RocksDbFaultTest extends StorageFaultContract {
    @TempDir
    private Path folder;

    @Override
    protected StorageFixture newFixture() {
        return new RocksDbFixture(folder.resolve("storage"), null, new Fragmentation(6, 2));
    }
}
