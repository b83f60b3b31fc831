package io.serai.source.postgres;

import io.serai.change.Column;
import io.serai.change.Relation;
import io.serai.change.TableRef;
import io.serai.error.ErrorCode;
import io.serai.source.postgres.DescribedTable.Obstacle;
import io.serai.source.postgres.PublishedTable.Leaf;
import io.serai.source.postgres.TableIdentity.ColumnIdentity;
import io.serai.source.postgres.TableIdentity.Partition;
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
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Reads which tables are published and what they look like. Whoever needs several answers to be of one moment opens a transaction with one
 * snapshot around them. Confined to one thread.
 */
final class Catalog {
    /** The publication that is replicated; its name is PowerSync's, so that a database that is prepared for one serves the other. */
    static final String PUBLICATION = "powersync";

    private static final char FULL = 'f';

    private final Connection connection;
    private final int version;

    Catalog(Connection connection) throws SQLException {
        this.connection = connection;
        this.version = connection.getMetaData().getDatabaseMajorVersion();
    }

    /** The present snapshot. */
    TransactionSnapshot snapshot() throws SQLException {
        String function = version >= 13 ? "pg_current_snapshot()" : "txid_current_snapshot()";
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT " + function + "::text")) {
            rows.next();
            return TransactionSnapshot.parse(rows.getString(1));
        }
    }

    /** All tables that the publication has, by themselves, by their schema or because it is for all tables; those of the server itself are none. */
    PartitionTree published() throws SQLException {
        return published("true");
    }

    /** The table with this oid, or null when the publication does not have it. */
    @Nullable
    PublishedTable published(long oid) throws SQLException {
        return published(PartitionQueries.isRelatedTo(oid)).table(oid);
    }

    private PartitionTree published(String condition) throws SQLException {
        List<PartitionTree.Entry> entries = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(publishedQuery(condition))) {
            while (rows.next()) {
                float estimate = rows.getFloat(6);
                PublishedTable table = new PublishedTable(
                        rows.getLong(1),
                        new TableRef(rows.getString(2), rows.getString(3)),
                        rows.getString(4).charAt(0),
                        rows.getString(5).charAt(0),
                        rows.getBoolean(7),
                        rows.getBoolean(8),
                        rows.getBoolean(9),
                        rows.getBoolean(10),
                        rows.getString(11),
                        rows.getString(17),
                        estimate < 0 || estimate == 0 && rows.getInt(12) == 0 ? -1 : (long) estimate,
                        List.of(),
                        null);
                entries.add(new PartitionTree.Entry(
                        table,
                        rows.getBoolean(13),
                        rows.getString(14).charAt(0),
                        rows.getLong(15),
                        String.valueOf(rows.getString(16))));
            }
        }
        return new PartitionTree(entries);
    }

    /** All tables that could be published. */
    Set<TableRef> ordinaryTables() throws SQLException {
        Set<TableRef> tables = new HashSet<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(
                        "SELECT n.nspname, c.relname FROM pg_class c JOIN pg_namespace n"
                                + " ON n.oid = c.relnamespace WHERE c.relkind IN ('r', 'p') AND c.relpersistence = 'p' AND c.oid >= 16384")) {
            while (rows.next()) {
                tables.add(new TableRef(rows.getString(1), rows.getString(2)));
            }
        }
        return tables;
    }

    /** The schemas that the partitions of each partitioned table are in. */
    Map<TableRef, Set<String>> partitionSchemas() throws SQLException {
        Map<TableRef, Set<String>> schemas = new HashMap<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(PartitionQueries.SCHEMAS)) {
            while (rows.next()) {
                schemas.computeIfAbsent(new TableRef(rows.getString(1), rows.getString(2)), table -> new TreeSet<>())
                        .add(rows.getString(3));
            }
        }
        return schemas;
    }

    private String publishedQuery(String condition) {
        String filtered = version >= 15 ? "coalesce(r.prqual IS NOT NULL, false)" : "false";
        String listed = version >= 15 ? "coalesce(r.prattrs IS NOT NULL, false)" : "false";
        String viaRoot = version >= 13 ? "p.pubviaroot" : "false";
        String isMember = "(p.puballtables OR r.oid IS NOT NULL OR s.oid IS NOT NULL) AND c.relkind <> 'f'";
        String generated = version >= 18 ? "p.pubgencols = 's'" : "false";
        String bySchema = version >= 15
                ? " LEFT JOIN pg_publication_namespace s ON s.pnpubid = p.oid AND s.pnnspid = c.relnamespace"
                        + " LEFT JOIN pg_depend d ON s.oid IS NOT NULL AND d.classid = 'pg_class'::regclass"
                        + " AND d.objid = c.oid AND d.objsubid = 0 AND d.refclassid = 'pg_namespace'::regclass"
                : " LEFT JOIN (SELECT NULL::oid AS oid, NULL::xid AS xmin) s ON false"
                        + " LEFT JOIN (SELECT NULL::xid AS xmin) d ON false";
        String heap = "CASE WHEN c.reltoastrelid = 0 OR " + viaRoot + " AND c.relispartition"
                + " THEN 'file ' || c.relfilenode ELSE 'toast ' || c.reltoastrelid END";
        return "SELECT c.oid, n.nspname, c.relname, c.relkind, c.relreplident, c.reltuples, " + viaRoot + ", "
                + filtered + ", " + listed
                + ", " + generated
                + ", concat_ws('/', p.oid || '.' || p.xmin, r.oid || '.' || r.xmin, s.oid || '.' || s.xmin, d.xmin), c.relpages, "
                + isMember + ", c.relpersistence, i.inhparent, i.xmin, " + heap
                + " FROM pg_publication p CROSS JOIN pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
                + " LEFT JOIN pg_publication_rel r ON r.prpubid = p.oid AND r.prrelid = c.oid" + bySchema
                + PartitionQueries.joinParent(version)
                + " WHERE p.pubname = " + Sql.literal(PUBLICATION)
                + " AND (" + isMember
                + " AND c.relkind IN ('r', 'p') AND c.relpersistence = 'p'"
                + " OR i.inhrelid IS NOT NULL AND c.relkind IN ('r', 'p', 'f'))"
                + " AND c.oid >= 16384 AND " + condition
                + " ORDER BY n.nspname, c.relname";
    }

    /** The tables with their columns, keys and identities, in the given order. */
    List<DescribedTable> describe(List<PublishedTable> tables) throws SQLException {
        if (tables.isEmpty()) {
            return List.of();
        }
        String oids = tables.stream().map(table -> Long.toString(table.oid())).collect(Collectors.joining(","));
        Map<Long, List<Attribute>> attributes = attributes(oids);
        Map<Long, List<Index>> indexes = indexes(oids);
        TypeCatalog types = new TypeCatalog();
        Set<Long> used = new HashSet<>();
        attributes.values().forEach(all -> all.forEach(attribute -> used.add(attribute.type)));
        types.load(connection, version, used);
        Map<Long, Set<String>> leafKeys = PartitionQueries.identities(connection, tables);
        boolean standby = Standby.isOne(connection);
        List<DescribedTable> described = new ArrayList<>();
        for (PublishedTable table : tables) {
            described.add(describe(
                    table,
                    attributes.getOrDefault(table.oid(), List.of()).stream()
                            .filter(attribute -> isPublished(attribute, table))
                            .toList(),
                    indexes.getOrDefault(table.oid(), List.of()),
                    types,
                    leafKeys,
                    standby));
        }
        return described;
    }

    private static boolean isPublished(Attribute attribute, PublishedTable table) {
        return attribute.generated == ' ' || attribute.generated == 's' && table.generatedPublished();
    }

    private static DescribedTable describe(
            PublishedTable table,
            List<Attribute> attributes,
            List<Index> indexes,
            TypeCatalog types,
            Map<Long, Set<String>> leafKeys,
            boolean standby) {
        Index key = key(table, indexes);
        List<Integer> keyColumns = new ArrayList<>();
        for (int number : key == null ? List.<Integer>of() : key.columns) {
            for (int i = 0; i < attributes.size(); i++) {
                if (attributes.get(i).number == number) {
                    keyColumns.add(i);
                }
            }
        }
        boolean keyIsWhole = key != null && keyColumns.size() == key.columns.size();
        Relation relation = new Relation(
                table.table(),
                attributes.stream()
                        .map(attribute -> new Column(attribute.name, types.type(attribute.type)))
                        .toList(),
                keyIsWhole ? keyColumns : List.of());
        Set<String> labels = new TreeSet<>();
        attributes.forEach(attribute -> labels.addAll(types.labels(attribute.type)));
        TableIdentity identity = new TableIdentity(
                table.oid(),
                table.replicaIdentity(),
                attributes.stream()
                        .map(attribute -> new ColumnIdentity(
                                attribute.number, attribute.type, attribute.modifier, attribute.version))
                        .toList(),
                String.join(",", labels),
                table.heap(),
                table.membership(),
                0,
                table.leaves().stream()
                        .map(leaf -> new Partition(leaf.oid(), leaf.inheritance(), leaf.heap()))
                        .toList());
        Obstacle obstacle = obstacle(table, keyIsWhole, standby);
        return new DescribedTable(
                table, relation, identity, obstacle == null ? leafObstacle(table, relation, leafKeys) : obstacle);
    }

    /** The index whose columns name a row; a deferrable primary key is none, because two rows can share it for a while. */
    private static @Nullable Index key(PublishedTable table, List<Index> indexes) {
        for (Index index : indexes) {
            boolean wanted = table.replicaIdentity() == 'i' ? index.replicaIdentity : index.primary;
            if (wanted && index.immediate && table.replicaIdentity() != 'n') {
                return index;
            }
        }
        return null;
    }

    private static @Nullable Obstacle obstacle(PublishedTable table, boolean hasKey, boolean standby) {
        String name = "Table \"" + table.table() + "\"";
        if (table.misfit() != null) {
            return table.misfit();
        }
        if (table.filtered() || table.columnsListed()) {
            return new Obstacle(
                    ErrorCode.POSTGRES_PUBLICATION_INCOMPLETE,
                    name + " has a " + (table.filtered() ? "row filter" : "list of columns") + " in the publication",
                    "Run ALTER PUBLICATION " + PUBLICATION + " DROP TABLE " + Sql.name(table.table())
                            + "; ALTER PUBLICATION " + PUBLICATION + " ADD TABLE " + Sql.name(table.table()) + ".");
        }
        if (!hasKey && table.replicaIdentity() != FULL) {
            return new Obstacle(
                    ErrorCode.POSTGRES_REPLICA_IDENTITY,
                    name + " has no "
                            + (table.replicaIdentity() == 'i' ? "index for its replica identity" : "primary key")
                            + " that names its rows"
                            + (table.replicaIdentity() == 'n' ? ": its replica identity is NOTHING" : ""),
                    table.replicaIdentity() == 'n' || table.replicaIdentity() == 'i'
                            ? "Run ALTER TABLE " + Sql.name(table.table())
                                    + " REPLICA IDENTITY DEFAULT, with a primary key that is not" + " deferrable."
                            : "Run ALTER TABLE " + Sql.name(table.table())
                                    + " ADD PRIMARY KEY (…), not deferrable; or, if it cannot have one, ALTER TABLE "
                                    + Sql.name(table.table()) + " REPLICA IDENTITY FULL.");
        }
        if (!hasKey && standby) {
            return new Obstacle(
                    ErrorCode.POSTGRES_REPLICA_IDENTITY,
                    name + " has no primary key that names its rows, and a copy of it cannot be counted on a standby",
                    "Run ALTER TABLE " + Sql.name(table.table())
                            + " ADD PRIMARY KEY (…) on the primary, not deferrable; or replicate from the primary.");
        }
        return null;
    }

    /** Updates and deletes are logged with what identifies rows of their partition; that must name the row of the table, too. */
    private static @Nullable Obstacle leafObstacle(
            PublishedTable table, Relation relation, Map<Long, Set<String>> leafKeys) {
        Set<String> key = relation.keyColumns().stream()
                .map(index -> relation.columns().get(index).name())
                .collect(Collectors.toSet());
        for (Leaf leaf : table.leaves()) {
            boolean isWhole = leaf.replicaIdentity() == FULL;
            boolean wantsWhole = key.isEmpty() || table.viaRoot() && table.replicaIdentity() == FULL;
            if (!isWhole
                    && (wantsWhole
                            || !leafKeys.getOrDefault(leaf.oid(), Set.of()).containsAll(key))) {
                boolean byKey = !wantsWhole && table.replicaIdentity() != 'i';
                return new Obstacle(
                        ErrorCode.POSTGRES_REPLICA_IDENTITY,
                        "The replica identity of partition \"" + leaf.table() + "\" does not name the rows of table \""
                                + table.table() + "\"",
                        "ALTER TABLE " + Sql.name(leaf.table()) + " REPLICA IDENTITY " + (byKey ? "DEFAULT" : "FULL")
                                + ";");
            }
        }
        return null;
    }

    private Map<Long, List<Attribute>> attributes(String oids) throws SQLException {
        String generated = version >= 12 ? "a.attgenerated" : "''";
        Map<Long, List<Attribute>> attributes = new HashMap<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(
                        "SELECT a.attrelid, a.attnum, a.attname, a.atttypid, a.atttypmod, " + generated
                                + ", a.xmin FROM pg_attribute a WHERE a.attrelid IN (" + oids
                                + ") AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attrelid, a.attnum")) {
            while (rows.next()) {
                String kind = rows.getString(6);
                attributes
                        .computeIfAbsent(rows.getLong(1), oid -> new ArrayList<>())
                        .add(new Attribute(
                                rows.getInt(2),
                                rows.getString(3),
                                rows.getLong(4),
                                rows.getInt(5),
                                kind.isEmpty() ? ' ' : kind.charAt(0),
                                rows.getString(7)));
            }
        }
        return attributes;
    }

    private Map<Long, List<Index>> indexes(String oids) throws SQLException {
        Map<Long, List<Index>> indexes = new HashMap<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(
                        "SELECT i.indrelid, i.indisprimary, i.indisreplident, i.indimmediate, i.indnkeyatts,"
                                + " i.indkey FROM pg_index i WHERE i.indrelid IN (" + oids
                                + ") AND (i.indisprimary OR i.indisreplident) AND i.indisvalid")) {
            while (rows.next()) {
                List<Integer> columns = new ArrayList<>();
                for (String number : rows.getString(6).split(" ", -1)) {
                    if (columns.size() < rows.getInt(5)) {
                        columns.add(Integer.valueOf(number));
                    }
                }
                indexes.computeIfAbsent(rows.getLong(1), oid -> new ArrayList<>())
                        .add(new Index(rows.getBoolean(2), rows.getBoolean(3), rows.getBoolean(4), columns));
            }
        }
        return indexes;
    }

    private record Attribute(int number, String name, long type, int modifier, char generated, String version) {}

    private record Index(boolean primary, boolean replicaIdentity, boolean immediate, List<Integer> columns) {}
}
