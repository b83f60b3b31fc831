package io.serai.storage.rocksdb;

import io.serai.bucket.BucketOp;
import io.serai.bucket.Checksum;
import io.serai.storage.BucketSum;
import io.serai.storage.Checkpoint;
import io.serai.storage.Compaction;
import io.serai.storage.rocksdb.Database.Cursor;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Makes buckets smaller without changing what a client ends with, wherever it stands, in three steps. An operation whose row has a later one becomes a MOVE: it keeps
 * its op id and its checksum, and loses its data. Then the MOVE and REMOVE operations at the beginning of a bucket, before its first PUT, become one
 * CLEAR with the sum of their checksums and the op id of the last: a client that stood among them forgets the bucket and reads all that survives. Last, a {@link Defragmenter} lets the next compaction forget more. Each write leaves a bucket in
 * which this holds, so that nothing depends on how far a compaction came. Operations behind the checkpoint up to which is compacted are not looked at;
 * checkpoints before it cannot be read any more.
 *
 * <p>The running counts and checksums in operations are never rewritten. A bucket's count is that of its last operation less what is missing before its first
 * one.
 *
 * <p>Thread-safe; one compaction at a time.
 */
final class Compactor {
    /** A bucket is looked at again when this part of its operations is new. */
    private static final int NEW_PART = 10;

    private static final int BUCKETS_AT_ONCE = 1000;
    /** How many operations are looked at before other writers get the storage. */
    private static final int OPERATIONS_AT_ONCE = 100_000;
    /** How many rows are remembered at once: 40 MB at most. A larger bucket is read once for each so many operations. */
    private static final long ROWS_AT_ONCE = 1_000_000;

    private final Store store;
    private final Database database;
    private final Ledger ledger;
    private final Defragmenter defragmenter;

    /** Held during a compaction; the commit lock is taken under it. */
    private final ReentrantLock one = new ReentrantLock();

    Compactor(Store store, Fragmentation most) {
        this.store = store;
        this.database = store.database();
        this.ledger = store.ledger();
        this.defragmenter = new Defragmenter(store, most);
    }

    /** Compacts up to a checkpoint; ends early when the thread is interrupted. */
    Compaction compact(Checkpoint upTo) {
        one.lock();
        try {
            Run run = new Run(upTo);
            for (DefinitionRecord definition : ledger.state().definitions().values()) {
                if (Thread.currentThread().isInterrupted()) {
                    break;
                }
                run.definition(definition.number());
                run.lookups(definition.number());
            }
            return run.done();
        } finally {
            one.unlock();
        }
    }

    /** A bucket that is to be compacted: its key in BUCKETS, its value, and its first and last operation. */
    @SuppressWarnings("ArrayRecordComponent") // shared and never written
    private record Target(byte[] key, CompactedBucket bucket, long firstCount, long lastOpId, BucketSum last) {
        long stored() {
            return last.count() - firstCount + 1;
        }

        boolean isDue() {
            long added = last.count() - bucket.count();
            return lastOpId > bucket.opId() && (bucket.opId() == 0 || added * NEW_PART >= stored());
        }
    }

    /** One compaction. Confined to one thread. */
    private final class Run {
        private final Checkpoint upTo;
        private final long end;
        private final MessageDigest sha256 = Checksum.sha256();
        private final SeenRows seen = new SeenRows();
        private boolean areEarlierEnded;
        private long buckets;
        private long moved;
        private long removed;
        private long rewritten;

        Run(Checkpoint upTo) {
            this.upTo = upTo;
            this.end = upTo.opId().value() + 1;
        }

        Compaction done() {
            return new Compaction(buckets, moved, removed, rewritten);
        }

        void definition(int number) {
            byte[] prefix = Keys.buckets(number);
            byte[] from = prefix;
            while (!Thread.currentThread().isInterrupted()) {
                List<Target> due = new ArrayList<>();
                byte[] last = targets(from, Keys.behind(prefix), due);
                for (Target target : due) {
                    if (Thread.currentThread().isInterrupted()) {
                        return;
                    }
                    endEarlierCheckpoints();
                    if (!compact(number, target)) {
                        return;
                    }
                }
                if (last == null) {
                    return;
                }
                from = Arrays.copyOf(last, last.length + 1);
            }
        }

        /** Removes entries of the parameter index that have a later version, and those that went. */
        void lookups(int definition) {
            byte[] prefix = Keys.lookups(definition);
            byte[] from = prefix;
            byte[] entry = {};
            while (from.length > 0 && !Thread.currentThread().isInterrupted()) {
                Changes changes = ledger.newChanges();
                byte[] last = {};
                try (Cursor cursor = database.scan(Family.LOOKUPS, from, Keys.behind(prefix))) {
                    for (int looked = 0; looked < OPERATIONS_AT_ONCE && cursor.next(); looked++) {
                        last = cursor.key();
                        if (LookupRecord.opId(last) >= end) {
                            continue;
                        }
                        boolean isSuperseded = Arrays.equals(entry, 0, entry.length, last, 0, LookupRecord.OP_ID_AT);
                        entry = Arrays.copyOf(last, LookupRecord.OP_ID_AT);
                        if (isSuperseded || cursor.value().length == 0) {
                            changes.buffer().delete(Family.LOOKUPS, last);
                        }
                    }
                }
                if (!changes.buffer().isEmpty()) {
                    endEarlierCheckpoints();
                }
                if (!write(definition, changes)) {
                    return;
                }
                from = last.length == 0 ? last : Arrays.copyOf(last, last.length + 1);
            }
        }

