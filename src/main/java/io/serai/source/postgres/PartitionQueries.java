package io.serai.source.postgres;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** The parts of the catalog's queries that are about partitions; servers before 12 have no functions for them. */
final class PartitionQueries {
    /** From this version on a partition can be on its way out: its rows are not its table's any more. */
    private static final int DETACHED_CONCURRENTLY = 14;

    /** Each partitioned table's schema and name, and a schema that it has a partition in. */
    static final String SCHEMAS =
            "WITH RECURSIVE tree AS (SELECT i.inhparent AS root, i.inhrelid AS oid FROM pg_inherits i"
                    + " JOIN pg_class c ON c.oid = i.inhrelid WHERE c.relispartition AND c.relkind IN ('r', 'p')"
                    + " UNION SELECT tree.root, i.inhrelid FROM tree JOIN pg_inherits i ON i.inhparent = tree.oid)"
                    + " SELECT DISTINCT n.nspname, c.relname, ln.nspname FROM tree JOIN pg_class c ON c.oid = tree.root"
                    + " JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_class l ON l.oid = tree.oid"
                    + " JOIN pg_namespace ln ON ln.oid = l.relnamespace";

    private PartitionQueries() {}

    /** Joins {@code pg_class c} with the row {@code i} of {@code pg_inherits} that makes it a partition. */
    static String joinParent(int version) {
        return " LEFT JOIN pg_inherits i ON i.inhrelid = c.oid AND c.relispartition"
                + (version >= DETACHED_CONCURRENTLY ? " AND NOT i.inhdetachpending" : "");
    }

    /** The condition that {@code pg_class c} is this table or stands above or below it. */
    static String isRelatedTo(long oid) {
        return "c.oid IN (WITH RECURSIVE above AS (SELECT " + oid + "::oid AS oid UNION"
                + " SELECT h.inhparent FROM above JOIN pg_inherits h ON h.inhrelid = above.oid),"
                + " below AS (SELECT " + oid + "::oid AS oid UNION"
                + " SELECT h.inhrelid FROM below JOIN pg_inherits h ON h.inhparent = below.oid)"
                + " SELECT oid FROM above UNION SELECT oid FROM below)";
    }

    /** What this table is a partition of, its table first. */
    static List<Long> ancestors(Connection connection, long oid) throws SQLException {
        List<Long> ancestors = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("WITH RECURSIVE above AS (SELECT h.inhparent AS oid, 1 AS level"
                        + " FROM pg_inherits h JOIN pg_class c ON c.oid = h.inhrelid WHERE h.inhrelid = " + oid
                        + " AND c.relispartition UNION SELECT h.inhparent, level + 1 FROM above"
                        + " JOIN pg_inherits h ON h.inhrelid = above.oid) SELECT oid FROM above ORDER BY level")) {
            while (rows.next()) {
                ancestors.add(rows.getLong(1));
            }
        }
        return ancestors;
    }

    /** The columns by which the log names rows of each partition of these tables, unless it has them whole; those without are left out. */
    static Map<Long, Set<String>> identities(Connection connection, List<PublishedTable> tables) throws SQLException {
        Map<Long, Set<String>> identities = new HashMap<>();
        String oids = tables.stream()
                .flatMap(table -> table.leaves().stream())
                .map(leaf -> Long.toString(leaf.oid()))
                .collect(Collectors.joining(","));
        if (oids.isEmpty()) {
            return identities;
        }
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT i.indrelid, a.attname FROM pg_index i"
                        + " JOIN pg_class c ON c.oid = i.indrelid JOIN pg_attribute a ON a.attrelid = i.indrelid"
                        + " AND a.attnum = ANY ((i.indkey::int2[])[0:i.indnkeyatts - 1])"
                        + " WHERE i.indrelid IN (" + oids + ") AND i.indisvalid AND i.indimmediate"
                        + " AND CASE c.relreplident WHEN 'i' THEN i.indisreplident ELSE i.indisprimary END"
                        + " AND c.relreplident IN ('d', 'i')")) {
            while (rows.next()) {
                identities
                        .computeIfAbsent(rows.getLong(1), oid -> new HashSet<>())
                        .add(rows.getString(2));
            }
        }
        return identities;
    }
}
