package io.serai.oracle;

import io.serai.testsupport.MysqlTestDatabase;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One writer's random transactions on MySQL: inserts, updates, key changes and swaps, deletes, cascades of a foreign key, rollbacks, XA transactions,
 * big ones, equal rows of a table without a key, with row images of every kind and compressed now and then. Each transaction has a number, which it writes to the table {@code marker}; what
 * it did is kept, so that the source's state after any transaction can be told. Confined to one thread, except {@link #after} and {@link #lastNumber}.
 */
final class MysqlWorkload implements AutoCloseable {
    private static final List<String> TABLES = List.of("items", "notes", "parts");
    /** What a body that is NULL is in JSON. */
    private static final String NULL = "null";

    private static final int ACCOUNTS = 20;
    private static final int OWNERS = 7;
    /** Of the table without a key: so few that most rows have equals. */
    private static final int VISITS = 60;

    /** What a transaction left, by table and id: a row's JSON members, or null where it left none. */
    private record Done(long number, Map<String, Map<String, @Nullable Map<String, Object>>> rows) {}

    private final MysqlTestDatabase database;
    private final Connection connection;
    private final Random random;
    private final boolean hasPartialImages;
    private final Map<String, TreeMap<String, Map<String, Object>>> state = new TreeMap<>();
    private final List<Done> history = new ArrayList<>();
    private Map<String, Map<String, @Nullable Map<String, Object>>> pending = new LinkedHashMap<>();
    private long number;
    private long pendingNumber;
    private long nextId = 1;
    private int alterations;

    /** @param hasPartialImages whether the log has rows of which columns are missing */
    MysqlWorkload(MysqlTestDatabase database, Random random, boolean hasPartialImages) throws SQLException {
        this.hasPartialImages = hasPartialImages;
        this.database = database;
        this.connection = database.connection();
        this.random = random;
    }

    static String syncConfig() {
        return """
                bucket_definitions:
                  marker:
                    data:
                      - SELECT * FROM marker
                  everything:
                    data:
                      - SELECT id, owner, n, tx FROM items
                      - SELECT id, owner, n, tx FROM notes
                      - SELECT id, owner, n, tx FROM parts
                      - SELECT id, amount, tx FROM accounts
                      - SELECT id, account, tx FROM entries
                      - SELECT owner || ':' || n AS id, owner, n FROM visits
                  by_owner:
                    parameters: SELECT request.user_id() AS owner
                    data:
                      - SELECT id, owner, n, body, tx FROM items WHERE owner = bucket.owner
                      - SELECT id, owner, n, body, tx FROM notes WHERE owner = bucket.owner
                      - SELECT id, owner, n, body, tx FROM parts WHERE owner = bucket.owner
                """;
    }

    /** Creates the tables with {@code rows} rows each. */
    void create(int rows) throws SQLException {
        String columns = ", owner varchar(20) NOT NULL, n int NOT NULL, body text, tx bigint NOT NULL";
        execute("CREATE TABLE marker (id varchar(10) PRIMARY KEY, tx bigint NOT NULL)");
        execute("INSERT INTO marker VALUES ('now', 0)");
        execute("CREATE TABLE items (id varchar(60) COLLATE utf8mb4_bin PRIMARY KEY" + columns + ")");
        execute("CREATE TABLE notes (id bigint PRIMARY KEY" + columns + ")");
        execute("CREATE TABLE parts (id varchar(40) NOT NULL, part int NOT NULL" + columns
                + ", PRIMARY KEY (part, id))");
        execute("CREATE TABLE accounts (id varchar(20) PRIMARY KEY, amount int NOT NULL, tx bigint NOT NULL)");
        execute("CREATE TABLE entries (id bigint PRIMARY KEY, account varchar(20) NOT NULL, tx bigint NOT NULL,"
                + " FOREIGN KEY (account) REFERENCES accounts(id) ON UPDATE CASCADE ON DELETE CASCADE)");
        execute("CREATE TABLE visits (owner varchar(20), n int, body text)");
        transaction(() -> {
            for (String table : TABLES) {
                insert(table, rows);
            }
            for (int i = 0; i < ACCOUNTS; i++) {
                putAccount("a" + i, 1000);
                insertEntry("a" + i);
            }
            for (int i = 0; i < VISITS; i++) {
                visit();
            }
        });
    }

