package io.serai.storage;

import io.serai.change.SourcePosition;
import java.util.Map;

/**
 * The newest write checkpoint of a client. Immutable.
 *
 * @param id grows with each that the client asks for
 * @param heads of each source, where its log ended when the client asked
 * @param histories of each source, a number that grows when its history was lost: a copy that is published after that has reached its head
 */
public record WriteCheckpoint(long id, Map<String, SourcePosition> heads, Map<String, Integer> histories) {
    /** Copies the maps. */
    public WriteCheckpoint {
        heads = Map.copyOf(heads);
        histories = Map.copyOf(histories);
    }
}
