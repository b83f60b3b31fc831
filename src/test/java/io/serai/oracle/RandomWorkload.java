package io.serai.oracle;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One writer's random transactions: inserts, updates, key changes and swaps, deletes, truncates, rollbacks, big ones, updates that leave a large
 * column unchanged. Transactions are numbered; each writes its number to the table {@code marker} and to every row that it touches, and what it
 * did is kept, so that the source's state after any transaction can be told. Confined to one thread, except {@link #history()}.
 */
final class RandomWorkload implements AutoCloseable {
    /** What one transaction did: by table and id, the row that it left, or null where it left none. */
    record Done(long number, Map<String, Map<String, @Nullable SourceRow>> rows) {}

    private static final int OWNERS = 7;
    private static final long IDS_OF_ONE_SOURCE = 1_000_000_000;

    private final List<RandomTable> tables;
    private final Random random;
    private Connection connection;
    private final String marker;
    private final Map<String, TreeMap<String, SourceRow>> state = new HashMap<>();
    private final List<Done> history = new ArrayList<>();
    private final long firstId;
    private long nextId;
    private long number;
    private long pending;

    /** A workload whose ids no other {@code origin} gives. */
    RandomWorkload(Connection connection, int origin, Random random) {
        this.connection = connection;
        this.random = random;
        this.marker = "now" + origin;
        this.nextId = origin * IDS_OF_ONE_SOURCE + 1;
        this.firstId = nextId;
        this.tables = List.of(
                RandomTable.random("items", random),
                RandomTable.random("notes", random),
                RandomTable.random("parts", random));
        tables.forEach(table -> state.put(table.name(), new TreeMap<>()));
    }

    /** The sync config that the expectations in {@link Expectation} follow. */
    String syncConfig() {
        StringBuilder yaml = new StringBuilder("bucket_definitions:\n");
        yaml.append("  marker:\n    data:\n      - SELECT * FROM marker\n");
        yaml.append("  everything:\n    data:\n");
        tables.forEach(table -> yaml.append("      - SELECT id, owner, n, tx FROM ")
                .append(table.name())
                .append("\n"));
        yaml.append("  by_owner:\n    parameters: SELECT request.user_id() AS owner\n    data:\n");
        tables.forEach(table -> yaml.append("      - SELECT id, owner, n, body, tx FROM ")
                .append(table.name())
                .append(" WHERE owner = bucket.owner\n"));
        return yaml.toString();
    }

    /** Creates the tables with {@code rows} rows each, and the publication. */
    void create(int rows) throws SQLException {
        connection.setAutoCommit(true);
        try (Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE marker (id text PRIMARY KEY, tx bigint NOT NULL)");
            statement.execute("INSERT INTO marker VALUES ('" + marker + "', 0)");
            for (RandomTable table : tables) {
                for (String ddl : table.ddl()) {
                    statement.execute(ddl);
                }
            }
            statement.execute("CREATE PUBLICATION powersync FOR ALL TABLES");
        }
        connection.setAutoCommit(false);
        for (RandomTable table : tables) {
            transaction(rowsOf -> insert(table, rows, rowsOf));
        }
    }

    /** Goes on with another connection; the former one is broken. */
    void reconnect(Connection next) throws SQLException {
        next.setAutoCommit(false);
        connection = next;
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }

    /** Runs one random transaction; some roll back and leave nothing. */
    void step() throws SQLException {
        RandomTable table = tables.get(random.nextInt(tables.size()));
        int kind = random.nextInt(1000);
        if (kind < 250) {
            transaction(done -> insert(table, 1 + random.nextInt(3), done));
        } else if (kind < 500) {
            transaction(done -> update(table, 1 + random.nextInt(4), false, done));
        } else if (kind < 600) {
            transaction(done -> update(table, 1 + random.nextInt(4), true, done));
        } else if (kind < 700) {
            transaction(done -> delete(table, 1 + random.nextInt(3), done));
        } else if (kind < 790) {
            transaction(done -> changeKey(table, done));
        } else if (kind < 850) {
            transaction(done -> swapKeys(table, done));
        } else if (kind < 930) {
            transaction(done -> {
                RandomTable other = tables.get(random.nextInt(tables.size()));
                insert(table, 1, done);
                changeKey(table, done);
                update(other, 2, true, done);
                delete(other, 1, done);
                insert(other, 2, done);
            });
        } else if (kind < 988) {
            rollback(table);
        } else if (kind < 997) {
            transaction(done -> update(table, 1000 + random.nextInt(3000), random.nextBoolean(), done));
        } else {
            transaction(done -> {
                truncate(table, done);
                insert(table, 50 + random.nextInt(200), done);
            });
        }
    }

