package io.serai.storage;

import io.serai.bucket.OpId;
import io.serai.change.SourcePosition;
import java.util.Map;

/**
 * A state in which only whole transactions show. Immutable.
 *
 * @param sequence grows by one with each checkpoint, also when only positions advance
 * @param opId the last operation that it shows
 * @param positions of each source that takes part, its published position
 */
public record Checkpoint(long sequence, OpId opId, Map<String, SourcePosition> positions) {
    /** Copies the map. */
    public Checkpoint {
        positions = Map.copyOf(positions);
    }
}
