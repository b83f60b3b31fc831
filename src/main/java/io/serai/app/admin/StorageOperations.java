package io.serai.app.admin;

import io.serai.bucket.BucketName;
import io.serai.bucket.BucketOp;
import io.serai.bucket.OpId;
import io.serai.error.ErrorCode;
import io.serai.error.SeraiException;
import io.serai.storage.BucketStorage;
import io.serai.storage.Checkpoint;
import java.io.IOException;
import java.io.UncheckedIOException;

/** Reads the operations of buckets at the newest checkpoint. */
final class StorageOperations {
    private StorageOperations() {}

    static void send(BucketStorage storage, BucketSelection selection, OperationSink sink) throws IOException {
        Checkpoint checkpoint = storage.checkpoint()
                .orElseThrow(() -> new SeraiException(
                        ErrorCode.COMMAND_NO_CHECKPOINT,
                        "The storage has no checkpoint yet: no source has been copied completely",
                        "",
                        ErrorCode.COMMAND_NO_CHECKPOINT.remedy()));
        try {
            for (BucketName bucket : storage.buckets(checkpoint)) {
                if (selection.includes(bucket.name())) {
                    sink.bucket(bucket.name());
                    storage.operations(bucket, OpId.NONE, checkpoint, operation -> send(operation, sink));
                }
            }
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private static void send(BucketOp operation, OperationSink sink) {
        try {
            sink.operation(operation);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
