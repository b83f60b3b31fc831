package io.serai.storage.rocksdb;

import io.serai.storage.BucketSum;
import io.serai.storage.rocksdb.Database.Cursor;
import java.util.HashMap;
import java.util.Map;

/**
 * Count and checksum of each bucket after its last operation, operations included that compaction removed. Those of buckets written lately are remembered, others are one seek. Guarded by the
 * commit lock.
 */
final class BucketSums {
    private static final int REMEMBERED = 200_000;
    private static final BucketSum EMPTY = new BucketSum(0, 0);

    private final Database database;
    private final BoundedCache<Integer, BucketSum> known = new BoundedCache<>(REMEMBERED);
    /** What the write that is being made will leave. */
    private final Map<Integer, BucketSum> next = new HashMap<>();

    BucketSums(Database database) {
        this.database = database;
    }

    BucketSum get(int bucket) {
        BucketSum sum = next.get(bucket);
        if (sum == null) {
            sum = known.get(bucket);
        }
        return sum == null ? at(database, bucket, Long.MAX_VALUE) : sum;
    }

    void set(int bucket, BucketSum sum) {
        next.put(bucket, sum);
    }

    /** The write is durable. */
    void wrote() {
        next.forEach(known::put);
        next.clear();
    }

    /** Forgets what {@link #set} said since the last write. */
    void forgetUnwritten() {
        next.clear();
    }

    /** Forgets everything. */
    void clear() {
        next.clear();
        known.clear();
    }

    /** What clients get of a bucket's operations before {@code end}: as {@link #at}, less what is missing before the first operation. */
    static BucketSum stored(Database database, int bucket, long end) {
        try (Cursor cursor = database.scan(Family.OPS, Keys.op(bucket, 0), Keys.op(bucket, end))) {
            if (!cursor.last()) {
                return EMPTY;
            }
            BucketSum last = OpRecord.sum(cursor.value());
            cursor.first();
            long removed = OpRecord.sum(cursor.value()).count() - 1;
            return new BucketSum(last.count() - removed, last.checksum());
        }
    }

    /** The sum of a bucket after its operations before {@code end}, those included that compaction removed. */
    static BucketSum at(Database database, int bucket, long end) {
        try (Cursor cursor = database.scan(Family.OPS, Keys.op(bucket, 0), Keys.op(bucket, end))) {
            return cursor.last() ? OpRecord.sum(cursor.value()) : EMPTY;
        }
    }
}
