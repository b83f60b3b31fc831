package io.serai.app.admin;

import io.serai.bucket.BucketName;
import io.serai.bucket.BucketOp;
import io.serai.bucket.OpId;
import io.serai.error.ErrorCode;
import io.serai.error.SeraiException;
import io.serai.storage.BucketStorage;
import io.serai.storage.Checkpoint;
import io.serai.storage.PieceLimit;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Reads the operations of buckets at the newest checkpoint. */
final class StorageOperations {
    private static final PieceLimit PIECE = new PieceLimit(1000, 1 << 20);

    private StorageOperations() {}

    static void send(BucketStorage storage, BucketSelection selection, OperationSink sink) throws IOException {
        Checkpoint checkpoint = storage.checkpoint()
                .orElseThrow(() -> new SeraiException(
                        ErrorCode.COMMAND_NO_CHECKPOINT,
                        "The storage has no checkpoint yet: no source has been copied completely",
                        "",
                        ErrorCode.COMMAND_NO_CHECKPOINT.remedy()));
        for (BucketName bucket : storage.buckets(checkpoint)) {
            if (selection.includes(bucket.name())) {
                sink.bucket(bucket.name());
                send(storage, bucket, checkpoint, sink);
            }
        }
    }

    /** Sends what was read before more is read: whoever reads slowly must not hold the storage. */
    private static void send(BucketStorage storage, BucketName bucket, Checkpoint checkpoint, OperationSink sink)
            throws IOException {
        OpId after = OpId.NONE;
        boolean hasMore = true;
        while (hasMore) {
            List<BucketOp> piece = new ArrayList<>();
            hasMore = storage.operations(bucket, after, checkpoint, PIECE, piece::add);
            for (BucketOp operation : piece) {
                sink.operation(operation);
                after = operation.opId();
            }
        }
    }
}
