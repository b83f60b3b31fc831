package io.serai.storage.rocksdb;

import static io.serai.storage.TestRows.ALL;
import static io.serai.storage.TestRows.GLOBAL;
import static io.serai.storage.TestRows.OWNED;
import static io.serai.storage.TestRows.at;
import static io.serai.storage.TestRows.batch;
import static io.serai.storage.TestRows.row;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.serai.error.SeraiException;
import io.serai.storage.BucketStorage;
import io.serai.storage.Checkpoint;
import io.serai.storage.SourceStorage;
import io.serai.storage.TestRows;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.RocksDBException;

class AWriteThatFailsAndIsDurableTest {
    @TempDir
    private Path folder;

    @Test
    void isToldWhenTheStorageFindsIt() {
        LostAnswer fault = new LostAnswer();
        try (BucketStorage storage = RocksDbStorage.open(
                folder.resolve("storage"),
                Clock.systemUTC(),
                new Random(),
                new Settings(fault, PieceSize.DEFAULT, Fragmentation.DEFAULT, null))) {
            SourceStorage session = TestRows.acquire(storage, "shop", OWNED, GLOBAL);
            session.takePart(batch(1));
            List<Checkpoint> told = new ArrayList<>();
            storage.onCheckpoint(told::add);
            fault.isLost = true;
            assertThatThrownBy(() -> session.commit(batch(2, "a", row("a", "one", ALL))))
                    .isInstanceOf(SeraiException.class);
            fault.isLost = false;
            assertThat(told).isEmpty();

            TestRows.acquire(storage, "shop", OWNED, GLOBAL);

            assertThat(told)
                    .singleElement()
                    .satisfies(checkpoint -> assertThat(checkpoint.positions()).containsEntry("shop", at(2)));
            assertThat(storage.checkpoint()).contains(told.getFirst());
        }
    }

    /** Else a state that could not be read would be taken for the newest. */
    @Test
    void letsNoOtherFollowUntilWhatIsStoredWasReadAgain() throws RocksDBException {
        LostAnswer fault = new LostAnswer();
        try (Database database =
                Database.open(folder, false, new Settings(fault, PieceSize.DEFAULT, Fragmentation.DEFAULT, null))) {
            fault.isLost = true;
            assertThatThrownBy(() -> write(database)).isInstanceOf(SeraiException.class);
            fault.isLost = false;

            database.reopen();

            assertThat(database.hasFailed()).isTrue();
            assertThatThrownBy(() -> write(database)).isInstanceOf(SeraiException.class);
            database.recovered();
            write(database);
        }
    }

    private static void write(Database database) {
        WriteBuffer write = database.newWrite();
        write.put(Family.META, new byte[] {1}, new byte[] {2});
        database.write(write);
    }

    /** As when the disk writes and does not say so. */
    private static final class LostAnswer implements Database.WriteFault {
        private boolean isLost;

        @Override
        public void beforeWrite(byte[] bytes) {}

        @Override
        public void afterWrite() throws RocksDBException {
            if (isLost) {
                throw new RocksDBException("the answer was lost");
            }
        }
    }
}
