package io.serai.api.sync;

import static io.serai.api.sync.SyncApiFixture.SOURCE;
import static io.serai.api.sync.SyncApiFixture.put;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.serai.storage.BucketStorage;
import io.serai.storage.Checkpoint;
import io.serai.storage.ClientKey;
import io.serai.storage.WriteCheckpoint;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class ChangeBoardTest {
    private static final String RULES = """
            bucket_definitions:
              tags:
                data:
                  - SELECT * FROM tags
            """;

    @TempDir
    Path folder;

    @Test
    void sendsClientsAwayThatItCouldNotTellOfACheckpointAndGoesOn() throws Exception {
        AtomicBoolean fails = new AtomicBoolean();
        try (SyncApiFixture fixture = new SyncApiFixture(folder, RULES, SyncLimits.DEFAULT);
                ChangeBoard board = new ChangeBoard(failing(fixture.storage(), fails))) {
            fixture.begin(put("tags", "x", "name", "red"));
            ClientKey client = new ClientKey("ann", "phone");
            Inbox inbox = new Inbox();
            board.add(client, inbox);
            fixture.heads().ahead(2);
            board.requested(client, next(fixture));
            fails.set(true);

            fixture.commit(put("tags", "y", "name", "green"));

            await().atMost(Duration.ofSeconds(10)).until(inbox::isClosed);
            fixture.heads().ahead(1);
            CompletableFuture<Checkpoint> shown = board.awaitHeads(next(fixture));
            fixture.commit(put("tags", "z", "name", "blue"));
            assertThat(shown).succeedsWithin(Duration.ofSeconds(10));
        }
    }

    private static WriteCheckpoint next(SyncApiFixture fixture) throws InterruptedException {
        return new WriteCheckpoint(
                1,
                Map.of(SOURCE, fixture.heads().head(SOURCE)),
                fixture.storage().histories(Set.of(SOURCE)));
    }

    /** The storage, whose next question for a write checkpoint fails when it is told to. */
    private static BucketStorage failing(BucketStorage storage, AtomicBoolean fails) {
        return (BucketStorage) Proxy.newProxyInstance(
                BucketStorage.class.getClassLoader(), new Class<?>[] {BucketStorage.class}, (proxy, method, args) -> {
                    if (method.getName().equals("isReached") && fails.getAndSet(false)) {
                        throw new IllegalStateException("a fault");
                    }
                    try {
                        return method.invoke(storage, args);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }
}
