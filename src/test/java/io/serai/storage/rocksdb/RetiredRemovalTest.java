package io.serai.storage.rocksdb;

import static io.serai.storage.TestRows.ALL;
import static io.serai.storage.TestRows.GLOBAL;
import static io.serai.storage.TestRows.batch;
import static io.serai.storage.TestRows.row;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.serai.storage.BucketStorage;
import io.serai.storage.Deployment;
import io.serai.storage.SourceStorage;
import io.serai.storage.TestRows;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.RocksDBException;

class RetiredRemovalTest {
    @TempDir
    private Path folder;

    /** It is what makes room on a disk that is full. */
    @Test
    void goesOnWhenTheStorageCanWriteAgain() throws RocksDBException {
        AtomicInteger attempts = new AtomicInteger();
        Database.WriteFault fault = bytes -> {
            if (Thread.currentThread().getName().equals(RetiredRemoval.THREAD) && attempts.incrementAndGet() == 1) {
                throw new RocksDBException("No space left on device");
            }
        };
        try (BucketStorage storage = RocksDbStorage.open(
                folder,
                Clock.systemUTC(),
                new Random(),
                new Settings(fault, PieceSize.DEFAULT, Fragmentation.DEFAULT, null))) {
            SourceStorage session = TestRows.acquire(storage, "shop", GLOBAL);
            session.takePart(batch(2, "a", row("a", "one", ALL)));
            storage.deploy(new Deployment("rules-2", "", Set.of("added"), Map.of("shop", Set.of("added"))));
            storage.acquire("shop").built();
            await().until(() -> attempts.get() == 1);

            storage.acquire("shop");

            await().until(() -> attempts.get() > 1);
        }
        try (Database database = Database.open(folder, true, Settings.DEFAULT)) {
            assertThat(database.isEmpty(Family.BUCKETS)).isTrue();
            assertThat(database.isEmpty(Family.OPS)).isTrue();
        }
    }
}
