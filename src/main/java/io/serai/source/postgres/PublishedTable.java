package io.serai.source.postgres;

import io.serai.change.TableRef;
import io.serai.source.postgres.DescribedTable.Obstacle;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A table in the publication, as the catalog lists it. Immutable.
 *
 * @param kind {@code pg_class.relkind}: {@code r}, or {@code p} for a partitioned table
 * @param replicaIdentity {@code pg_class.relreplident}
 * @param viaRoot whether the publication sends changes of partitions as those of their root
 * @param filtered whether the publication has a row filter for it
 * @param columnsListed whether the publication lists columns of it
 * @param generatedPublished whether the publication sends its stored generated columns
 * @param membership as in {@link TableIdentity#publication}
 * @param heap as in {@link TableIdentity}
 * @param estimatedRows the planner's estimate, or -1
 * @param leaves the partitions that have the rows of a partitioned table, of all levels
 * @param misfit why its place among partitions keeps it from being replicated, or null
 */
record PublishedTable(
        long oid,
        TableRef table,
        char kind,
        char replicaIdentity,
        boolean viaRoot,
        boolean filtered,
        boolean columnsListed,
        boolean generatedPublished,
        String membership,
        String heap,
        long estimatedRows,
        List<Leaf> leaves,
        @Nullable Obstacle misfit) {
    PublishedTable {
        leaves = List.copyOf(leaves);
    }

    /** Whether its rows are in partitions. */
    boolean isPartitioned() {
        return kind == 'p';
    }

    /**
     * A partition that has rows.
     *
     * @param inheritance as in {@link TableIdentity.Partition}
     * @param heap as in {@link TableIdentity}
     */
    record Leaf(long oid, TableRef table, char replicaIdentity, String inheritance, String heap) {}
}