    /** Runs one large transaction over all rows of all tables. */
    void largeTransaction() throws SQLException {
        transaction(done -> {
            for (RandomTable table : tables) {
                update(table, Integer.MAX_VALUE, false, done);
                insert(table, 2000, done);
            }
        });
    }

    /** The transactions so far, oldest first. */
    List<Done> history() {
        synchronized (history) {
            return List.copyOf(history);
        }
    }

    /** The id of the row that holds the number of the last transaction. */
    String marker() {
        return marker;
    }

    /** The number of the last transaction that was committed. */
    long lastNumber() {
        return number;
    }

    /** The rows of the tables as the source has them now. */
    Map<String, Map<String, SourceRow>> select() throws SQLException {
        Map<String, Map<String, SourceRow>> rows = new HashMap<>();
        try (Statement statement = connection.createStatement()) {
            for (RandomTable table : tables) {
                Map<String, SourceRow> of = new HashMap<>();
                try (ResultSet found =
                        statement.executeQuery("SELECT id::text, owner, n, body, tx FROM " + table.name())) {
                    while (found.next()) {
                        of.put(
                                found.getString(1),
                                new SourceRow(
                                        found.getString(1),
                                        found.getString(2),
                                        found.getInt(3),
                                        found.getString(4),
                                        found.getLong(5)));
                    }
                }
                rows.put(table.name(), of);
            }
        }
        connection.commit();
        return rows;
    }

    RandomTable table(String name) {
        return tables.stream()
                .filter(table -> table.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private void transaction(Body body) throws SQLException {
        long next = number + 1;
        Map<String, Map<String, @Nullable SourceRow>> done = new HashMap<>();
        try (PreparedStatement mark = connection.prepareStatement("UPDATE marker SET tx = ?")) {
            mark.setLong(1, next);
            mark.execute();
        }
        pending = next;
        body.run(done);
        connection.commit();
        number = next;
        synchronized (history) {
            history.add(new Done(next, done));
        }
    }

    private void rollback(RandomTable table) throws SQLException {
        Map<String, Map<String, SourceRow>> before = new HashMap<>();
        state.forEach((name, rows) -> before.put(name, new TreeMap<>(rows)));
        pending = -1;
        Map<String, Map<String, @Nullable SourceRow>> undone = new HashMap<>();
        insert(table, 2, undone);
        update(table, 3, true, undone);
        delete(table, 2, undone);
        connection.rollback();
        before.forEach((name, rows) -> state.put(name, new TreeMap<>(rows)));
    }

    private void insert(RandomTable table, int rows, Map<String, Map<String, @Nullable SourceRow>> done)
            throws SQLException {
        String sql = table.hasPart()
                ? "INSERT INTO " + table.name() + " (id, owner, n, body, tx, part) VALUES (?::text, ?, ?, ?, ?, ?)"
                : "INSERT INTO " + table.name() + " (id, owner, n, body, tx) VALUES (?::" + table.idType()
                        + ", ?, ?, ?, ?)";
        try (PreparedStatement insert = connection.prepareStatement(sql)) {
            for (int i = 0; i < rows; i++) {
                SourceRow row = new SourceRow(table.id(nextId++), owner(), random.nextInt(100), body(), pending);
                insert.setString(1, row.id());
                insert.setString(2, row.owner());
                insert.setInt(3, row.n());
                insert.setString(4, row.body());
                insert.setLong(5, row.tx());
                if (table.hasPart()) {
                    insert.setInt(6, RandomTable.part(row.id()));
                }
                insert.addBatch();
                put(table, row, done);
            }
            insert.executeBatch();
        }
    }

    private void update(
            RandomTable table, int rows, boolean withBody, Map<String, Map<String, @Nullable SourceRow>> done)
            throws SQLException {
        String sql = "UPDATE " + table.name() + " SET owner = ?, n = ?, tx = ?" + (withBody ? ", body = ?" : "")
                + " WHERE id = ?::" + table.idType();
        try (PreparedStatement update = connection.prepareStatement(sql)) {
            for (SourceRow row : some(table, rows)) {
                SourceRow after = new SourceRow(
                        row.id(),
                        random.nextInt(4) == 0 ? owner() : row.owner(),
                        row.n() + 1,
                        withBody ? body() : row.body(),
                        pending);
                int at = 1;
                update.setString(at++, after.owner());
                update.setInt(at++, after.n());
                update.setLong(at++, after.tx());
                if (withBody) {
                    update.setString(at++, after.body());
                }
                update.setString(at, after.id());
                update.addBatch();
                put(table, after, done);
            }
            update.executeBatch();
        }
    }

    private void delete(RandomTable table, int rows, Map<String, Map<String, @Nullable SourceRow>> done)
            throws SQLException {
        try (PreparedStatement delete =
                connection.prepareStatement("DELETE FROM " + table.name() + " WHERE id = ?::" + table.idType())) {
            for (SourceRow row : some(table, rows)) {
                delete.setString(1, row.id());
                delete.execute();
                remove(table, row.id(), done);
            }
        }
    }

    private void changeKey(RandomTable table, Map<String, Map<String, @Nullable SourceRow>> done) throws SQLException {
        for (SourceRow row : some(table, 1)) {
            SourceRow after = new SourceRow(table.id(nextId++), row.owner(), row.n(), row.body(), pending);
            rename(table, row.id(), after.id());
            remove(table, row.id(), done);
            put(table, after, done);
        }
    }

    private void swapKeys(RandomTable table, Map<String, Map<String, @Nullable SourceRow>> done) throws SQLException {
        List<SourceRow> two = some(table, 2);
        if (two.size() < 2) {
            return;
        }
        SourceRow a = two.get(0);
        SourceRow b = two.get(1);
        String between = table.id(nextId++);
        rename(table, a.id(), between);
        rename(table, b.id(), a.id());
        rename(table, between, b.id());
        put(table, new SourceRow(b.id(), a.owner(), a.n(), a.body(), pending), done);
        put(table, new SourceRow(a.id(), b.owner(), b.n(), b.body(), pending), done);
    }

    private void rename(RandomTable table, String from, String to) throws SQLException {
        String part = table.hasPart() ? ", part = " + RandomTable.part(to) : "";
        try (PreparedStatement update = connection.prepareStatement("UPDATE " + table.name() + " SET id = ?::"
                + table.idType() + ", tx = ?" + part + " WHERE id = ?::" + table.idType())) {
            update.setString(1, to);
            update.setLong(2, pending);
            update.setString(3, from);
            update.execute();
        }
    }

    private void truncate(RandomTable table, Map<String, Map<String, @Nullable SourceRow>> done) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("TRUNCATE " + table.name());
        }
        for (String id : List.copyOf(rows(table).keySet())) {
            remove(table, id, done);
        }
    }