        /** Durable before the first operation changes, so that none of them is ever served half. */
        private void endEarlierCheckpoints() {
            if (!areEarlierEnded) {
                ledger.write(state -> state.wholeFrom(upTo.sequence()));
                areEarlierEnded = true;
            }
        }

        /** Adds the next buckets that are due; answers the key of the last that was looked at, or null at the end. */
        private byte @Nullable [] targets(byte[] from, byte[] to, List<Target> due) {
            List<byte[]> keys = new ArrayList<>();
            List<CompactedBucket> found = new ArrayList<>();
            try (Cursor cursor = database.scan(Family.BUCKETS, from, to)) {
                while (keys.size() < BUCKETS_AT_ONCE && cursor.next()) {
                    keys.add(cursor.key());
                    found.add(CompactedBucket.decode(cursor.value()));
                }
            }
            for (int i = 0; i < keys.size(); i++) {
                int bucket = found.get(i).number();
                try (Cursor cursor = database.scan(Family.OPS, Keys.op(bucket, 0), Keys.op(bucket, end))) {
                    if (cursor.last()) {
                        long lastOpId = opId(cursor);
                        BucketSum last = OpRecord.sum(cursor.value());
                        cursor.first();
                        Target target = new Target(
                                keys.get(i),
                                found.get(i),
                                OpRecord.sum(cursor.value()).count(),
                                lastOpId,
                                last);
                        if (target.isDue()) {
                            due.add(target);
                        }
                    }
                }
            }
            return keys.size() < BUCKETS_AT_ONCE ? null : keys.getLast();
        }

        /** False when the definition is not there any more. */
        private boolean compact(int definition, Target target) {
            long before = moved + removed;
            long parts = 1 + target.stored() / ROWS_AT_ONCE;
            for (int part = 0; part < parts; part++) {
                seen.clear();
                long rest = end;
                while (rest > 0) {
                    Changes changes = ledger.newChanges();
                    rest = move(target.bucket().number(), rest, part, parts, changes);
                    if (!write(definition, changes)) {
                        return false;
                    }
                    if (Thread.currentThread().isInterrupted()) {
                        return true;
                    }
                }
            }
            Changes changes = ledger.newChanges();
            clear(target.bucket().number(), changes);
            CompactedBucket compacted =
                    target.bucket().upTo(target.lastOpId(), target.last().count());
            changes.buffer().put(Family.BUCKETS, target.key(), compacted.encode());
            boolean isThere = write(definition, changes);
            buckets += moved + removed > before ? 1 : 0;
            if (isThere) {
                rewritten += defragmenter.defragment(
                        definition, target.key(), target.bucket().number(), end);
            }
            return isThere;
        }

        /** Looks at operations before {@code rest}, the last first, and adds the MOVEs; answers where to go on, 0 at the end. */
        private long move(int bucket, long rest, int part, long parts, Changes changes) {
            int looked = 0;
            int added = 0;
            try (Cursor cursor = database.scan(Family.OPS, Keys.op(bucket, 0), Keys.op(bucket, rest))) {
                boolean isThere = cursor.last();
                while (isThere) {
                    byte[] value = cursor.value();
                    if (OpRecord.hasRow(value) && isSuperseded(value, part, parts)) {
                        changes.buffer().put(Family.OPS, cursor.key(), OpRecord.moved(value));
                        added++;
                        moved++;
                    }
                    if (++looked >= OPERATIONS_AT_ONCE
                            || store.pieceSize()
                                    .isReached(added, changes.buffer().size())) {
                        return opId(cursor);
                    }
                    isThere = cursor.previous();
                }
            }
            return 0;
        }

        /** Whether a later operation on the same row was seen; it counts as seen from now on. */
        private boolean isSuperseded(byte[] value, int part, long parts) {
            sha256.update(OpRecord.row(value));
            Decoder hash = new Decoder(sha256.digest());
            long high = hash.i64();
            long low = hash.i64();
            return Long.remainderUnsigned(high, parts) == part && !seen.add(high, low);
        }

        /** Puts a CLEAR in the place of what is before the bucket's first PUT, if that is more than one operation. */
        private void clear(int bucket, Changes changes) {
            int length = 0;
            byte[] last = {};
            byte[] lastKey = {};
            try (Cursor cursor = database.scan(Family.OPS, Keys.op(bucket, 0), Keys.op(bucket, end))) {
                while (cursor.next()) {
                    byte[] value = cursor.value();
                    if (OpRecord.kind(value) == BucketOp.Kind.PUT) {
                        break;
                    }
                    length++;
                    last = value;
                    lastKey = cursor.key();
                }
            }
            if (length <= 1) {
                return;
            }
            changes.buffer().deleteRange(Family.OPS, Keys.op(bucket, 0), lastKey);
            changes.buffer().put(Family.OPS, lastKey, OpRecord.cleared(last));
            removed += length - 1;
        }

        /** Writes what a definition that still is there makes of its buckets; false when it is not. */
        private boolean write(int definition, Changes changes) {
            return changes.buffer().isEmpty() || ledger.writeIf(state -> state.hasDefinition(definition), changes);
        }

        private static long opId(Cursor cursor) {
            return new Decoder(cursor.key(), Keys.OP_ID_AT).i64();
        }
    }
}
