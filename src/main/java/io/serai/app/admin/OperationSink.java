package io.serai.app.admin;

import io.serai.bucket.BucketOp;
import java.io.IOException;

/** Takes buckets and their operations. Confined to one thread. */
public interface OperationSink {
    /** The operations that follow are of the bucket with this name (without a generation's prefix). */
    void bucket(String name) throws IOException;

    /** The next operation of the bucket, in op id order. */
    void operation(BucketOp operation) throws IOException;
}
