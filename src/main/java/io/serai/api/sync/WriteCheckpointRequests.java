package io.serai.api.sync;

import io.serai.change.SourcePosition;
import io.serai.error.SeraiException;
import io.serai.source.Replication;
import io.serai.source.Replications;
import io.serai.storage.BucketStorage;
import io.serai.storage.Checkpoint;
import io.serai.storage.ClientKey;
import io.serai.storage.WriteCheckpoint;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes write checkpoints: asks all sources where their logs end, and lets their streams pass that soon. Requests that come while the sources are being
 * asked share the next question. Thread-safe.
 */
final class WriteCheckpointRequests {
    private static final Logger LOG = LoggerFactory.getLogger(WriteCheckpointRequests.class);
    private static final Duration HURRY = Duration.ofSeconds(50);

    private final List<String> sources;
    private final Replications replications;
    private final BucketStorage storage;
    private final ChangeBoard board;
    private final Executor threads;

    /** Held by the one that asks. */
    private final ReentrantLock asking = new ReentrantLock();

    private volatile CompletableFuture<Map<String, SourcePosition>> next = new CompletableFuture<>();

    /**
     * Asks nobody yet.
     *
     * @param sources all sources of service.yaml
     * @param threads one for each task, not to be waited for
     */
    WriteCheckpointRequests(
            List<String> sources,
            Replications replications,
            BucketStorage storage,
            ChangeBoard board,
            Executor threads) {
        this.sources = List.copyOf(sources);
        this.replications = replications;
        this.storage = storage;
        this.board = board;
        this.threads = threads;
    }

    /** The client's next write checkpoint; with an id that it wants, unless it has one that is not less. Durable when this returns. */
    WriteCheckpoint request(ClientKey client, OptionalLong wanted) throws RequestRefused, InterruptedException {
        Map<String, SourcePosition> heads = heads();
        WriteCheckpoint checkpoint = storage.requestWriteCheckpoint(client, wanted, heads);
        board.requested(client, checkpoint);
        return checkpoint;
    }

    /** The first checkpoint that shows all that the sources have now; empty when none did in time. */
    Optional<Checkpoint> awaitHead() throws RequestRefused, InterruptedException {
        return awaitReached(heads());
    }

    private Map<String, SourcePosition> heads() throws RequestRefused, InterruptedException {
        CompletableFuture<Map<String, SourcePosition>> mine = next;
        asking.lockInterruptibly();
        try {
            if (!mine.isDone()) {
                next = new CompletableFuture<>(); // who comes from now on may have written after the question
                ask(mine);
            }
        } finally {
            asking.unlock();
        }
        try {
            return mine.get();
        } catch (ExecutionException e) {
            throw RequestRefused.unavailable("A source database cannot be asked at the moment.");
        }
    }

    private void ask(CompletableFuture<Map<String, SourcePosition>> answer) throws InterruptedException {
        List<BucketStorage.Subscription> hurries = new ArrayList<>();
        try {
            Map<String, SourcePosition> heads = new HashMap<>();
            for (String source : sources) {
                Replication replication = replications
                        .of(source)
                        .orElseThrow(() -> new IllegalStateException("source " + source + " does not run"));
                hurries.add(replication.expectPosition());
                heads.put(source, replication.head());
            }
            answer.complete(heads);
            threads.execute(() -> hurry(heads, hurries));
        } catch (SeraiException | IllegalStateException e) {
            LOG.atWarn().addKeyValue("failure", e.getMessage()).log("A client's write checkpoint was refused");
            hurries.forEach(BucketStorage.Subscription::close);
            answer.completeExceptionally(e);
        } finally {
            answer.completeExceptionally(new InterruptedException()); // unless it has an answer
        }
    }

    private void hurry(Map<String, SourcePosition> heads, List<BucketStorage.Subscription> hurries) {
        try {
            awaitReached(heads);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            hurries.forEach(BucketStorage.Subscription::close);
        }
    }

    private Optional<Checkpoint> awaitReached(Map<String, SourcePosition> heads) throws InterruptedException {
        CompletableFuture<Checkpoint> reached = new CompletableFuture<>();
        try (BucketStorage.Subscription ended = storage.onCheckpoint(checkpoint -> {
            if (covers(checkpoint, heads)) {
                reached.complete(checkpoint);
            }
        })) {
            storage.checkpoint().filter(now -> covers(now, heads)).ifPresent(reached::complete);
            return Optional.of(reached.get(HURRY.toSeconds(), TimeUnit.SECONDS));
        } catch (TimeoutException e) {
            return Optional.empty();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        }
    }

    private static boolean covers(Checkpoint checkpoint, Map<String, SourcePosition> heads) {
        return heads.entrySet().stream().allMatch(head -> {
            SourcePosition shown = checkpoint.positions().get(head.getKey());
            return shown != null && shown.covers(head.getValue());
        });
    }
}
