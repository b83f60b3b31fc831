package io.serai.source;

import io.serai.storage.SourceBatch;
import io.serai.storage.SourceState;
import io.serai.storage.SourceStorage;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Repairs on their way into the state of their source, where they stay until they are done. Only the holder of the source's lease may write them: each
 * session does so first. Thread-safe.
 */
public final class PendingRepairs {
    private final ConcurrentLinkedQueue<Request> asked = new ConcurrentLinkedQueue<>();
    private volatile boolean ended;

    /**
     * Writes a repair of these tables, by number; the source's next session does it. A table that has a repair keeps the one that includes the other, and
     * one that is not replicated any more has none.
     */
    public static void write(SourceStorage storage, Repair repair, Collection<Integer> tables) {
        SourceBatch batch = new SourceBatch();
        SourceState state = storage.state();
        for (int table : tables) {
            Repair former = Entries.repair(state, table);
            boolean isReplicated = state.entries().containsKey(Entries.table(table));
            if (isReplicated && (former == null || former.compareTo(repair) < 0)) {
                batch.entry(Entries.repair(table), Entries.text(repair.name()));
            }
        }
        if (!batch.isEmpty()) {
            storage.commit(batch);
        }
    }

    /** Asks for a repair, to be written by {@link #writeAll}. */
    Request ask(Repair repair, Set<Integer> tables) {
        Request request = new Request(repair, Set.copyOf(tables), new CompletableFuture<>());
        asked.add(request);
        if (ended) {
            end();
        }
        return request;
    }

    /** Whether a repair waits to be written. */
    boolean areAsked() {
        return !asked.isEmpty();
    }

    /** Waits until a repair is durable; one that does not become so in time, or before {@link #end}, is forgotten, and the answer is false. */
    boolean await(Request request, Duration patience) throws InterruptedException {
        try {
            return request.written.get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            return !asked.remove(request);
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        }
    }

    /** Makes durable what was asked for until now. */
    void writeAll(SourceStorage storage) {
        for (Request request : List.copyOf(asked)) {
            write(storage, request.repair, request.tables);
            asked.remove(request);
            request.written.complete(true);
        }
    }

    /** Says that no session comes any more. */
    void end() {
        ended = true;
        for (Request request : List.copyOf(asked)) {
            asked.remove(request);
            request.written.complete(false);
        }
    }

    /** A repair that was asked for; {@code written} says whether it is durable. */
    record Request(Repair repair, Set<Integer> tables, CompletableFuture<Boolean> written) {}
}
