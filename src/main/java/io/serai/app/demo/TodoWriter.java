package io.serai.app.demo;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** People who use the to-do application: a small transaction every moment, on a thread of its own. Thread-safe. */
final class TodoWriter implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(TodoWriter.class);
    private static final Duration MOMENT = Duration.ofMillis(250);

    private final DemoDatabase database;
    private final RandomGenerator random;
    private final AtomicLong transactions = new AtomicLong();
    private final Thread thread;

    private TodoWriter(DemoDatabase database, RandomGenerator random) {
        this.database = database;
        this.random = random;
        this.thread = Thread.ofPlatform().name("serai-demo-writer").unstarted(this::write);
    }

    static TodoWriter start(DemoDatabase database, RandomGenerator random) {
        TodoWriter writer = new TodoWriter(database, random);
        writer.thread.start();
        return writer;
    }

    /** How many transactions were committed. */
    long transactions() {
        return transactions.get();
    }

    @Override
    public void close() {
        thread.interrupt();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void write() {
        try (DemoDatabase.User user = database.user(random)) {
            while (!Thread.currentThread().isInterrupted()) {
                user.act();
                transactions.incrementAndGet();
                TimeUnit.MILLISECONDS.sleep(MOMENT.toMillis());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (Exception e) { // the outermost frame of the thread
            if (!Thread.currentThread().isInterrupted()) {
                LOG.atWarn().setCause(e).log("The to-do application stopped writing");
            }
        }
    }
}