    /** Runs one random transaction; some roll back and leave nothing. */
    void step() throws SQLException {
        if (random.nextInt(20) == 0) {
            if (hasPartialImages) {
                execute("SET SESSION binlog_row_image = '"
                        + List.of("FULL", "MINIMAL", "NOBLOB").get(random.nextInt(3)) + "'");
            }
            execute("SET SESSION binlog_transaction_compression = " + random.nextInt(2));
        }
        String table = TABLES.get(random.nextInt(TABLES.size()));
        int kind = random.nextInt(1000);
        if (kind < 250) {
            transaction(() -> insert(table, 1 + random.nextInt(3)));
        } else if (kind < 350) {
            transaction(() -> changeVisits(1 + random.nextInt(4)));
        } else if (kind < 550) {
            transaction(() -> update(table, 1 + random.nextInt(4)));
        } else if (kind < 650) {
            transaction(() -> delete(table, 1 + random.nextInt(3)));
        } else if (kind < 740) {
            transaction(() -> changeKey(table));
        } else if (kind < 780) {
            transaction(() -> swapKeys(table));
        } else if (kind < 880) {
            transaction(this::cascade);
        } else if (kind < 940) {
            xa(
                    () -> {
                        update(table, 2);
                        changeVisits(1);
                    },
                    random.nextInt(3));
        } else if (kind < 980) {
            begin();
            update(table, 3);
            changeVisits(2);
            end("ROLLBACK", false);
        } else if (kind < 992) {
            transaction(() -> {
                execute("SAVEPOINT s");
                insert(table, 1);
                update(TABLES.get(random.nextInt(TABLES.size())), 2);
                changeKey(table);
            });
        } else {
            transaction(() -> update(table, 1000 + random.nextInt(2000)));
        }
    }

    /** Alters a table in one of the ways that people do it; of what is replicated nothing changes. */
    void alter() throws SQLException {
        String table = TABLES.get(random.nextInt(TABLES.size()));
        String column = "c" + alterations++;
        switch (random.nextInt(7)) {
            case 0 -> execute("ALTER TABLE " + table + " ADD COLUMN " + column + " int DEFAULT 7 FIRST");
            case 1 -> execute("ALTER TABLE " + table + " ADD COLUMN " + column + " varchar(10) AFTER owner");
            case 2 ->
                execute("ALTER TABLE " + table + " MODIFY body mediumtext CHARACTER SET "
                        + List.of("utf8mb4", "utf16", "latin1").get(random.nextInt(3)));
            case 3 ->
                execute("ALTER TABLE " + table + " MODIFY n int NOT NULL "
                        + List.of("FIRST", "AFTER owner", "AFTER tx").get(random.nextInt(3)));
            case 4 -> {
                execute("CREATE TABLE _" + table + "_new LIKE " + table);
                execute("INSERT INTO _" + table + "_new SELECT * FROM " + table);
                execute("RENAME TABLE " + table + " TO _" + table + "_old, _" + table + "_new TO " + table);
                execute("DROP TABLE _" + table + "_old");
            }
            case 5 -> execute("ALTER TABLE visits ADD COLUMN " + column + " int DEFAULT 7 FIRST");
            default -> {
                execute("TRUNCATE TABLE " + table);
                transaction(() -> {
                    List.copyOf(rows(table).keySet()).forEach(id -> put(table, id, null));
                    insert(table, 30);
                });
            }
        }
    }

    /** Runs one large transaction over all rows. */
    void largeTransaction() throws SQLException {
        transaction(() -> {
            for (String table : TABLES) {
                update(table, Integer.MAX_VALUE);
                insert(table, 2000);
            }
        });
    }

