package io.serai.source.postgres;

import io.serai.source.postgres.CompositeType.Attribute;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Builds types from the catalog, by their oids. Confined to one thread and one look at the catalog. */
final class TypeCatalog {
    private static final long FIRST_USER_OID = 16384;
    private static final Map<Long, ScalarType> BUILT_IN = builtIn();

    private final Map<Long, Entry> entries = new HashMap<>();
    private final Map<Long, List<NamedType>> attributes = new HashMap<>();
    private final Map<Long, Set<String>> labels = new HashMap<>();

    private record Entry(
            char kind, long base, long arrayElement, char delimiter, long relation, long bound, long rangeBound) {}

    private record NamedType(String name, long type) {}

    /** Reads all that the types with these oids are made of. */
    void load(Connection connection, int version, Collection<Long> oids) throws SQLException {
        Set<Long> missing = missing(oids);
        while (!missing.isEmpty()) {
            Set<Long> parts = new HashSet<>();
            String list = list(missing);
            try (Statement statement = connection.createStatement()) {
                readEntries(statement, version, list, parts);
                readAttributes(statement, list, parts);
                readLabels(statement, list);
            }
            for (long oid : missing) { // a type that was dropped meanwhile: the table's own comparison will say so
                entries.putIfAbsent(oid, new Entry('b', 0, 0, ',', 0, 0, 0));
            }
            missing = missing(parts);
        }
    }

    /** A scalar type of the server's own; TEXT for those that are not known by their oid. */
    static ScalarType builtIn(long oid) {
        return BUILT_IN.getOrDefault(oid, ScalarType.TEXT);
    }

    /** The type; it was loaded. */
    PostgresType type(long oid) {
        ScalarType scalar = BUILT_IN.get(oid);
        if (scalar != null) {
            return scalar;
        }
        Entry entry = entries.get(oid);
        if (entry == null) {
            throw new IllegalStateException("type " + oid + " was not loaded");
        }
        if (entry.arrayElement != 0) {
            return new ArrayType(type(entry.arrayElement), entry.delimiter, isCustom(entry.arrayElement));
        }
        return switch (entry.kind) {
            case 'd' -> new DomainType(type(entry.base));
            case 'c' ->
                new CompositeType(attributes.getOrDefault(oid, List.of()).stream()
                        .map(attribute -> new Attribute(attribute.name, type(attribute.type)))
                        .toList());
            case 'r' -> new RangeType(type(entry.bound));
            case 'm' -> new MultirangeType(new RangeType(type(entry.rangeBound)));
            default -> ScalarType.TEXT;
        };
    }

    /** The rows of {@code pg_enum} that the type's values are printed with, by oid and xmin. */
    Set<String> labels(long oid) {
        Set<String> all = new TreeSet<>(labels.getOrDefault(oid, Set.of()));
        Entry entry = entries.get(oid);
        if (entry != null) {
            for (long part : List.of(entry.base, entry.arrayElement, entry.bound, entry.rangeBound)) {
                all.addAll(labels(part));
            }
            for (NamedType attribute : attributes.getOrDefault(oid, List.of())) {
                all.addAll(labels(attribute.type));
            }
        }
        return all;
    }

    private void readEntries(Statement statement, int version, String list, Set<Long> parts) throws SQLException {
        String multirange =
                version >= 14 ? "(SELECT m.rngsubtype FROM pg_range m WHERE m.rngmultitypid = t.oid)" : "NULL";
        try (ResultSet rows = statement.executeQuery(
                "SELECT t.oid, t.typtype, t.typbasetype, e.oid, e.typdelim, t.typrelid, r.rngsubtype, "
                        + multirange
                        + " FROM pg_type t LEFT JOIN pg_type e ON e.typarray = t.oid LEFT JOIN pg_range r ON r.rngtypid = t.oid WHERE t.oid IN ("
                        + list + ")")) {
            while (rows.next()) {
                String delimiter = rows.getString(5);
                Entry entry = new Entry(
                        rows.getString(2).charAt(0),
                        rows.getLong(3),
                        rows.getLong(4),
                        delimiter == null ? ',' : delimiter.charAt(0),
                        rows.getLong(6),
                        rows.getLong(7),
                        rows.getLong(8));
                entries.put(rows.getLong(1), entry);
                parts.addAll(List.of(entry.base, entry.arrayElement, entry.bound, entry.rangeBound));
            }
        }
        parts.remove(0L);
    }

    private void readAttributes(Statement statement, String list, Set<Long> parts) throws SQLException {
        try (ResultSet rows = statement.executeQuery("SELECT t.oid, a.attname, a.atttypid FROM pg_type t"
                + " JOIN pg_attribute a ON a.attrelid = t.typrelid AND a.attnum > 0 AND NOT a.attisdropped"
                + " WHERE t.typtype = 'c' AND t.oid IN (" + list + ") ORDER BY t.oid, a.attnum")) {
            while (rows.next()) {
                NamedType attribute = new NamedType(rows.getString(2), rows.getLong(3));
                attributes
                        .computeIfAbsent(rows.getLong(1), oid -> new ArrayList<>())
                        .add(attribute);
                parts.add(attribute.type);
            }
        }
    }

    private void readLabels(Statement statement, String list) throws SQLException {
        try (ResultSet rows = statement.executeQuery(
                "SELECT enumtypid, oid || '.' || xmin FROM pg_enum WHERE enumtypid IN (" + list + ")")) {
            while (rows.next()) {
                labels.computeIfAbsent(rows.getLong(1), oid -> new HashSet<>()).add(rows.getString(2));
            }
        }
    }

    private boolean isCustom(long oid) {
        Entry entry = entries.get(oid);
        return oid >= FIRST_USER_OID || entry != null && entry.kind != 'b';
    }

    private Set<Long> missing(Collection<Long> oids) {
        return oids.stream()
                .filter(oid -> !BUILT_IN.containsKey(oid) && !entries.containsKey(oid))
                .collect(Collectors.toSet());
    }

    private static String list(Collection<Long> oids) {
        return oids.stream().map(String::valueOf).collect(Collectors.joining(","));
    }

    /** The oids of {@code pg_type.dat}, which never change. */
    private static Map<Long, ScalarType> builtIn() {
        Map<Long, ScalarType> types = new HashMap<>();
        put(types, ScalarType.BOOL, 16);
        put(types, ScalarType.BYTEA, 17);
        put(types, ScalarType.INTEGER, 20, 21, 23, 26);
        put(types, ScalarType.REAL, 700, 701);
        put(types, ScalarType.JSON, 114, 3802);
        put(types, ScalarType.DATE, 1082);
        put(types, ScalarType.TIME, 1083);
        put(types, ScalarType.TIMESTAMP, 1114);
        put(types, ScalarType.TIMESTAMPTZ, 1184);
        put(types, ScalarType.PG_LSN, 3220);
        // char, name, text, xml, bpchar, varchar, uuid; numeric, money, bit, varbit, interval, timetz; inet, cidr,
        // macaddr, macaddr8; tsvector, tsquery
        put(
                types,
                ScalarType.TEXT,
                18,
                19,
                25,
                142,
                1042,
                1043,
                2950,
                1700,
                790,
                1560,
                1562,
                1186,
                1266,
                869,
                650,
                829,
                774,
                3614,
                3615);
        put(types, ScalarType.TEXT, 600, 601, 602, 603, 604, 628, 718); // point, lseg, path, box, polygon, line, circle
        return Map.copyOf(types);
    }

    private static void put(Map<Long, ScalarType> types, ScalarType type, long... oids) {
        for (long oid : oids) {
            types.put(oid, type);
        }
    }
}
