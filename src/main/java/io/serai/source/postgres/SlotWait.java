package io.serai.source.postgres;

import java.sql.SQLException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says what a new slot waits for when the server makes it only after a while; the command that makes it is silent until then. */
final class SlotWait {
    private static final Logger LOG = LoggerFactory.getLogger(SlotWait.class);
    private static final long FIRST_SECONDS = 10;
    private static final long AGAIN_SECONDS = 60;

    private SlotWait() {}

    /** Makes the slot, and says for how long it has been waiting. */
    static <T> T tellDuring(Slot.Use<T> creation, String source, String slot, boolean standby) throws SQLException {
        ScheduledExecutorService executor = Executors.newSingleThreadScheduledExecutor(
                Thread.ofVirtual().name("serai-" + source + "-slot-wait").factory());
        long began = System.nanoTime();
        ScheduledFuture<?> telling = executor.scheduleAtFixedRate(
                () -> LOG.atWarn()
                        .addKeyValue("source", source)
                        .addKeyValue("slot", slot)
                        .addKeyValue("waitedSeconds", TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - began))
                        .log(
                                standby
                                        ? "A new slot of a standby waits until the primary has written down which transactions are open there,"
                                                + " and these have ended; an idle primary does so when SELECT"
                                                + " pg_log_standby_snapshot() is run there"
                                        : "A new slot waits until the transactions that are open have ended"),
                FIRST_SECONDS,
                AGAIN_SECONDS,
                TimeUnit.SECONDS);
        try {
            return creation.run();
        } finally {
            telling.cancel(false);
            executor.shutdown();
        }
    }
}
