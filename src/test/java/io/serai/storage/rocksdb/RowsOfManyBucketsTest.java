package io.serai.storage.rocksdb;

import static io.serai.storage.TestRows.GLOBAL;
import static io.serai.storage.TestRows.TODOS;
import static io.serai.storage.TestRows.batch;
import static io.serai.storage.TestRows.key;
import static io.serai.storage.TestRows.row;
import static org.assertj.core.api.Assertions.assertThat;

import io.serai.bucket.BucketName;
import io.serai.storage.BucketStorage;
import io.serai.storage.ReducedBuckets;
import io.serai.storage.SourceBatch;
import io.serai.storage.SourceStorage;
import io.serai.storage.TestRows;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is published of a row is its data once for each bucket, and is bounded by that. */
class RowsOfManyBucketsTest {
    private static final int PIECE_BYTES = 1 << 20;
    private static final BucketName[] BUCKETS = IntStream.range(0, 20)
            .mapToObj(i -> new BucketName(GLOBAL, GLOBAL + "[" + i + "]"))
            .toArray(BucketName[]::new);

    @TempDir
    private Path folder;

    @Test
    void arePublishedInSmallWrites() {
        AtomicInteger largest = new AtomicInteger();
        Database.WriteFault watch = bytes -> largest.accumulateAndGet(bytes.length, Math::max);
        try (BucketStorage storage = RocksDbStorage.open(
                folder,
                Clock.systemUTC(),
                new Random(),
                new Settings(watch, new PieceSize(8192, PIECE_BYTES), Fragmentation.DEFAULT, null))) {
            SourceStorage session = TestRows.acquire(storage, "shop", GLOBAL);
            session.takePart(batch(1));
            for (int i = 0; i < 100; i++) {
                session.stage(rows(i, 1));
            }
            session.seal(batch(2));

            assertThat(ReducedBuckets.data(storage, BUCKETS[19])).hasSize(100);
            assertThat(largest.get()).isLessThan(2 * PIECE_BYTES);
        }
    }

    @Test
    void areWrittenInPartsWhereTheyMayBe() {
        SourceBatch batch = rows(0, 100);
        batch.entry("e", new byte[] {1});

        assertThat(batch.split(PIECE_BYTES))
                .hasSizeGreaterThan(10)
                .allSatisfy(part -> assertThat(part.bytes()).isLessThan(2 * PIECE_BYTES));
        assertThat(batch.split(PIECE_BYTES).getLast().entries()).containsKey("e");
        assertThat(batch.split(PIECE_BYTES).stream()
                        .flatMap(part -> part.rows().values().stream())
                        .flatMap(states -> states.keySet().stream()))
                .hasSize(100)
                .doesNotHaveDuplicates();
        assertThat(batch.split(1 << 30)).containsExactly(batch);
    }

    private static SourceBatch rows(int from, int count) {
        SourceBatch rows = new SourceBatch();
        for (int i = from; i < from + count; i++) {
            rows.row(TODOS, key("k" + i), row("k" + i, "x".repeat(10_000), BUCKETS));
        }
        return rows;
    }
}
