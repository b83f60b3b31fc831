package io.serai.app.admin;

import io.serai.error.SeraiException;
import java.io.IOException;

/**
 * A look at a storage: through the process that runs on it, or with none running at the files themselves. The answers of both are the same,
 * except that only a running process knows what its sources do. Confined to one thread.
 */
public interface Inspection extends AutoCloseable {
    /** The storage's own id. */
    String storageId() throws IOException;

    /** What {@code serai status} prints: text for people, or one JSON object. */
    String status(StatusFormat format) throws IOException;

    /**
     * Hands over the operations of the selected buckets at the newest checkpoint, bucket by bucket in the order of their names.
     *
     * @throws SeraiException {@code COMMAND_NO_CHECKPOINT} when there is none yet
     */
    void operations(BucketSelection selection, OperationSink sink) throws IOException;

    @Override
    void close() throws IOException;
}
