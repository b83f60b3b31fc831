package io.serai.app;

import io.serai.storage.BucketStorage;
import io.serai.storage.Checkpoint;
import io.serai.storage.Compaction;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compacts a storage again and again, each time up to the checkpoint that was the newest the time before: nobody who reads at one that is younger than the
 * interval notices. A compaction that fails is tried again the next time. Thread-safe.
 */
final class BackgroundCompaction implements AutoCloseable {
    /** How often a running service compacts. */
    static final Duration INTERVAL = Duration.ofHours(1);

    private static final Logger LOG = LoggerFactory.getLogger(BackgroundCompaction.class);

    private static final long END_SECONDS = 60;

    private final BucketStorage storage;
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("serai-compact").daemon().factory());
    private @Nullable Checkpoint earlier; // of the one thread

    private BackgroundCompaction(BucketStorage storage) {
        this.storage = storage;
    }

    /** Begins one interval from now. */
    static BackgroundCompaction start(BucketStorage storage, Duration interval) {
        BackgroundCompaction compaction = new BackgroundCompaction(storage);
        var unused = compaction.thread.scheduleWithFixedDelay(
                compaction::compact, interval.toMillis(), interval.toMillis(), TimeUnit.MILLISECONDS);
        return compaction;
    }

    private void compact() {
        try {
            if (earlier != null) {
                log(storage.compact(earlier));
            }
            earlier = storage.checkpoint().orElse(null);
        } catch (RuntimeException e) { // the thread's outermost frame: nothing depends on it
            LOG.atWarn().setCause(e).log("The storage is not compacted now; it is tried again later");
        }
    }

    private static void log(Compaction done) {
        if (done.buckets() > 0) {
            LOG.atInfo()
                    .addKeyValue("buckets", done.buckets())
                    .addKeyValue("moved", done.moved())
                    .addKeyValue("removed", done.removed())
                    .addKeyValue("rewritten", done.rewritten())
                    .log("The storage was compacted");
        }
    }

    /** Ends it before its next write. */
    @Override
    public void close() {
        thread.shutdownNow();
        try {
            if (!thread.awaitTermination(END_SECONDS, TimeUnit.SECONDS)) {
                LOG.atWarn().log("A compaction does not end");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
