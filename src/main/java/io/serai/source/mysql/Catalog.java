package io.serai.source.mysql;

import io.serai.change.Column;
import io.serai.change.GtidSet;
import io.serai.change.Relation;
import io.serai.change.TableRef;
import io.serai.source.TableSelection;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One look at the tables that are wanted. Immutable.
 *
 * @param tables as they were all the time between {@code executed} was read and the look ended
 * @param foreignKeys as they were then
 * @param executed the transactions before the look
 */
record Catalog(List<DescribedTable> tables, ForeignKeys foreignKeys, GtidSet executed) {
    /** What belongs to the server itself. */
    static final Set<String> SYSTEM = Set.of("mysql", "information_schema", "performance_schema", "sys");

    private static final Pattern MEMBER = Pattern.compile("'((?:[^']|'')*)'");
    /** What the server writes for characters in a member. */
    private static final Pattern ESCAPED = Pattern.compile("''|\\\\[\\\\nr0]");

    private static final int ATTEMPTS = 20;

    Catalog {
        tables = List.copyOf(tables);
    }

    /**
     * Looks until the tables were the same before and after the set was read: then all DDL that shows is in it, and what is not in it comes with the log.
     */
    static Catalog look(Connection connection, TableSelection selection) throws SQLException {
        List<DescribedTable> before = describe(connection, selection);
        ForeignKeys keysBefore = foreignKeys(connection, before);
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            GtidSet executed = ServerState.executed(connection);
            List<DescribedTable> after = describe(connection, selection);
            ForeignKeys keysAfter = foreignKeys(connection, after);
            if (areSame(before, after) && keysBefore.equals(keysAfter)) {
                return new Catalog(after, keysAfter, executed);
            }
            before = after;
            keysBefore = keysAfter;
        }
        throw new SQLException("the tables are altered all the time");
    }

    private static ForeignKeys foreignKeys(Connection connection, List<DescribedTable> tables) throws SQLException {
        return ForeignKeys.look(
                connection, tables.stream().map(DescribedTable::table).toList());
    }

    private static boolean areSame(List<DescribedTable> before, List<DescribedTable> after) {
        if (before.size() != after.size()) {
            return false;
        }
        for (int i = 0; i < before.size(); i++) {
            if (!before.get(i).isAs(after.get(i))) {
                return false;
            }
        }
        return true;
    }

    private static List<DescribedTable> describe(Connection connection, TableSelection selection) throws SQLException {
        Map<TableRef, Entry> entries = new LinkedHashMap<>();
        String sql = "SELECT TABLE_SCHEMA, TABLE_NAME, ENGINE, TABLE_ROWS FROM information_schema.TABLES"
                + " WHERE TABLE_TYPE = 'BASE TABLE' AND TABLE_SCHEMA NOT IN ('mysql', 'sys') ORDER BY 1, 2";
        try (PreparedStatement statement = connection.prepareStatement(sql);
                ResultSet rows = statement.executeQuery()) {
            while (rows.next()) {
                TableRef table = new TableRef(rows.getString(1), rows.getString(2));
                if (selection.isWanted(table) && !SYSTEM.contains(table.schema())) {
                    entries.put(table, new Entry(table, String.valueOf(rows.getString(3)), rows.getLong(4)));
                }
            }
        }
        Set<String> schemas = new HashSet<>();
        entries.keySet().forEach(table -> schemas.add(table.schema()));
        for (String schema : schemas) {
            columns(connection, schema, entries);
            keys(connection, schema, entries);
        }
        for (Entry entry : entries.values()) {
            if (entry.hasToChoose()) {
                entry.inOrder(connection);
            }
        }
        return entries.values().stream().map(Entry::described).toList();
    }

    private static void columns(Connection connection, String schema, Map<TableRef, Entry> entries)
            throws SQLException {
        each(
                connection,
                "SELECT TABLE_NAME, COLUMN_NAME, DATA_TYPE, COLUMN_TYPE, CHARACTER_SET_NAME, NUMERIC_PRECISION,"
                        + " NUMERIC_SCALE, DATETIME_PRECISION, CHARACTER_OCTET_LENGTH, IS_NULLABLE"
                        + " FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = ? ORDER BY TABLE_NAME,"
                        + " ORDINAL_POSITION",
                schema,
                row -> {
                    Entry entry = entries.get(new TableRef(schema, row.getString(1)));
                    if (entry != null) {
                        entry.add(row);
                    }
                });
    }

    private static void keys(Connection connection, String schema, Map<TableRef, Entry> entries) throws SQLException {
        each(
                connection,
                "SELECT TABLE_NAME, INDEX_NAME, COLUMN_NAME, SUB_PART FROM information_schema.STATISTICS"
                        + " WHERE TABLE_SCHEMA = ? AND NON_UNIQUE = 0 ORDER BY TABLE_NAME,"
                        + " INDEX_NAME <> 'PRIMARY', INDEX_NAME, SEQ_IN_INDEX",
                schema,
                row -> {
                    Entry entry = entries.get(new TableRef(schema, row.getString(1)));
                    if (entry != null) {
                        entry.indexes
                                .computeIfAbsent(row.getString(2), name -> new ArrayList<>())
                                .add(row.getString(4) == null ? row.getString(3) : null);
                    }
                });
    }

    private static void each(Connection connection, String sql, String schema, Row row) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, schema);
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    row.take(rows);
                }
            }
        }
    }

    private interface Row {
        void take(ResultSet row) throws SQLException;
    }

    /** What is being collected of a table. */
    private static final class Entry {
        private final TableRef table;
        private final String engine;
        private final long rows;
        private final List<Column> columns = new ArrayList<>();
        private final Set<String> nullable = new HashSet<>();
        private Map<String, List<@Nullable String>> indexes = new LinkedHashMap<>();
        private @Nullable String obstacle;

        private Entry(TableRef table, String engine, long rows) {
            this.table = table;
            this.engine = engine;
            this.rows = rows;
        }

        private void add(ResultSet row) throws SQLException {
            String name = row.getString(2);
            String type = row.getString(3);
            String columnType = row.getString(4);
            String charset = row.getString(5) == null ? "" : row.getString(5);
            if (MysqlType.kind(type).isEmpty()) {
                obstacle = "has the column \"" + name + "\" of type " + type + ", which this version does not know";
                return;
            }
            if (!charset.isEmpty() && !MysqlCharset.isKnown(charset)) {
                obstacle = "has the column \"" + name + "\" in character set " + charset
                        + ", which this version does not know";
                return;
            }
            if ("YES".equals(row.getString(10))) {
                nullable.add(name);
            }
            MysqlType.Kind kind = MysqlType.kind(type).orElseThrow();
            int length = switch (type) {
                case "decimal", "bit" -> row.getInt(6);
                case "char", "varchar", "binary", "varbinary" -> (int) row.getLong(9);
                default -> 0;
            };
            int decimals = switch (kind) {
                case DECIMAL -> row.getInt(7);
                case DATETIME, TIME -> row.getInt(8);
                default -> 0;
            };
            boolean hasMembers = kind == MysqlType.Kind.ENUM || kind == MysqlType.Kind.SET;
            columns.add(new Column(
                    name,
                    new MysqlType(
                            type,
                            columnType.contains("unsigned"),
                            length,
                            decimals,
                            kind == MysqlType.Kind.TEXT ? charset : "",
                            hasMembers ? members(columnType) : List.of())));
        }

        private static List<String> members(String columnType) {
            List<String> members = new ArrayList<>();
            Matcher member = MEMBER.matcher(columnType);
            while (member.find()) {
                members.add(ESCAPED.matcher(member.group(1)).replaceAll(Entry::unescaped));
            }
            return members;
        }

        private static String unescaped(MatchResult escaped) {
            String meant = switch (escaped.group()) {
                case "''" -> "'";
                case "\\n" -> "\n";
                case "\\r" -> "\r";
                case "\\0" -> "\0";
                default -> "\\";
            };
            return Matcher.quoteReplacement(meant);
        }

        private DescribedTable described() {
            List<Integer> key = key();
            if (obstacle == null && !engine.equals("InnoDB")) {
                obstacle = "is of the engine " + engine + ", whose rows are visible before they are logged";
            }
            return new DescribedTable(new Relation(table, columns, key), obstacle, rows);
        }

        /** Whether it has several unique keys and none of them is the primary one. */
        private boolean hasToChoose() {
            return indexes.size() > 1 && !indexes.containsKey("PRIMARY");
        }

        /** Puts the keys in the order in which the server prefers them: it logs the first as the key of a row. */
        private void inOrder(Connection connection) throws SQLException {
            Map<String, List<@Nullable String>> ordered = new LinkedHashMap<>();
            try (Statement statement = connection.createStatement();
                    ResultSet rows = statement.executeQuery("SHOW INDEX FROM " + Sql.name(table))) {
                while (rows.next()) {
                    List<@Nullable String> index = indexes.get(rows.getString("Key_name"));
                    if (index != null) {
                        ordered.put(rows.getString("Key_name"), index);
                    }
                }
            }
            indexes = ordered;
        }

        /**
         * The primary key, or else the first unique key that has a value in each row. In the lists of {@code indexes}, null is what is no whole column.
         */
        private List<Integer> key() {
            List<String> names = columns.stream().map(Column::name).toList();
            for (Collection<@Nullable String> index : indexes.values()) {
                if (names.containsAll(index) && index.stream().noneMatch(nullable::contains)) {
                    return index.stream().map(names::indexOf).toList();
                }
            }
            return List.of();
        }
    }
}
