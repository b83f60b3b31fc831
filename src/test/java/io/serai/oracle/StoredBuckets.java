package io.serai.oracle;

import io.serai.bucket.BucketName;
import io.serai.bucket.BucketOp;
import io.serai.bucket.OpId;
import io.serai.storage.BucketStorage;
import io.serai.storage.Checkpoint;
import io.serai.storage.rocksdb.RocksDbStorage;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/** The reduced rows of a storage at a checkpoint, as bucket, table and id, to JSON. */
final class StoredBuckets {
    private StoredBuckets() {}

    /** The rows at the newest checkpoint of the storage in this folder, beside a process that writes it or with none. */
    static Map<String, String> newest(Path folder) {
        try (BucketStorage storage = RocksDbStorage.openReadOnly(folder)) {
            return at(storage, storage.checkpoint().orElseThrow());
        }
    }

    /** How many operations all buckets have at the newest checkpoint. */
    static long operations(Path folder) {
        try (BucketStorage storage = RocksDbStorage.openReadOnly(folder)) {
            Checkpoint checkpoint = storage.checkpoint().orElseThrow();
            return storage.buckets(checkpoint).stream()
                    .mapToLong(bucket -> storage.sum(bucket, checkpoint).count())
                    .sum();
        }
    }

    /** Reduces every bucket; checks on the way that count and checksum are those of its operations. */
    static Map<String, String> at(BucketStorage storage, Checkpoint checkpoint) {
        Map<String, String> rows = new TreeMap<>();
        for (BucketName bucket : storage.buckets(checkpoint)) {
            Map<String, String> reduced = new TreeMap<>();
            long[] sum = new long[2];
            storage.operations(bucket, OpId.NONE, checkpoint, op -> {
                sum[0]++;
                sum[1] += op.checksum();
                apply(bucket, op, reduced);
            });
            var stored = storage.sum(bucket, checkpoint);
            if (stored.count() != sum[0] || stored.checksum() != (int) sum[1]) {
                throw new AssertionError("bucket " + bucket + ": count or checksum is not that of its operations");
            }
            reduced.forEach((key, json) -> {
                String row = key.substring(0, key.lastIndexOf(' '));
                String former = rows.put(row, json);
                if (former != null) {
                    throw new AssertionError("bucket " + bucket + " holds a row twice: " + row);
                }
            });
        }
        return rows;
    }

    private static void apply(BucketName bucket, BucketOp op, Map<String, String> reduced) {
        String subkey = op.subkey() == null ? "" : op.subkey().text();
        String key = bucket.name() + " " + op.table() + " " + op.id() + " " + subkey;
        switch (op.kind()) {
            case PUT -> reduced.put(key, json(op));
            case REMOVE -> reduced.remove(key);
            case CLEAR -> reduced.clear();
            case MOVE -> {}
        }
    }

    private static String json(BucketOp op) {
        byte[] data = op.data();
        return data == null ? "" : new String(data, StandardCharsets.UTF_8);
    }
}
