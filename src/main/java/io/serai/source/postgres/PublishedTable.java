package io.serai.source.postgres;

import io.serai.change.TableRef;

/**
 * A table in the publication, as the catalog lists it. Immutable.
 *
 * @param kind {@code pg_class.relkind}: {@code r}, or {@code p} for a partitioned table
 * @param replicaIdentity {@code pg_class.relreplident}
 * @param arrivesAsRoot whether it is a partition whose changes the publication sends as those of its root
 * @param filtered whether the publication has a row filter for it
 * @param columnsListed whether the publication lists columns of it
 * @param generatedPublished whether the publication sends its stored generated columns
 * @param membership as in {@link TableIdentity#publication}
 * @param estimatedRows the planner's estimate, or -1
 */
record PublishedTable(
        long oid,
        TableRef table,
        char kind,
        char replicaIdentity,
        boolean arrivesAsRoot,
        boolean filtered,
        boolean columnsListed,
        boolean generatedPublished,
        String membership,
        long estimatedRows) {}
