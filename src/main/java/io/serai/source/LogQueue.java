package io.serai.source;

import io.serai.change.SourcePosition;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The queue between the log's reader and the route thread, bounded in bytes. Events are handed over in groups, so that a busy stream costs few
 * wake-ups and a quiet one no delay. The sink's methods belong to the reader's thread, {@link #take} to the route's.
 */
final class LogQueue implements LogSink {
    private static final int GROUP_EVENTS = 512;
    private static final Duration PATIENCE = Duration.ofMillis(100);

    private final LinkedBlockingQueue<List<LogEvent>> groups = new LinkedBlockingQueue<>();
    private final AtomicLong bytes = new AtomicLong();
    private final Semaphore space = new Semaphore(0);
    private final long maxBytes;
    private final Delivered delivered;

    private List<LogEvent> group = new ArrayList<>();
    private long groupBytes;
    private volatile @Nullable SourcePosition lastRead;
    private volatile boolean ended;

    LogQueue(long maxBytes, Delivered delivered) {
        this.maxBytes = maxBytes;
        this.delivered = delivered;
    }

    @Override
    public void begin(long transactionId, SourcePosition commitAt, Instant commitTime) {
        delivered.began(transactionId);
        add(new LogEvent.Begin(transactionId, commitAt, commitTime));
        lastRead = commitAt;
    }

    @Override
    public void change(Kind kind, SourceTable table, byte @Nullable [] before, byte @Nullable [] after) {
        add(new LogEvent.Change(kind, table, before, after));
    }

    @Override
    public void truncate(List<SourceTable> tables) {
        add(new LogEvent.Truncate(List.copyOf(tables)));
    }

    @Override
    public void commit(SourcePosition position) {
        add(new LogEvent.Commit(position));
        lastRead = position;
    }

    @Override
    public void idle(SourcePosition position) {
        add(new LogEvent.Idle(position));
        lastRead = position;
    }

    @Override
    public boolean isFull() {
        return bytes.get() + groupBytes >= maxBytes;
    }

    /** Hands over what was read beside the log; waits while the queue is full. Thread-safe. */
    void put(LogEvent event) throws InterruptedException {
        while (bytes.get() >= maxBytes) {
            awaitSpace(PATIENCE);
        }
        bytes.addAndGet(event.weight());
        groups.add(List.of(event));
    }

    /** Hands over what was added; called when the reader found nothing more. */
    void flush() {
        if (!group.isEmpty()) {
            bytes.addAndGet(groupBytes);
            groups.add(group);
            group = new ArrayList<>();
            groupBytes = 0;
        }
    }

    /** Says that nothing more comes; called by the reader's thread, last. */
    void end() {
        flush();
        ended = true;
        groups.add(List.of());
    }

    /** The next events; an empty list when none came in time, or after the end ({@link #isEnded}). */
    List<LogEvent> take(Duration patience) throws InterruptedException {
        List<LogEvent> next = groups.poll(patience.toNanos(), TimeUnit.NANOSECONDS);
        return next == null ? List.of() : next;
    }

    /** Says that the events of a group are through, so that as much can be read again. */
    void release(List<LogEvent> taken) {
        long weight = 0;
        for (LogEvent event : taken) {
            weight += event.weight();
        }
        bytes.addAndGet(-weight);
        space.release();
    }

    /** Waits until something was released, at most {@code patience}. */
    void awaitSpace(Duration patience) throws InterruptedException {
        if (space.tryAcquire(patience.toNanos(), TimeUnit.NANOSECONDS)) {
            space.drainPermits();
        }
    }

    /** Whether nothing waits. */
    boolean isQuiet() {
        return groups.isEmpty();
    }

    /** Whether everything was taken and nothing more comes. */
    boolean isEnded() {
        return ended && groups.isEmpty();
    }

    /** Bytes that wait. */
    long bytes() {
        return bytes.get();
    }

    /** How far the log was read, or null before the first event. */
    @Nullable
    SourcePosition lastRead() {
        return lastRead;
    }

    private void add(LogEvent event) {
        group.add(event);
        groupBytes += event.weight();
        if (group.size() >= GROUP_EVENTS) {
            flush();
        }
    }
}
