package io.serai.cli;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * SIGTERM or Ctrl-C. The JVM's own shutdown would end threads in the middle of their work, so it waits here until the command has
 * ended in order, half a minute at most. Confined to the command's thread.
 */
final class StopSignal {
    private static final int PATIENCE_SECONDS = 30;
    private static final int START_PATIENCE_SECONDS = 5;

    private final CountDownLatch asked = new CountDownLatch(1);
    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile boolean isStarting = true;

    private StopSignal() {}

    /** Waits for the signal from now on; a start that does not end soon after it is interrupted. */
    static StopSignal install() {
        StopSignal signal = new StopSignal();
        Thread command = Thread.currentThread();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> signal.stop(command), "serai-stop"));
        return signal;
    }

    /** Returns when the signal has come. */
    void await() throws InterruptedException {
        isStarting = false;
        asked.await();
    }

    /** Waits so long at most; true when the signal has come. */
    boolean await(Duration patience) throws InterruptedException {
        isStarting = false;
        return asked.await(patience.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Says that the command has ended in order; after a signal this ends the process, with exit code 0. */
    void end() {
        if (asked.getCount() == 0) {
            Runtime.getRuntime().halt(0); // before the hook ends, or the process would end with the signal's code
        }
        ended.countDown();
    }

    private void stop(Thread command) {
        asked.countDown();
        try {
            if (!ended.await(START_PATIENCE_SECONDS, TimeUnit.SECONDS) && isStarting) {
                command.interrupt();
            }
            if (!ended.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                System.err.println("The process did not stop in order; what was acknowledged is durable.");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
