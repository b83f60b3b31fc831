package io.serai.api.sync;

import io.serai.bucket.BucketOp;
import io.serai.change.Json;
import java.util.List;

/** Writes what is to be sent, in one of the forms that clients take. Confined to one thread. */
interface Frames {
    /** Adds a line. */
    void line(Json line);

    /**
     * Adds a line of operations.
     *
     * @param operations at least one, in the order of their op ids
     */
    void data(String bucket, long after, List<BucketOp> operations, boolean hasMore);

    /** What was added since the last call. */
    byte[] take();
}
