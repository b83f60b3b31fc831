package io.serai.api.sync;

import io.serai.storage.Checkpoint;
import io.serai.storage.Generation;

/**
 * What clients are served from. Immutable.
 *
 * @param generation the sync config that was active when the checkpoint was made
 */
record View(Checkpoint checkpoint, Generation generation) {
    /** The checkpoint's. */
    long sequence() {
        return checkpoint.sequence();
    }
}