    synchronized long lastNumber() {
        return number;
    }

    /** The buckets' rows after the transaction with this number, as bucket, table and id, to JSON. */
    synchronized Map<String, String> after(long last) {
        Map<String, Map<String, Map<String, Object>>> rows = new TreeMap<>();
        for (Done done : history) {
            if (done.number() <= last) {
                done.rows().forEach((table, changed) -> {
                    Map<String, Map<String, Object>> of = rows.computeIfAbsent(table, name -> new TreeMap<>());
                    changed.forEach((id, row) -> {
                        if (row == null) {
                            of.remove(id);
                        } else {
                            of.put(id, row);
                        }
                    });
                });
            }
        }
        Map<String, String> buckets = new TreeMap<>();
        buckets.put("marker[] marker now", "{\"id\":\"now\",\"tx\":" + last + "}");
        rows.forEach((table, of) -> of.forEach((id, row) -> {
            Map<String, Object> shown = new LinkedHashMap<>(row);
            if (table.equals("visits")) {
                buckets.put("everything[] visits " + row.get("id"), json(shown));
                return;
            }
            if (row.containsKey("owner")) {
                buckets.put("by_owner[\"" + row.get("owner") + "\"] " + table + " " + id, json(row));
                shown.remove("body");
            }
            buckets.put("everything[] " + table + " " + id, json(shown));
        }));
        return buckets;
    }

    private static String json(Map<String, Object> row) {
        StringBuilder out = new StringBuilder("{");
        row.forEach((name, value) -> {
            out.append(out.length() > 1 ? "," : "").append('"').append(name).append("\":");
            out.append(value instanceof String text && !text.equals(NULL) ? '"' + text + '"' : value);
        });
        return out.append('}').toString();
    }

    private interface Body {
        void run() throws SQLException;
    }

    private void transaction(Body body) throws SQLException {
        begin();
        body.run();
        mark();
        end("COMMIT", true);
    }

    /** Committed in one phase or in two, or rolled back after it was prepared. */
    private void xa(Body body, int kind) throws SQLException {
        String xid = "'x" + number + "', 'b', 3";
        pending = new LinkedHashMap<>();
        pendingNumber = number + 1;
        execute("XA START " + xid);
        body.run();
        mark();
        execute("XA END " + xid);
        if (kind == 0) {
            end("XA COMMIT " + xid + " ONE PHASE", true);
        } else {
            execute("XA PREPARE " + xid);
            end((kind == 1 ? "XA COMMIT " : "XA ROLLBACK ") + xid, kind == 1);
        }
    }

    private void begin() throws SQLException {
        pending = new LinkedHashMap<>();
        pendingNumber = number + 1;
        execute("BEGIN");
    }

    private void mark() throws SQLException {
        execute("UPDATE marker SET tx = " + pendingNumber);
    }

    private void end(String statement, boolean counts) throws SQLException {
        if (!counts) {
            execute(statement);
            pending.forEach((table, rows) -> rows.keySet().forEach(id -> restore(table, id)));
            return;
        }
        synchronized (this) { // a checkpoint that has it is looked at later
            execute(statement);
            number = pendingNumber;
            history.add(new Done(number, pending));
        }
    }

    private void restore(String table, String id) {
        Map<String, Object> former = null;
        for (int i = history.size() - 1; i >= 0; i--) {
            Map<String, @Nullable Map<String, Object>> rows =
                    history.get(i).rows().get(table);
            if (rows != null && rows.containsKey(id)) {
                former = rows.get(id);
                break;
            }
        }
        if (former == null) {
            rows(table).remove(id);
        } else {
            rows(table).put(id, former);
        }
    }

