package io.serai.source;

import java.time.Duration;

/**
 * How a source is replicated. Immutable.
 *
 * @param maxBatchBytes heap bytes of changes in one write; a transaction that is larger is staged
 * @param queueBytes bytes of log between the reader and the route
 * @param snapshotThreads chunks that are read at once
 * @param chunkBytes about how many bytes of a table one chunk reads
 * @param snapshotBytes heap bytes of chunks that are read and not written yet, over all threads
 * @param catalogInterval how often the catalog is compared
 * @param onLostHistory what becomes of a source whose history is lost
 * @param maxRetryDelay the cap of the delay between tries
 */
public record ReplicationSettings(
        long maxBatchBytes,
        long queueBytes,
        int snapshotThreads,
        long chunkBytes,
        long snapshotBytes,
        Duration catalogInterval,
        OnLostHistory onLostHistory,
        Duration maxRetryDelay) {
    /** Settings for two cores and a heap of 512 MB. */
    public static final ReplicationSettings DEFAULT = new ReplicationSettings(
            12 << 20,
            16 << 20,
            2,
            2 << 20,
            64 << 20,
            Duration.ofSeconds(5),
            OnLostHistory.RESNAPSHOT,
            Duration.ofSeconds(60));

    /** These, with another answer to lost history. */
    public ReplicationSettings with(OnLostHistory other) {
        return new ReplicationSettings(
                maxBatchBytes,
                queueBytes,
                snapshotThreads,
                chunkBytes,
                snapshotBytes,
                catalogInterval,
                other,
                maxRetryDelay);
    }
}
