package io.serai.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.serai.config.Environment;
import io.serai.config.ServiceConfig;
import io.serai.storage.BucketStorage;
import io.serai.storage.ReducedBuckets;
import io.serai.storage.SourceStorage;
import io.serai.storage.TestRows;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CompactionsTest {
    @TempDir
    private Path folder;

    @Test
    void withNoProcessRunningAreDoneHere() throws Exception {
        try (BucketStorage storage = Storages.open(folder.resolve("data"))) {
            writeTwice(storage);
        }

        assertThat(Compactions.run(service()))
                .isEqualTo(
                        "1 bucket is smaller: 1 operations lost their data, 0 are gone; 0 rows were written again.\n");
        assertThat(Compactions.run(service())).isEqualTo("No bucket has operations that clients can do without.\n");
    }

    @Test
    void inTheBackgroundLeaveOutWhatIsYoungerThanTheirInterval() throws Exception {
        try (BucketStorage storage = Storages.open(folder.resolve("data"));
                BackgroundCompaction compaction = BackgroundCompaction.start(storage, Duration.ofMillis(50))) {
            writeTwice(storage);

            await().atMost(Duration.ofSeconds(10))
                    .until(() -> ReducedBuckets.operations(storage, TestRows.ALL)
                                    .getFirst()
                                    .data()
                            == null);
            assertThat(ReducedBuckets.data(storage, TestRows.ALL)).hasSize(1);
        }
    }

    private static void writeTwice(BucketStorage storage) {
        SourceStorage session = TestRows.acquire(storage, "shop", TestRows.GLOBAL);
        session.takePart(TestRows.batch(1));
        session.commit(TestRows.batch(2, "a", TestRows.row("a", "one", TestRows.ALL)));
        session.commit(TestRows.batch(3, "a", TestRows.row("a", "two", TestRows.ALL)));
    }

    private ServiceConfig service() {
        String text = """
                replication:
                  connections:
                    - {id: shop, type: postgresql, uri: postgresql://role:secret@db.internal/shop}
                sync_config: {content: "bucket_definitions: {}"}
                """;
        return ServiceConfig.parse(folder.resolve("service.yaml"), text, new Environment(Map.of()))
                .config()
                .orElseThrow();
    }
}