    private void insert(String table, int count) throws SQLException {
        boolean hasPart = table.equals("parts");
        String sql = "INSERT INTO " + table + " (id, owner, n, body, tx" + (hasPart ? ", part" : "")
                + ") VALUES (?, ?, ?, ?, ?" + (hasPart ? ", ?" : "") + ")";
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < count; i++) {
                String id = id(table);
                Map<String, Object> row = row(table, id, "o" + random.nextInt(OWNERS), 0, body());
                statement.setString(1, id);
                statement.setString(2, (String) row.get("owner"));
                statement.setInt(3, 0);
                statement.setString(4, NULL.equals(row.get("body")) ? null : (String) row.get("body"));
                statement.setLong(5, pendingNumber);
                if (hasPart) {
                    statement.setInt(6, part(id));
                }
                statement.addBatch();
                put(table, id, row);
            }
            statement.executeBatch();
        }
    }

    private Map<String, Object> row(String table, String id, String owner, int n, String body) {
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("id", table.equals("notes") ? Long.valueOf(id) : id);
        row.put("owner", owner);
        row.put("n", n);
        row.put("body", body);
        row.put("tx", pendingNumber);
        return row;
    }

    private void update(String table, int count) throws SQLException {
        boolean withBody = random.nextInt(3) == 0;
        boolean withOwner = random.nextInt(3) == 0;
        String sql = "UPDATE " + table + " SET n = n + 1, tx = ?" + (withOwner ? ", owner = ?" : "")
                + (withBody ? ", body = ?" : "") + " WHERE id = ?";
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (String id : some(table, count)) {
                Map<String, Object> former = former(table, id);
                Map<String, Object> row = row(
                        table,
                        id,
                        withOwner ? "o" + random.nextInt(OWNERS) : text(former, "owner"),
                        Integer.parseInt(String.valueOf(former.get("n"))) + 1,
                        withBody ? body() : text(former, "body"));
                int at = 1;
                statement.setLong(at++, pendingNumber);
                if (withOwner) {
                    statement.setString(at++, (String) row.get("owner"));
                }
                if (withBody) {
                    statement.setString(at++, NULL.equals(row.get("body")) ? null : (String) row.get("body"));
                }
                statement.setString(at, id);
                statement.addBatch();
                put(table, id, row);
            }
            statement.executeBatch();
        }
    }

    private void delete(String table, int count) throws SQLException {
        for (String id : some(table, count)) {
            execute("DELETE FROM " + table + " WHERE id = '" + id + "'");
            put(table, id, null);
        }
    }

    private void changeKey(String table) throws SQLException {
        for (String id : some(table, 1)) {
            rename(table, id, id(table));
        }
    }

    private void swapKeys(String table) throws SQLException {
        List<String> two = some(table, 2);
        if (two.size() == 2) {
            String between = id(table);
            rename(table, two.get(0), between);
            rename(table, two.get(1), two.get(0));
            rename(table, between, two.get(1));
        }
    }

    private void rename(String table, String from, String to) throws SQLException {
        execute("UPDATE " + table + " SET id = '" + to + "', tx = " + pendingNumber
                + (table.equals("parts") ? ", part = " + part(to) : "") + " WHERE id = '" + from + "'");
        Map<String, Object> former = former(table, from);
        put(table, from, null);
        put(
                table,
                to,
                row(
                        table,
                        to,
                        text(former, "owner"),
                        Integer.parseInt(String.valueOf(former.get("n"))),
                        text(former, "body")));
    }

    /** A parent gets another key, or goes and comes back; its children follow. */
    private void cascade() throws SQLException {
        String account = "a" + random.nextInt(ACCOUNTS);
        insertEntry(account);
        if (random.nextBoolean()) {
            execute("UPDATE accounts SET id = '" + account + "_', tx = " + pendingNumber + " WHERE id = '" + account
                    + "'");
            execute("UPDATE accounts SET id = '" + account + "', tx = " + pendingNumber + " WHERE id = '" + account
                    + "_'");
            Map<String, Object> row = new LinkedHashMap<>(rows("accounts").get(account));
            row.put("tx", pendingNumber);
            put("accounts", account, row);
        } else {
            execute("DELETE FROM accounts WHERE id = '" + account + "'");
            for (Map.Entry<String, Map<String, Object>> entry :
                    Map.copyOf(rows("entries")).entrySet()) {
                if (account.equals(entry.getValue().get("account"))) {
                    put("entries", entry.getKey(), null);
                }
            }
            putAccount(account, random.nextInt(1000));
            insertEntry(account);
        }
    }

    /** Rows of the table without a key come, go and become others, one of several equal ones at a time. */
    private void changeVisits(int count) throws SQLException {
        for (int i = 0; i < count; i++) {
            List<String> some = some("visits", 1);
            if (some.isEmpty() || random.nextInt(3) == 0) {
                visit();
                continue;
            }
            Map<String, Object> row = former("visits", some.get(0));
            String one = " WHERE owner = '" + row.get("owner") + "' AND n = " + row.get("n") + " LIMIT 1";
            if (random.nextBoolean()) {
                execute("DELETE FROM visits" + one);
                put("visits", some.get(0), null);
            } else {
                int n = random.nextInt(4);
                execute("UPDATE visits SET body = REPEAT('x', 100 * " + n + "), n = " + n + one);
                put("visits", some.get(0), visit(text(row, "owner"), n));
            }
        }
    }

    private void visit() throws SQLException {
        Map<String, Object> row = visit("o" + random.nextInt(OWNERS), random.nextInt(4));
        execute("INSERT INTO visits (owner, n, body) VALUES ('" + row.get("owner") + "', " + row.get("n")
                + ", REPEAT('x', 100 * " + row.get("n") + "))");
        put("visits", Long.toString(nextId++), row);
    }

    private static Map<String, Object> visit(String owner, int n) {
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("id", owner + ":" + n);
        row.put("owner", owner);
        row.put("n", n);
        return row;
    }

    private void putAccount(String id, int amount) throws SQLException {
        execute("INSERT INTO accounts VALUES ('" + id + "', " + amount + ", " + pendingNumber + ")");
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("id", id);
        row.put("amount", amount);
        row.put("tx", pendingNumber);
        put("accounts", id, row);
    }

    private void insertEntry(String account) throws SQLException {
        String id = Long.toString(nextId++);
        execute("INSERT INTO entries VALUES (" + id + ", '" + account + "', " + pendingNumber + ")");
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("id", Long.valueOf(id));
        row.put("account", account);
        row.put("tx", pendingNumber);
        put("entries", id, row);
    }

    private List<String> some(String table, int count) {
        List<String> ids = new ArrayList<>(rows(table).keySet());
        int from = ids.isEmpty() ? 0 : random.nextInt(ids.size());
        List<String> some = new ArrayList<>();
        for (int i = 0; i < Math.min(count, ids.size()); i++) {
            some.add(ids.get((from + i) % ids.size()));
        }
        return some;
    }

    private void put(String table, String id, @Nullable Map<String, Object> row) {
        if (row == null) {
            rows(table).remove(id);
        } else {
            rows(table).put(id, row);
        }
        pending.computeIfAbsent(table, name -> new LinkedHashMap<>()).put(id, row);
    }

    private Map<String, Object> former(String table, String id) {
        return Objects.requireNonNull(rows(table).get(id));
    }

    private static String text(Map<String, Object> row, String name) {
        return (String) Objects.requireNonNull(row.get(name));
    }

    private TreeMap<String, Map<String, Object>> rows(String table) {
        return state.computeIfAbsent(table, name -> new TreeMap<>());
    }

    private String id(String table) {
        long id = nextId++;
        return table.equals("notes") ? Long.toString(id) : "r" + id;
    }

    private static int part(String id) {
        return Math.floorMod(id.hashCode(), 5);
    }

    private String body() {
        int kind = random.nextInt(20);
        if (kind == 0) {
            return NULL;
        }
        return kind < 3 ? "x" + random.nextInt(1000) + "y".repeat(2500 + random.nextInt(3000)) : "b" + random.nextInt();
    }

    private void execute(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    MysqlTestDatabase database() {
        return database;
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
