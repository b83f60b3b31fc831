package io.serai.app.admin;

import static io.serai.storage.TestRows.ALL;
import static io.serai.storage.TestRows.GLOBAL;
import static io.serai.storage.TestRows.batch;
import static io.serai.storage.TestRows.row;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.serai.bucket.BucketOp;
import io.serai.storage.BucketStorage;
import io.serai.storage.SourceStorage;
import io.serai.storage.TestRows;
import io.serai.storage.rocksdb.RocksDbStorage;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StorageOperationsTest {
    private static final int ROWS = 2500;

    @TempDir
    Path folder;

    @Test
    void sendsEachOnceInTheirOrder() throws IOException {
        try (BucketStorage storage = filled()) {
            List<Long> sent = new ArrayList<>();

            StorageOperations.send(storage, new BucketSelection(List.of(), ""), new Sink() {
                @Override
                public void operation(BucketOp operation) {
                    sent.add(operation.opId().value());
                }
            });

            assertThat(sent).hasSize(ROWS).isSorted().doesNotHaveDuplicates();
        }
    }

    /** A pager may wait for hours; who holds the storage meanwhile keeps it from being opened again after a write that failed. */
    @Test
    void holdsNothingWhileTheReaderWaits() {
        BucketStorage storage = filled();

        assertThatIllegalStateException()
                .isThrownBy(() -> StorageOperations.send(storage, new BucketSelection(List.of(), ""), new Sink() {
                    @Override
                    public void operation(BucketOp operation) {
                        storage.close(); // refused to a thread that reads
                    }
                }))
                .withMessageContaining("the storage is closed");
    }

    private BucketStorage filled() {
        BucketStorage storage = RocksDbStorage.open(folder, Clock.systemUTC(), new Random());
        SourceStorage session = TestRows.acquire(storage, "shop", GLOBAL);
        session.takePart(batch(1));
        for (int i = 0; i < ROWS; i += 100) {
            var rows = batch(2 + i);
            for (int j = i; j < i + 100; j++) {
                rows.row(TestRows.TODOS, TestRows.key("k" + j), row("k" + j, "text", ALL));
            }
            session.commit(rows);
        }
        return storage;
    }

    private abstract static class Sink implements OperationSink {
        @Override
        public void bucket(String name) {}
    }
}
