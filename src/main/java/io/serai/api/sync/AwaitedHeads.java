package io.serai.api.sync;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.serai.storage.BucketStorage;
import io.serai.storage.Checkpoint;
import io.serai.storage.WriteCheckpoint;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** The heads of sources that clients wait to be shown. Thread-safe. */
final class AwaitedHeads implements AutoCloseable {
    private final BucketStorage storage;
    private final ReentrantLock lock = new ReentrantLock();

    @GuardedBy("lock")
    private final List<Awaited> all = new ArrayList<>();

    @GuardedBy("lock")
    private @Nullable Checkpoint newest;

    private record Awaited(WriteCheckpoint heads, CompletableFuture<Checkpoint> shown) {}

    AwaitedHeads(BucketStorage storage) {
        this.storage = storage;
    }

    /** Completes with the first checkpoint from now on that shows all up to the heads. One that was completed otherwise is forgotten. */
    CompletableFuture<Checkpoint> await(WriteCheckpoint heads) {
        Awaited awaited = new Awaited(heads, new CompletableFuture<>());
        lock.lock();
        try {
            if (newest != null && storage.isReached(heads, newest)) {
                awaited.shown.complete(newest);
            } else {
                all.removeIf(each -> each.shown.isDone());
                all.add(awaited);
            }
        } finally {
            lock.unlock();
        }
        return awaited.shown;
    }

    /** Takes the newest checkpoint that clients may see. */
    void arrive(Checkpoint checkpoint) {
        List<Awaited> shown = new ArrayList<>();
        lock.lock();
        try {
            newest = checkpoint;
            for (Iterator<Awaited> left = all.iterator(); left.hasNext(); ) {
                Awaited awaited = left.next();
                if (storage.isReached(awaited.heads, checkpoint)) {
                    shown.add(awaited);
                    left.remove();
                }
            }
        } finally {
            lock.unlock();
        }
        shown.forEach(awaited -> awaited.shown.complete(checkpoint));
    }

    /** Lets nobody wait any more. */
    @Override
    public void close() {
        List<Awaited> left;
        lock.lock();
        try {
            left = List.copyOf(all);
            all.clear();
        } finally {
            lock.unlock();
        }
        left.forEach(awaited -> awaited.shown.completeExceptionally(new IllegalStateException("the API is stopping")));
    }
}
