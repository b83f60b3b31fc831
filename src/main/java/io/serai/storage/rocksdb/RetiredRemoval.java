package io.serai.storage.rocksdb;

import io.serai.storage.rocksdb.Database.Cursor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes what is stored of retired definitions, in the background and in pieces of which each is one write; what is left when the storage closes is
 * removed when it is open again. Rows that name such definitions are not looked for: whoever writes them next leaves that out. Thread-safe.
 */
final class RetiredRemoval implements AutoCloseable {
    static final String THREAD = "serai-remove";

    private static final Logger LOG = LoggerFactory.getLogger(RetiredRemoval.class);

    private static final int BUCKETS_AT_ONCE = 1000;
    private static final long END_SECONDS = 60;

    private final Database database;
    private final Ledger ledger;
    private final ExecutorService background = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().name(THREAD).daemon().factory());
    private volatile boolean closing;

    RetiredRemoval(Store store) {
        this.database = store.database();
        this.ledger = store.ledger();
    }

    /** Begins to remove what there is. */
    void begin() {
        try {
            background.execute(this::removeAll);
        } catch (RejectedExecutionException e) {
            LOG.atDebug().log("The storage closes; retired definitions are removed when it is open again");
        }
    }

    private void removeAll() {
        try {
            for (RetiredDefinition definition : ledger.state().retired().values()) {
                remove(definition);
            }
        } catch (RuntimeException e) { // whatever it is, nothing depends on it
            LOG.atWarn()
                    .setCause(e)
                    .log("Retired definitions are not removed now; it is tried again after the next one");
        }
    }

    private void remove(RetiredDefinition definition) {
        ledger.write(state -> state.hiding(definition));
        int number = definition.record().number();
        while (!closing) {
            Changes changes = ledger.newChanges();
            boolean isLast = removeBuckets(number, changes.buffer());
            if (isLast) {
                changes.buffer().deleteAll(Family.LOOKUPS, Keys.lookups(number));
                ledger.write(state -> state.without(definition), changes);
                LOG.atInfo()
                        .addKeyValue("definition", definition.id())
                        .log("A definition that the sync config does not have any more was removed");
                return;
            }
            ledger.write(state -> state, changes);
        }
    }

    /** Adds the removal of the next buckets; true when there are no more behind them. */
    private boolean removeBuckets(int definition, WriteBuffer write) {
        byte[] prefix = Keys.buckets(definition);
        try (Cursor cursor = database.scan(Family.BUCKETS, prefix)) {
            for (int left = BUCKETS_AT_ONCE; left > 0; left--) {
                if (!cursor.next()) {
                    return true;
                }
                write.delete(Family.BUCKETS, cursor.key());
                write.deleteAll(Family.OPS, Keys.ops(new Decoder(cursor.value()).i32()));
            }
            return false;
        }
    }

    /** Ends it before the next write. */
    @Override
    public void close() {
        closing = true;
        background.shutdown();
        try {
            if (!background.awaitTermination(END_SECONDS, TimeUnit.SECONDS)) {
                LOG.atWarn().log("A removal of retired definitions does not end");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
