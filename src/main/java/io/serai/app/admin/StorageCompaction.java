package io.serai.app.admin;

import io.serai.error.ErrorCode;
import io.serai.error.SeraiException;
import io.serai.storage.BucketStorage;
import io.serai.storage.Checkpoint;
import io.serai.storage.Compaction;

/** Compacts a storage up to its newest checkpoint, for {@code serai compact}. */
public final class StorageCompaction {
    private static final Compaction NOTHING = new Compaction(0, 0, 0, 0);

    private StorageCompaction() {}

    /**
     * Compacts it, a second time when rows were written again, and says what was done, in one line.
     *
     * @throws SeraiException {@code COMMAND_NO_CHECKPOINT} while there is no checkpoint
     */
    public static String run(BucketStorage storage) {
        Compaction first = storage.compact(newest(storage));
        Compaction second = first.rewritten() == 0 ? NOTHING : storage.compact(newest(storage));
        long moved = first.moved() + second.moved();
        long removed = first.removed() + second.removed();
        long buckets = Math.max(first.buckets(), second.buckets());
        return buckets == 0
                ? "No bucket has operations that clients can do without.\n"
                : buckets + (buckets == 1 ? " bucket is" : " buckets are") + " smaller: " + moved
                        + " operations lost their data, " + removed + " are gone; " + first.rewritten()
                        + " rows were written again.\n";
    }

    private static Checkpoint newest(BucketStorage storage) {
        return storage.checkpoint()
                .orElseThrow(() -> new SeraiException(
                        ErrorCode.COMMAND_NO_CHECKPOINT,
                        "The storage has no checkpoint yet: no source has been copied completely",
                        "",
                        ErrorCode.COMMAND_NO_CHECKPOINT.remedy()));
    }
}
