package io.serai.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.serai.bucket.BucketName;
import io.serai.bucket.BucketOp;
import io.serai.bucket.OpId;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * A client that keeps what it has read and goes on from there, as PowerSync's clients do: a MOVE is only its checksum, and a CLEAR is all that there was before it.
 * Confined to one thread.
 */
final class SyncedClient {
    private final Map<BucketName, Bucket> buckets = new HashMap<>();
    private long generation;

    private static final class Bucket {
        private final Map<String, String> rows = new TreeMap<>();
        private OpId last = OpId.NONE;
        private int checksum;

        private void apply(BucketOp op) {
            assertThat(op.opId()).isGreaterThan(last);
            last = op.opId();
            checksum += op.checksum();
            switch (op.kind()) {
                case PUT ->
                    rows.put(
                            ReducedBuckets.row(op),
                            new String(Objects.requireNonNull(op.data()), StandardCharsets.UTF_8));
                case REMOVE -> rows.remove(ReducedBuckets.row(op));
                case MOVE -> {}
                case CLEAR -> {
                    rows.clear();
                    checksum = op.checksum();
                }
            }
        }
    }

    /** Reads what is new up to the checkpoint, and verifies the checksums. */
    void sync(BucketStorage storage, Checkpoint checkpoint) {
        sync(storage, checkpoint, Integer.MAX_VALUE);
        buckets.forEach((name, bucket) -> assertThat(bucket.checksum)
                .as("checksum of " + name)
                .isEqualTo(storage.sum(name, checkpoint).checksum()));
    }

    /** Reads the first of what is new in each bucket, and is cut off. */
    void sync(BucketStorage storage, Checkpoint checkpoint, int operations) {
        long active = storage.generations().active().orElseThrow().number();
        if (active != generation) {
            buckets.clear(); // a definition that was gone and is born again has buckets of other names, which tests do
            // not give them
            generation = active;
        }
        buckets.keySet().retainAll(storage.buckets(checkpoint));
        for (BucketName name : storage.buckets(checkpoint)) {
            Bucket bucket = buckets.computeIfAbsent(name, n -> new Bucket());
            int[] left = {operations};
            storage.operations(name, bucket.last, checkpoint, op -> {
                if (left[0]-- > 0) {
                    bucket.apply(op);
                }
            });
        }
    }

    /** The rows by bucket name, as {@link ReducedBuckets} has them. */
    Map<String, Map<String, String>> rows() {
        Map<String, Map<String, String>> rows = new TreeMap<>();
        buckets.forEach((name, bucket) -> {
            if (!bucket.rows.isEmpty()) {
                rows.put(name.name(), bucket.rows);
            }
        });
        return rows;
    }
}
