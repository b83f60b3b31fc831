package io.serai.storage.rocksdb;

import io.serai.bucket.BucketOp;
import io.serai.bucket.OutputRow;
import io.serai.storage.rocksdb.Database.Cursor;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * Writes rows again, as they are, at the end of their bucket, when they stand before so much history of other rows that new clients would read many times
 * as many operations as rows ({@link Fragmentation}): the next compaction can then forget what is before them. Clients that have these rows read them once more. Whoever writes to the bucket at the same time wins.
 * Confined to one thread.
 */
final class Defragmenter {
    private final Store store;
    private final Database database;
    private final Ledger ledger;
    private final Fragmentation most;

    Defragmenter(Store store, Fragmentation most) {
        this.most = most;
        this.store = store;
        this.database = store.database();
        this.ledger = store.ledger();
    }

    /** Operations that were read, and where to go on. */
    private record Piece(Map<ByteBuffer, BucketOp> rows, long looked, long lastOpId) {}

    /**
     * Writes the rows again that stand in the first half of a bucket, if it is fragmented.
     *
     * @param key the bucket's key in BUCKETS
     * @param end the bucket has been compacted before this op id: no PUT before it has a later operation before it
     * @return how many rows
     */
    long defragment(int definition, byte[] key, int bucket, long end) {
        long rest = operationsToFree(bucket, end);
        long from = 0;
        long written = 0;
        while (rest > 0 && !Thread.currentThread().isInterrupted()) {
            Piece piece = read(bucket, from, end, rest);
            long seen = removeTouched(bucket, end, piece.rows());
            if (!piece.rows().isEmpty()) {
                Changes changes = ledger.newChanges();
                piece.rows()
                        .values()
                        .forEach(op -> changes.put(bucket, output(op), Objects.requireNonNull(op.subkey())));
                changes.note(definition, bucket);
                // it is due the next time, whatever is new until then
                changes.buffer().put(Family.BUCKETS, key, new CompactedBucket(bucket, 0, 0).encode());
                if (!ledger.append(
                        state -> state.hasDefinition(definition) && !isTouched(bucket, seen, piece.rows()), changes)) {
                    return written;
                }
                written += piece.rows().size();
            }
            rest = piece.looked() == 0 ? 0 : rest - piece.looked();
            from = piece.lastOpId() + 1;
        }
        return written;
    }

    /** Half of the bucket's operations if it is fragmented, else 0. */
    private long operationsToFree(int bucket, long end) {
        long operations = 0;
        long rows = 0;
        try (Cursor cursor = scan(bucket, 0, end)) {
            while (cursor.next()) {
                operations++;
                rows += OpRecord.kind(cursor.value()) == BucketOp.Kind.PUT ? 1 : 0;
            }
        }
        return most.isReached(operations, rows) ? operations / 2 : 0;
    }

    private Piece read(int bucket, long from, long end, long most) {
        Map<ByteBuffer, BucketOp> rows = new LinkedHashMap<>();
        long looked = 0;
        long last = from;
        long bytes = 0;
        try (Cursor cursor = scan(bucket, from, end)) {
            while (looked < most && !store.pieceSize().isReached(rows.size(), bytes) && cursor.next()) {
                byte[] value = cursor.value();
                last = opId(cursor);
                looked++;
                if (OpRecord.kind(value) == BucketOp.Kind.PUT) {
                    rows.put(OpRecord.row(value), OpRecord.decode(last, value));
                    bytes += value.length;
                }
            }
        }
        return new Piece(rows, looked, last);
    }

    /** Leaves out rows on which there are operations from {@code from} on; answers behind which of them to go on. */
    private long removeTouched(int bucket, long from, Map<ByteBuffer, BucketOp> rows) {
        long next = from;
        try (Cursor cursor = scan(bucket, from, Long.MAX_VALUE)) {
            while (cursor.next()) {
                next = opId(cursor) + 1;
                if (OpRecord.hasRow(cursor.value())) {
                    rows.remove(OpRecord.row(cursor.value()));
                }
            }
        }
        return next;
    }

    private boolean isTouched(int bucket, long from, Map<ByteBuffer, BucketOp> rows) {
        try (Cursor cursor = scan(bucket, from, Long.MAX_VALUE)) {
            while (cursor.next()) {
                if (OpRecord.hasRow(cursor.value()) && rows.containsKey(OpRecord.row(cursor.value()))) {
                    return true;
                }
            }
        }
        return false;
    }

    private Cursor scan(int bucket, long from, long end) {
        return database.scan(Family.OPS, Keys.op(bucket, from), Keys.op(bucket, end));
    }

    private static OutputRow output(BucketOp put) {
        return new OutputRow(put.table(), put.id(), Objects.requireNonNull(put.data()));
    }

    private static long opId(Cursor cursor) {
        return new Decoder(cursor.key(), Keys.OP_ID_AT).i64();
    }
}
