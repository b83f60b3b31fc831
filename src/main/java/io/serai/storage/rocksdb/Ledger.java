package io.serai.storage.rocksdb;

import io.serai.error.ErrorCode;
import io.serai.error.SeraiException;
import io.serai.storage.ChangeListener;
import io.serai.storage.ChangedTopics;
import io.serai.storage.Checkpoint;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one place that writes. Under the storage-wide commit lock it checks the lease, gives op ids, sums buckets, makes the checkpoint that is due, and
 * writes all of it at once, synced. Thread-safe; what is read here is as of the last write that is durable.
 */
final class Ledger {
    private static final Logger LOG = LoggerFactory.getLogger(Ledger.class);

    private final Database database;
    private final Buckets buckets;
    private final BucketSums sums; // guarded by lock
    private final List<ChangeListener> listeners = new CopyOnWriteArrayList<>();
    private final Topics changed = new Topics(); // since the newest checkpoint; guarded by lock

    /** The commit lock. Nothing else is locked under it but the database for use. */
    private final ReentrantLock lock = new ReentrantLock();

    private volatile StorageState state;
    private volatile Runnable retiredListener = () -> {};

    Ledger(Database database, Buckets buckets) {
        this.database = database;
        this.buckets = buckets;
        this.sums = new BucketSums(database);
        this.state = StorageState.load(database);
        buckets.gaveUpTo(state.counters().bucket());
    }

    StorageState state() {
        return state;
    }

    /** The source's record; an {@link IllegalArgumentException} for one that was never acquired. */
    SourceRecord source(String name) {
        SourceRecord source = state.sources().get(name);
        if (source == null) {
            throw new IllegalArgumentException("no source \"" + name + "\" is stored here");
        }
        return source;
    }

    /**
     * Writes {@code changes} and what {@code update} makes of the source's record, if the lease is still that of {@code epoch}. Durable when it returns;
     * nothing of it is stored when it throws.
     *
     * @throws SeraiException {@code STORAGE_FENCED}, {@code STORAGE_WRITE_FAILED}
     */
    SourceRecord write(String source, long epoch, Changes changes, UnaryOperator<SourceRecord> update) {
        changes.encodeOps();
        lock.lock();
        try {
            StorageState before = state;
            SourceRecord record = leased(before, source, epoch);
            SourceRecord next = update.apply(record);
            long lastOpId = changes.number(before.counters().opId(), sums);
            StorageState after = before.with(before.counters().withOps(lastOpId, buckets.last()))
                    .with(next);
            if (isSeen(record, next, before.shows(changes.definitions()))) {
                after = after.withCheckpointDue();
            }
            write(after.withCheckpointIfDue(), changes);
            return next;
        } finally {
            sums.forgetUnwritten();
            lock.unlock();
        }
    }

    /** Writes what {@code update} makes of the whole state. */
    void write(UnaryOperator<StorageState> update) {
        write(update, newChanges());
    }

    /** Writes {@code changes}, which have no operations, and what {@code update} makes of the whole state; answers that. */
    StorageState write(UnaryOperator<StorageState> update, Changes changes) {
        lock.lock();
        try {
            write(update.apply(state), changes);
            return state;
        } finally {
            lock.unlock();
        }
    }

    /** Writes {@code changes}, which have no operations, if the state is such; answers whether it was. */
    boolean writeIf(Predicate<StorageState> condition, Changes changes) {
        lock.lock();
        try {
            if (!condition.test(state)) {
                return false;
            }
            write(state, changes);
            return true;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Writes {@code changes}, whose operations are no source's, with a checkpoint that shows them, if the state is such; answers whether it was.
     *
     * @param condition asked under the commit lock; may read the database
     */
    boolean append(Predicate<StorageState> condition, Changes changes) {
        changes.encodeOps();
        lock.lock();
        try {
            StorageState before = state;
            if (!condition.test(before)) {
                return false;
            }
            long lastOpId = changes.number(before.counters().opId(), sums);
            StorageState after = before.with(before.counters().withOps(lastOpId, buckets.last()))
                    .withCheckpointDue();
            write(after.withCheckpointIfDue(), changes);
            return true;
        } finally {
            sums.forgetUnwritten();
            lock.unlock();
        }
    }

    /** Is told, under the commit lock, when definitions were retired. */
    void onRetired(Runnable listener) {
        retiredListener = listener;
    }

    /** An empty write. */
    Changes newChanges() {
        return new Changes(database.newWrite());
    }

    /** Reads the state again after a write failed, so that nothing is believed but what is on the disk. */
    void reopenIfFailed() {
        lock.lock();
        try {
            if (database.hasFailed()) {
                database.reopen();
                sums.clear();
                changed.addEverything();
                Checkpoint told = state.checkpoint();
                state = StorageState.load(database);
                database.recovered();
                if (!state.retired().isEmpty()) {
                    retiredListener.run();
                }
                Checkpoint stored = state.checkpoint();
                if (stored != null && (told == null || told.sequence() < stored.sequence())) {
                    announce(stored); // its write is durable all the same
                }
            }
        } finally {
            lock.unlock();
        }
    }

    /** Adds a listener, which is called under the commit lock, so that it gets checkpoints in their order. */
    void addListener(ChangeListener listener) {
        listeners.add(listener);
    }

    void removeListener(ChangeListener listener) {
        listeners.remove(listener);
    }

    /** Whether clients may see the difference that a write makes. */
    private static boolean isSeen(SourceRecord before, SourceRecord after, boolean changesWhatIsShown) {
        return before.isShown() != after.isShown()
                || changesWhatIsShown
                || after.isShown() && !Objects.equals(before.published(), after.published());
    }

    private static SourceRecord leased(StorageState state, String source, long epoch) {
        SourceRecord record = state.sources().get(source);
        if (record == null || record.epoch() != epoch) {
            throw new SeraiException(
                    ErrorCode.STORAGE_FENCED,
                    "Another writer took over the lease; what this one still held was not stored",
                    "source " + source + ", lease " + epoch + (record == null ? "" : ", now " + record.epoch()),
                    ErrorCode.STORAGE_FENCED.remedy());
        }
        return record;
    }

    private void write(StorageState after, Changes changes) {
        StorageState former = state;
        after.writeDifferences(former, changes.buffer());
        if (changes.buffer().isEmpty()) {
            return;
        }
        database.write(changes.buffer());
        state = after;
        sums.wrote();
        buckets.wrote(changes.newBuckets());
        note(former, after, changes);
        if (!after.retired().isEmpty() && !after.retired().equals(former.retired())) {
            retiredListener.run();
        }
        if (after.checkpoint() != null && after.checkpoint() != former.checkpoint()) {
            announce(after.checkpoint());
        }
    }

    private void note(StorageState before, StorageState after, Changes changes) {
        if (!after.definitions().equals(before.definitions())
                || !after.generations().equals(before.generations())) {
            changed.addEverything();
        }
        if (before.shows(changes.definitions())) {
            changed.addAll(changes.topics());
        }
        changes.newBuckets().keySet().forEach(bucket -> changed.add(new Topics.OfNewBucket(bucket)));
    }

    private void announce(Checkpoint checkpoint) {
        ChangedTopics changes = changed.take();
        for (ChangeListener listener : listeners) {
            try {
                listener.changed(checkpoint, changes);
            } catch (RuntimeException e) {
                LOG.atError()
                        .setCause(e)
                        .addKeyValue("code", ErrorCode.BUG.code())
                        .addKeyValue("checkpoint", checkpoint.sequence())
                        .log("A listener for checkpoints failed");
            }
        }
    }
}
