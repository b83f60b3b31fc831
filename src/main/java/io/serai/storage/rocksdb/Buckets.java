package io.serai.storage.rocksdb;

import io.serai.bucket.BucketName;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The numbers of buckets. A bucket gets its number when a row first needs it; the number becomes durable with the write of that row. Thread-safe.
 */
final class Buckets {
    private static final int REMEMBERED = 200_000;

    private final Database database;
    private final BoundedCache<BucketName, Integer> known = new BoundedCache<>(REMEMBERED);
    /** Numbers that no write has made durable yet: each write that uses one writes it. */
    private final Map<BucketName, Integer> unwritten = new ConcurrentHashMap<>();

    private final AtomicInteger last = new AtomicInteger();

    Buckets(Database database) {
        this.database = database;
    }

    /** Says up to which number the database has given them. */
    void gaveUpTo(int number) {
        last.accumulateAndGet(number, Math::max);
    }

    /** The last number that was given. */
    int last() {
        return last.get();
    }

    /** The number of a bucket, or null when it has none. */
    @Nullable
    Integer find(int definition, BucketName bucket) {
        Integer number = known.get(bucket);
        if (number == null) {
            byte[] stored = database.get(Family.BUCKETS, Keys.bucket(definition, bucket.name()));
            if (stored != null) {
                number = new Decoder(stored).i32();
                known.put(bucket, number);
            }
        }
        return number;
    }

    /** The number of a bucket, given now if it has none; one that is not durable yet is added to {@code changes}. */
    int number(int definition, BucketName bucket, Changes changes) {
        Integer number = unwritten.isEmpty() ? null : unwritten.get(bucket);
        if (number == null) {
            number = find(definition, bucket);
            if (number != null) {
                return number;
            }
            // Another source may have written the bucket since the look above: it leaves `unwritten` only when it is
            // durable.
            number = unwritten.computeIfAbsent(bucket, b -> {
                Integer written = find(definition, b);
                return written == null ? last.incrementAndGet() : written;
            });
        }
        changes.newBucket(definition, bucket, number);
        return number;
    }

    /** The write that held these new numbers is durable. */
    void wrote(Map<BucketName, Integer> numbers) {
        numbers.forEach(known::put);
        unwritten.keySet().removeAll(numbers.keySet());
    }
}