    private List<SourceRow> some(RandomTable table, int count) {
        TreeMap<String, SourceRow> rows = rows(table);
        List<SourceRow> some = new ArrayList<>();
        if (count >= rows.size()) {
            return List.copyOf(rows.values());
        }
        String from = table.id(firstId + random.nextLong(nextId - firstId + 1));
        for (SourceRow row : rows.tailMap(from).values()) {
            if (some.size() == count) {
                return some;
            }
            some.add(row);
        }
        for (SourceRow row : rows.headMap(from).values()) {
            if (some.size() == count) {
                break;
            }
            some.add(row);
        }
        return some;
    }

    private void put(RandomTable table, SourceRow row, Map<String, Map<String, @Nullable SourceRow>> done) {
        rows(table).put(row.id(), row);
        done.computeIfAbsent(table.name(), name -> new HashMap<>()).put(row.id(), row);
    }

    private void remove(RandomTable table, String id, Map<String, Map<String, @Nullable SourceRow>> done) {
        rows(table).remove(id);
        done.computeIfAbsent(table.name(), name -> new HashMap<>()).put(id, null);
    }

    private TreeMap<String, SourceRow> rows(RandomTable table) {
        TreeMap<String, SourceRow> rows = state.get(table.name());
        if (rows == null) {
            throw new IllegalStateException(table.name());
        }
        return rows;
    }

    private String owner() {
        return "o" + random.nextInt(OWNERS);
    }

    private @Nullable String body() {
        int kind = random.nextInt(20);
        if (kind == 0) {
            return null;
        }
        return kind < 3 ? "x" + random.nextInt(1000) + "y".repeat(2500 + random.nextInt(3000)) : "b" + random.nextInt();
    }

    private interface Body {
        void run(Map<String, Map<String, @Nullable SourceRow>> done) throws SQLException;
    }
}
