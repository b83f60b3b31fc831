package io.serai.source;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.time.Duration;

/** Lets threads wait until something of a source went forward. Thread-safe. */
final class Progress {
    @GuardedBy("this")
    private long count;

    /** Something became durable, or the source's state changed. */
    synchronized void advanced() {
        count++;
        notifyAll();
    }

    /** How often {@link #advanced} was called. */
    synchronized long count() {
        return count;
    }

    /** Waits until the count differs from {@code seen}, at most {@code patience}. */
    synchronized void await(long seen, Duration patience) throws InterruptedException {
        long end = System.nanoTime() + patience.toNanos();
        long left = patience.toMillis();
        while (count == seen && left > 0) {
            wait(left);
            left = Duration.ofNanos(end - System.nanoTime()).toMillis();
        }
    }
}
