package io.serai.app.explain;

import java.util.List;
import java.util.Optional;

/**
 * Which row is asked about. Immutable.
 *
 * @param table {@code name} or {@code schema.name}
 * @param key the values of the key's columns as the source writes them, or one JSON array of them
 * @param source the only source that is looked at; empty for all
 */
public record RowQuestion(String table, List<String> key, Optional<String> source) {
    /** Copies the list. */
    public RowQuestion {
        key = List.copyOf(key);
    }
}
