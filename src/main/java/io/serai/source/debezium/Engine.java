package io.serai.source.debezium;

import io.serai.error.ErrorCode;
import io.serai.error.SeraiException;
import io.serai.source.SourceTable;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.apache.kafka.connect.source.SourceRecord;
import org.jspecify.annotations.Nullable;

/**
 * One run of Debezium's engine: what it delivers, how far its log is durable, and whether it lives, which nobody else says (its consumer is
 * <em>Started</em> also when the engine has died). Thread-safe; {@link #poll} is called by one thread.
 */
final class Engine {
    private static final Duration START = Duration.ofSeconds(60);
    private static final int QUEUED_RECORDS = 512;
    private static final long LOOK_MILLIS = 50;

    private final String name;
    private final String where;
    private final BooleanSupplier isWanted;
    private final @Nullable Duration silence;
    private final BlockingQueue<SourceRecord> records = new ArrayBlockingQueue<>(QUEUED_RECORDS);
    private final CountDownLatch opened = new CountDownLatch(1);

    private volatile Supplier<byte @Nullable []> durable = () -> null;
    private volatile List<SourceTable> tables = List.of();
    private volatile long openedNanos;
    private volatile long heardNanos;
    private volatile boolean started;
    private volatile boolean stopped;
    private volatile boolean closed;

    /**
     * One that was not opened yet.
     *
     * @param isWanted whether the consumer that runs it still should
     * @param silence how long it may deliver nothing while it lives, or null for ever
     */
    Engine(String name, String where, BooleanSupplier isWanted, @Nullable Duration silence) {
        this.name = name;
        this.where = where;
        this.isWanted = isWanted;
        this.silence = silence;
    }

    /** What tells it from all others of this process. */
    String name() {
        return name;
    }

    /**
     * Lets it begin at what {@code durable} answers, and later be told what that answers then.
     *
     * @param tables those whose columns it is told, if it asks
     */
    void open(Supplier<byte @Nullable []> durable, List<SourceTable> tables) {
        this.durable = durable;
        this.tables = List.copyOf(tables);
        openedNanos = System.nanoTime();
        opened.countDown();
    }

    /** Whether it was opened, or has ended before. */
    boolean isUsed() {
        return opened.getCount() == 0 || stopped || closed;
    }

    /** Called by the engine when it starts; returns when it may read. */
    void started() {
        try {
            while (!opened.await(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
                if (closed || !isWanted.getAsBoolean()) {
                    throw ended("was stopped before its source had opened it");
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw ended("was interrupted while it started");
        }
        if (closed || started) {
            throw ended(started ? "started twice" : "was closed");
        }
        heardNanos = System.nanoTime();
        started = true;
    }

    /** Called by the engine when it ends. */
    void stopped() {
        stopped = true;
    }

    /** The durable offset as JSON, or null when there is none, or this engine has no say any more. */
    byte @Nullable [] offset() {
        return closed ? null : durable.get();
    }

    /** The tables that were given when it was opened. */
    List<SourceTable> tables() {
        return tables;
    }

    /** Takes a record from the engine; waits while there are enough. What comes after the end is dropped: it is read again. */
    void take(SourceRecord source) throws InterruptedException {
        while (!closed && !records.offer(source, LOOK_MILLIS, TimeUnit.MILLISECONDS)) {}
        heardNanos = System.nanoTime();
    }

    /**
     * The next record, or null when none came in time.
     *
     * @throws SeraiException {@link ErrorCode#DEBEZIUM_ENGINE} when none will come
     */
    @Nullable
    SourceRecord poll(Duration patience) throws InterruptedException {
        SourceRecord next = records.poll(patience.toNanos(), TimeUnit.NANOSECONDS);
        if (next == null && !isWanted.getAsBoolean()) {
            throw ended("is not wanted while the route's consumer is stopped");
        }
        if (next == null && stopped && records.isEmpty()) {
            throw ended("stopped by itself; its own log says why");
        }
        if (next == null && !started && System.nanoTime() - openedNanos > START.toNanos()) {
            throw ended("did not start within " + START.toSeconds() + " s; its own log says why");
        }
        Duration most = silence;
        if (next == null && started && most != null && System.nanoTime() - heardNanos > most.toNanos()) {
            throw ended("delivered nothing for " + most.toSeconds() + " s, not even a heartbeat");
        }
        return next;
    }

    /** Nothing more is taken from it. */
    void close() {
        closed = true;
        records.clear();
    }

    private SeraiException ended(String what) {
        return new SeraiException(
                ErrorCode.DEBEZIUM_ENGINE, "Debezium's engine " + what, where, ErrorCode.DEBEZIUM_ENGINE.remedy());
    }
}
