package io.serai.storage.rocksdb;

import static io.serai.storage.TestRows.ALL;
import static io.serai.storage.TestRows.GLOBAL;
import static io.serai.storage.TestRows.batch;
import static io.serai.storage.TestRows.part;
import static io.serai.storage.TestRows.row;
import static org.assertj.core.api.Assertions.assertThat;

import io.serai.storage.BucketStorage;
import io.serai.storage.SourceStorage;
import io.serai.storage.TestRows;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.RocksDB;
import org.rocksdb.Statistics;
import org.rocksdb.TickerType;

/** A killed process loses nothing that the kernel has, so only counting tells whether writes are synced. */
class I1EveryWriteTest {
    @TempDir
    private Path folder;

    @Test
    void syncsTheLogOnceBeforeItReturns() {
        RocksDB.loadLibrary();
        try (Statistics statistics = new Statistics();
                RocksDbFixture fixture = new RocksDbFixture(folder.resolve("storage"), statistics)) {
            BucketStorage storage = fixture.open();
            SourceStorage session = TestRows.acquire(storage, "shop", GLOBAL);
            session.commit(batch(1, "a", row("a", "one", ALL)));
            session.takePart(batch(2));
            for (int i = 0; i < 10; i++) {
                session.stage(part("k" + i, row("k" + i, "staged", ALL)));
            }
            session.seal(batch(3));
            storage.drop("shop");

            assertThat(fixture.writes()).isGreaterThan(20);
            assertThat(statistics.getTickerCount(TickerType.WAL_FILE_SYNCED)).isEqualTo(fixture.writes());
        }
    }
}
