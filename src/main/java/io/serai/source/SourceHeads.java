package io.serai.source;

import io.serai.change.SourcePosition;
import io.serai.error.SeraiException;
import io.serai.storage.BucketStorage;

/** Where the logs of the sources end. Thread-safe. */
public interface SourceHeads {
    /**
     * A position that all that the source has committed is at or before; the stream will pass it also when nothing more happens.
     *
     * @throws SeraiException when the database cannot be asked
     * @throws IllegalStateException when the source does not run
     */
    SourcePosition head(String source) throws InterruptedException;

    /**
     * Lets the source's position become durable as soon as the stream has reached it, and not only now and then, until the answer is closed.
     *
     * @throws IllegalStateException when the source does not run
     */
    BucketStorage.Subscription expectPosition(String source);
}
