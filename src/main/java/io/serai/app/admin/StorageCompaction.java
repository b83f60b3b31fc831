package io.serai.app.admin;

import io.serai.error.ErrorCode;
import io.serai.error.SeraiException;
import io.serai.storage.BucketStorage;
import io.serai.storage.Checkpoint;
import io.serai.storage.Compaction;

/** Compacts a storage up to its newest checkpoint, for {@code serai compact}. */
public final class StorageCompaction {
    private StorageCompaction() {}

    /**
     * Compacts it and says what was done, in one line.
     *
     * @throws SeraiException {@code COMMAND_NO_CHECKPOINT} while there is no checkpoint
     */
    public static String run(BucketStorage storage) {
        Checkpoint newest = storage.checkpoint()
                .orElseThrow(() -> new SeraiException(
                        ErrorCode.COMMAND_NO_CHECKPOINT,
                        "The storage has no checkpoint yet: no source has been copied completely",
                        "",
                        ErrorCode.COMMAND_NO_CHECKPOINT.remedy()));
        Compaction done = storage.compact(newest);
        return done.buckets() == 0
                ? "No bucket has operations that clients can do without.\n"
                : done.buckets() + (done.buckets() == 1 ? " bucket is" : " buckets are") + " smaller: " + done.moved()
                        + " operations lost their data, " + done.removed() + " are gone.\n";
    }
}
