package io.serai.storage.rocksdb;

import static io.serai.storage.TestRows.GLOBAL;
import static io.serai.storage.TestRows.batch;
import static io.serai.storage.TestRows.owning;
import static org.assertj.core.api.Assertions.assertThat;

import io.serai.bucket.Lookup;
import io.serai.error.ErrorCode;
import io.serai.storage.Checkpoint;
import io.serai.storage.CompactionContract;
import io.serai.storage.SourceStorage;
import io.serai.storage.StorageFixture;
import io.serai.storage.TestRows;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.RocksDBException;

class RocksDbCompactionTest extends CompactionContract {
    @TempDir
    private Path folder;

    @Override
    protected StorageFixture newFixture() {
        return new RocksDbFixture(folder.resolve("storage"));
    }

    @Test
    void leavesOfTheParameterIndexWhatIsAnsweredNow() throws RocksDBException {
        SourceStorage session = takingPart("shop");
        Lookup often = new Lookup(GLOBAL, "i", "[1]", "{\"v\":1}");
        Lookup gone = new Lookup(GLOBAL, "i", "[2]", "{\"v\":2}");
        session.commit(batch(2, "b", owning("it", gone)));
        for (int i = 0; i < 50; i++) {
            session.commit(batch(3 + 2 * i, "a", owning("in", often)));
            session.commit(batch(4 + 2 * i, "a", owning("out")));
        }
        Checkpoint earlier = checkpoint();
        session.commit(batch(200, "b", TestRows.absent()));
        session.commit(batch(201, "a", owning("in", often)));
        assertThat(storage.lookups(GLOBAL, "i", "[2]", earlier)).containsExactly(gone);

        storage.compact(checkpoint());

        assertThat(storage.lookups(GLOBAL, "i", "[1]", checkpoint())).containsExactly(often);
        assertThat(storage.lookups(GLOBAL, "i", "[2]", checkpoint())).isEmpty();
        assertFails(ErrorCode.STORAGE_CHECKPOINT_GONE, () -> storage.lookups(GLOBAL, "i", "[2]", earlier));
        storage.close();
        int[] entries = {0};
        try (Database database = Database.open(folder.resolve("storage"), true, Settings.DEFAULT)) {
            database.forEach(Family.LOOKUPS, new byte[] {0}, (key, value) -> entries[0]++);
        }
        assertThat(entries[0]).isEqualTo(1);
    }
}
