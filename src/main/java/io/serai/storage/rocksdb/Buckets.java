package io.serai.storage.rocksdb;

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
    private final BoundedCache<Key, Integer> known = new BoundedCache<>(REMEMBERED);
    /** Numbers that no write has made durable yet: each write that uses one writes it. */
    private final Map<Key, Integer> unwritten = new ConcurrentHashMap<>();

    private final AtomicInteger last = new AtomicInteger();

    /** A bucket by the number of its definition and its name. */
    record Key(int definition, String name) {}

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
    Integer find(Key bucket) {
        Integer number = known.get(bucket);
        if (number == null) {
            byte[] stored = database.get(Family.BUCKETS, Keys.bucket(bucket.definition(), bucket.name()));
            if (stored != null) {
                number = new Decoder(stored).i32();
                known.put(bucket, number);
            }
        }
        return number;
    }

    /** The number of a bucket, given now if it has none; one that is not durable yet is added to {@code changes}. */
    int number(Key bucket, Changes changes) {
        Integer number = unwritten.isEmpty() ? null : unwritten.get(bucket);
        if (number == null) {
            number = find(bucket);
            if (number != null) {
                return number;
            }
            // Another source may have written the bucket since the look above: it leaves `unwritten` only when it is
            // durable.
            number = unwritten.computeIfAbsent(bucket, b -> {
                Integer written = find(b);
                return written == null ? last.incrementAndGet() : written;
            });
        }
        changes.newBucket(bucket, number);
        return number;
    }

    /** The write that held these new numbers is durable. */
    void wrote(Map<Key, Integer> numbers) {
        numbers.forEach(known::put);
        unwritten.keySet().removeAll(numbers.keySet());
    }
}
