package io.serai.storage;

import io.serai.change.RowKey;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A piece of a table's rows, by key. Immutable.
 *
 * @param last the last place that was looked at, to go on behind; null at the end
 */
public record StoredRows(List<StoredRow> rows, @Nullable RowKey last) {
    /** Copies the list. */
    public StoredRows {
        rows = List.copyOf(rows);
    }
}
