package io.serai.source.mysql;

import io.serai.change.TableRef;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The foreign keys with actions on the ways to tables that are replicated. Servers before 9.6 do not log what such actions do. Immutable.
 *
 * @param all each of them
 */
record ForeignKeys(Set<ForeignKey> all) {
    static final ForeignKeys NONE = new ForeignKeys(Set.of());

    private static final Set<String> NO_ACTION = Set.of("RESTRICT", "NO ACTION");
    private static final String QUERY = "SELECT r.TABLE_NAME, r.CONSTRAINT_NAME, r.UNIQUE_CONSTRAINT_SCHEMA,"
            + " r.REFERENCED_TABLE_NAME, r.UPDATE_RULE, r.DELETE_RULE, k.REFERENCED_COLUMN_NAME"
            + " FROM information_schema.REFERENTIAL_CONSTRAINTS r JOIN information_schema.KEY_COLUMN_USAGE k"
            + " ON k.CONSTRAINT_SCHEMA = r.CONSTRAINT_SCHEMA AND k.CONSTRAINT_NAME = r.CONSTRAINT_NAME"
            + " AND k.TABLE_NAME = r.TABLE_NAME WHERE r.CONSTRAINT_SCHEMA = ? AND k.CONSTRAINT_SCHEMA = ?";

    ForeignKeys {
        all = Set.copyOf(all);
    }

    /** Those that lead, over any number of tables, to these. */
    static ForeignKeys look(Connection connection, Collection<TableRef> tables) throws SQLException {
        Set<ForeignKey> found = new HashSet<>();
        Set<String> asked = new HashSet<>();
        Deque<String> schemas = new ArrayDeque<>();
        tables.forEach(table -> schemas.add(table.schema()));
        while (!schemas.isEmpty()) {
            String schema = schemas.remove();
            if (asked.add(schema)) {
                Collection<ForeignKey> of = of(connection, schema);
                found.addAll(of);
                of.forEach(key -> schemas.add(key.parent().schema()));
            }
        }
        ForeignKeys all = new ForeignKeys(found);
        Set<ForeignKey> needed = new HashSet<>();
        tables.forEach(table -> needed.addAll(all.above(table)));
        return new ForeignKeys(needed);
    }

    private static Collection<ForeignKey> of(Connection connection, String schema) throws SQLException {
        Map<String, ForeignKey> keys = new LinkedHashMap<>();
        try (PreparedStatement statement = connection.prepareStatement(QUERY)) {
            statement.setString(1, schema);
            statement.setString(2, schema);
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    ForeignKey key = new ForeignKey(
                            new TableRef(schema, row.getString(1)),
                            new TableRef(row.getString(3), row.getString(4)),
                            Set.of(row.getString(7)),
                            !NO_ACTION.contains(row.getString(5)),
                            !NO_ACTION.contains(row.getString(6)));
                    if (key.onUpdate() || key.onDelete()) {
                        keys.merge(row.getString(1) + '.' + row.getString(2), key, ForeignKeys::joined);
                    }
                }
            }
        }
        return keys.values();
    }

    private static ForeignKey joined(ForeignKey one, ForeignKey other) {
        Set<String> referenced = new HashSet<>(one.referenced());
        referenced.addAll(other.referenced());
        return new ForeignKey(one.child(), one.parent(), referenced, one.onUpdate(), one.onDelete());
    }

    /** The foreign keys that change rows of a table, its own and those of the tables that they reference, on all levels. */
    Set<ForeignKey> above(TableRef table) {
        Set<ForeignKey> found = new LinkedHashSet<>();
        Deque<TableRef> left = new ArrayDeque<>(List.of(table));
        while (!left.isEmpty()) {
            TableRef child = left.remove();
            for (ForeignKey key : all) {
                if (key.child().equals(child) && found.add(key)) {
                    left.add(key.parent());
                }
            }
        }
        return found;
    }

    /** Whether a change of a table may change rows of others. */
    boolean isParent(TableRef table) {
        return all.stream().anyMatch(key -> key.parent().equals(table));
    }

    /** The columns of a table whose change changes rows of others. */
    Set<String> referenced(TableRef parent) {
        return all.stream()
                .filter(key -> key.parent().equals(parent) && key.onUpdate())
                .flatMap(key -> key.referenced().stream())
                .collect(Collectors.toSet());
    }

    /** The tables whose rows may change, on all levels, when a row of this one is deleted, or else gets another key. */
    Set<TableRef> below(TableRef parent, boolean isDelete) {
        Set<TableRef> hit = new LinkedHashSet<>();
        Deque<TableRef> left = new ArrayDeque<>();
        for (ForeignKey key : all) {
            if (key.parent().equals(parent) && (isDelete ? key.onDelete() : key.onUpdate()) && hit.add(key.child())) {
                left.add(key.child());
            }
        }
        while (!left.isEmpty()) {
            TableRef next = left.remove();
            for (ForeignKey key : all) {
                if (key.parent().equals(next) && hit.add(key.child())) {
                    left.add(key.child());
                }
            }
        }
        return hit;
    }

    /** The tables that are referenced. */
    Set<TableRef> parents() {
        return all.stream().map(ForeignKey::parent).collect(Collectors.toSet());
    }
}
