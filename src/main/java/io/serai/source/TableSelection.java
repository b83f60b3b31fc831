package io.serai.source;

import io.serai.change.TableRef;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Which tables of a source the sync config reads. Immutable and thread-safe. */
public interface TableSelection {
    /** Whether the sync config reads this table. */
    boolean isWanted(TableRef table);

    /** The schemas of all tables that it may read; empty when a wildcard leaves that open. */
    Optional<Set<String>> schemas();

    /** The names without wildcards, for warnings about tables that do not exist; the schema is the source's default where none is written. */
    List<TableRef> named();
}
