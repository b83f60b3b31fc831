package io.serai.api.sync;

import io.serai.change.SourcePosition;
import io.serai.error.SeraiException;
import io.serai.source.SourceHeads;
import io.serai.storage.BucketStorage;
import io.serai.storage.Checkpoint;
import io.serai.storage.ClientKey;
import io.serai.storage.WriteCheckpoint;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes write checkpoints: asks all sources where their logs end, and lets their streams pass that soon. Requests that come while the sources are being
 * asked share the next question. Thread-safe.
 */
final class WriteCheckpointRequests {
    private static final Logger LOG = LoggerFactory.getLogger(WriteCheckpointRequests.class);
    private static final Duration PATIENCE = Duration.ofSeconds(50);

    private final List<String> sources;
    private final SourceHeads heads;
    private final BucketStorage storage;
    private final ChangeBoard board;

    /** Held by the one that asks. */
    private final ReentrantLock asking = new ReentrantLock();

    private volatile CompletableFuture<Answer> next = new CompletableFuture<>();

    /**
     * What came of a question.
     *
     * @param shown the first checkpoint that shows all up to the heads; fails when it does not come in time
     */
    private record Answer(Map<String, SourcePosition> heads, CompletableFuture<Checkpoint> shown) {}

    /**
     * Asks nobody yet.
     *
     * @param sources all sources of service.yaml
     */
    WriteCheckpointRequests(List<String> sources, SourceHeads heads, BucketStorage storage, ChangeBoard board) {
        this.sources = List.copyOf(sources);
        this.heads = heads;
        this.storage = storage;
        this.board = board;
    }

    /** The client's next write checkpoint; with an id that it wants, unless it has one that is not less. Durable when this returns. */
    WriteCheckpoint request(ClientKey client, OptionalLong wanted) throws RequestRefused, InterruptedException {
        WriteCheckpoint checkpoint = storage.requestWriteCheckpoint(client, wanted, answer().heads());
        board.requested(client, checkpoint);
        return checkpoint;
    }

    /** The first checkpoint that shows all that the sources have now, or a failure when none does in time. The caller may cancel it. */
    CompletableFuture<Checkpoint> awaitHead() throws RequestRefused, InterruptedException {
        return answer().shown().copy();
    }

    private Answer answer() throws RequestRefused, InterruptedException {
        CompletableFuture<Answer> mine = next;
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

    private void ask(CompletableFuture<Answer> answer) throws InterruptedException {
        List<BucketStorage.Subscription> hurries = new ArrayList<>();
        boolean isAnswered = false;
        try {
            // Asked for first: where a history is lost meanwhile, the copy that takes its place is waited for.
            Map<String, Integer> histories = storage.histories(Set.copyOf(sources));
            Map<String, SourcePosition> found = new HashMap<>();
            for (String source : sources) {
                hurries.add(heads.expectPosition(source));
                found.put(source, heads.head(source));
            }
            CompletableFuture<Checkpoint> shown = board.awaitHeads(new WriteCheckpoint(0, found, histories))
                    .orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS)
                    .whenComplete((checkpoint, failure) -> close(hurries));
            isAnswered = answer.complete(new Answer(found, shown));
        } catch (SeraiException | IllegalStateException e) {
            LOG.atWarn().addKeyValue("failure", e.getMessage()).log("A client's write checkpoint was refused");
            answer.completeExceptionally(e);
        } finally {
            if (!isAnswered) {
                close(hurries);
                answer.completeExceptionally(new InterruptedException()); // unless it has a reason
            }
        }
    }

    private static void close(List<BucketStorage.Subscription> hurries) {
        hurries.forEach(BucketStorage.Subscription::close);
    }
}
