package io.serai.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.serai.bucket.BucketName;
import io.serai.bucket.BucketOp;
import io.serai.bucket.OpId;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/** What a client holds at a checkpoint: the operations of each bucket, reduced. Verifies on the way that counts, checksums and op ids are right. */
public final class ReducedBuckets {
    private ReducedBuckets() {}

    /** Rows by bucket name; a row is {@code table/id/subkey}, its value the data. Buckets without rows are left out. */
    public static Map<String, Map<String, String>> of(BucketStorage storage, Checkpoint checkpoint) {
        Map<String, Map<String, String>> reduced = new TreeMap<>();
        for (BucketName bucket : storage.buckets(checkpoint)) {
            Map<String, String> rows = rows(storage, bucket, checkpoint);
            if (!rows.isEmpty()) {
                reduced.put(bucket.name(), rows);
            }
        }
        return reduced;
    }

    /** The data of the rows of one bucket at the newest checkpoint, sorted. */
    public static List<String> data(BucketStorage storage, BucketName bucket) {
        return data(storage, bucket, storage.checkpoint().orElseThrow());
    }

    /** The data of the rows of one bucket, sorted. */
    public static List<String> data(BucketStorage storage, BucketName bucket, Checkpoint checkpoint) {
        return rows(storage, bucket, checkpoint).values().stream().sorted().toList();
    }

    /** The operations of one bucket at the newest checkpoint. */
    public static List<BucketOp> operations(BucketStorage storage, BucketName bucket) {
        List<BucketOp> operations = new ArrayList<>();
        storage.operations(bucket, OpId.NONE, storage.checkpoint().orElseThrow(), operations::add);
        return operations;
    }

    /** Names the row of a PUT or a REMOVE. */
    static String row(BucketOp op) {
        return op.table() + "/" + op.id() + "/"
                + Objects.requireNonNull(op.subkey()).text();
    }

    private static Map<String, String> rows(BucketStorage storage, BucketName bucket, Checkpoint checkpoint) {
        List<BucketOp> operations = new ArrayList<>();
        storage.operations(bucket, OpId.NONE, checkpoint, operations::add);
        Map<String, String> rows = new TreeMap<>();
        int checksum = 0;
        boolean isCompacted = false;
        for (BucketOp op : operations) {
            checksum += op.checksum();
            switch (op.kind()) {
                case PUT -> rows.put(row(op), new String(Objects.requireNonNull(op.data()), StandardCharsets.UTF_8));
                case REMOVE -> {
                    String removed = rows.remove(row(op));
                    assertThat(isCompacted || removed != null)
                            .as("a REMOVE removes what is there")
                            .isTrue();
                }
                case MOVE -> isCompacted = true;
                case CLEAR -> {
                    assertThat(rows).as("a CLEAR is the first operation").isEmpty();
                    isCompacted = true;
                }
            }
        }
        assertThat(operations).isSortedAccordingTo((a, b) -> a.opId().compareTo(b.opId()));
        assertThat(operations).allMatch(op -> op.opId().compareTo(checkpoint.opId()) <= 0);
        assertThat(storage.sum(bucket, checkpoint)).isEqualTo(new BucketSum(operations.size(), checksum));
        return rows;
    }
}
