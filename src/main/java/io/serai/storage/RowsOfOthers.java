package io.serai.storage;

import io.serai.change.RowKey;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A piece of a table's rows whose images are not of one relation. Immutable.
 *
 * @param keys their keys
 * @param last the last row that was looked at, to go on behind; null at the end
 */
public record RowsOfOthers(List<RowKey> keys, @Nullable RowKey last) {
    /** The number of no relation: all rows are of others. */
    public static final int NO_RELATION = -1;

    /** Copies the list. */
    public RowsOfOthers {
        keys = List.copyOf(keys);
    }
}
