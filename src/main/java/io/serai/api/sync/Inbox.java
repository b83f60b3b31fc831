package io.serai.api.sync;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.serai.storage.Topic;
import io.serai.storage.WriteCheckpoint;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** What one client is to be told of, until its stream looks. What a view changed comes together with the view. Thread-safe. */
final class Inbox {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition arrived = lock.newCondition();

    @GuardedBy("lock")
    private Set<Topic> topics = new HashSet<>();

    @GuardedBy("lock")
    private boolean everything;

    @GuardedBy("lock")
    private @Nullable View view;

    @GuardedBy("lock")
    private boolean hasNews;

    @GuardedBy("lock")
    private boolean closed;

    /** What the client is registered for; belongs to {@link ChangeBoard}. */
    Set<Topic> interests = Set.of();

    @GuardedBy("lock")
    private @Nullable WriteCheckpoint writeCheckpoint;

    /**
     * What came since the last look.
     *
     * @param view the newest, of which all that the client was registered for is in this or an earlier delivery; null before there is any
     * @param everything whether anything may be others
     * @param topics what may be others, if not everything
     * @param isClosed whether the client is gone, or has to go
     */
    record Delivery(@Nullable View view, boolean everything, Set<Topic> topics, boolean hasNews, boolean isClosed) {}

    void deliver(@Nullable View newest, Set<Topic> changed) {
        lock.lock();
        try {
            topics.addAll(changed);
            arrive(newest);
        } finally {
            lock.unlock();
        }
    }

    void deliverEverything(@Nullable View newest) {
        lock.lock();
        try {
            everything = true;
            arrive(newest);
        } finally {
            lock.unlock();
        }
    }

    @GuardedBy("lock")
    private void arrive(@Nullable View newest) {
        if (newest != null) {
            view = newest;
        }
        hasNews = true;
        arrived.signal();
    }

    /** Ends waiting for good. */
    void close() {
        lock.lock();
        try {
            closed = true;
            arrived.signal();
        } finally {
            lock.unlock();
        }
    }

    boolean isClosed() {
        lock.lock();
        try {
            return closed;
        } finally {
            lock.unlock();
        }
    }

    /** Waits for news, at most so long. */
    Delivery await(long nanos) throws InterruptedException {
        lock.lock();
        try {
            long left = nanos;
            while (!hasNews && !closed && left > 0) {
                left = arrived.awaitNanos(left);
            }
            Delivery delivery = new Delivery(view, everything, topics, hasNews, closed);
            if (!topics.isEmpty()) {
                topics = new HashSet<>();
            }
            everything = false;
            hasNews = false;
            return delivery;
        } finally {
            lock.unlock();
        }
    }

    /** Whether what was delivered since the last look may be one of these topics. */
    boolean mayHave(Predicate<Topic> wanted) {
        lock.lock();
        try {
            return everything || topics.stream().anyMatch(wanted);
        } finally {
            lock.unlock();
        }
    }

    /** The client's newest write checkpoint. */
    Optional<WriteCheckpoint> writeCheckpoint() {
        lock.lock();
        try {
            return Optional.ofNullable(writeCheckpoint);
        } finally {
            lock.unlock();
        }
    }

    /** Takes a write checkpoint, unless a newer one was here before it. */
    void writeCheckpoint(WriteCheckpoint requested) {
        lock.lock();
        try {
            if (writeCheckpoint == null || writeCheckpoint.id() < requested.id()) {
                writeCheckpoint = requested;
            }
        } finally {
            lock.unlock();
        }
    }
}
