package io.serai.storage.rocksdb;

import io.serai.storage.ServedClientsContract;
import io.serai.storage.StorageFixture;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class RocksDbServedClientsTest extends ServedClientsContract {
    @TempDir
    private Path folder;

    @Override
    protected StorageFixture newFixture() {
        return new RocksDbFixture(folder.resolve("storage"));
    }
}
