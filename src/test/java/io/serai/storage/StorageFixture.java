package io.serai.storage;

import io.serai.testsupport.ChildProcess;

/** One storage of a back end, with the faults that its contract needs. Confined to one thread. */
public interface StorageFixture extends AutoCloseable {
    /** Opens the storage, also again after a {@link BucketStorage#close} or a crash. */
    BucketStorage open();

    /** Opens it for reading, while it is not open otherwise. */
    BucketStorage openReadOnly();

    /** Lets {@code writes} more writes succeed and all later ones fail, as on a full disk, until {@link #heal}. */
    void failAfter(int writes);

    /** Lets writes succeed again. */
    void heal();

    /** How many writes were made durable so far. */
    long writes();

    /** Starts a process that opens the storage, which is not open otherwise, and runs {@link EndlessWriter} on it. */
    ChildProcess startWriter();

    /** Closes what is still open. */
    @Override
    void close();
}
