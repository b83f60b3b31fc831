package io.serai.benchmark;

import io.serai.testsupport.TestDatabase;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;

/** A to-do application of a million rows with uuid keys, ten columns and jsonb, and the works that a source is measured by. Thread-safe. */
record BenchmarkDatabase(TestDatabase database, String host, int port, String user, String password) {
    static final int LISTS = 10_000;

    static final String SYNC_CONFIG = """
            bucket_definitions:
              by_owner:
                parameters: SELECT request.user_id() AS owner
                data:
                  - SELECT * FROM todos WHERE owner_id = bucket.owner
              all_lists:
                data:
                  - SELECT * FROM lists
            """;

    String name() {
        return database.name();
    }

    /** Creates the tables with {@code todos} to-dos of a thousand owners. */
    void create(int todos) {
        database.execute(
                "CREATE TABLE lists (id uuid PRIMARY KEY, owner_id uuid NOT NULL, name text NOT NULL,"
                        + " created_at timestamptz NOT NULL)",
                "CREATE TABLE todos (id uuid PRIMARY KEY, list_id uuid NOT NULL, owner_id uuid NOT NULL, title text NOT NULL,"
                        + " description text NOT NULL, completed boolean NOT NULL, priority int NOT NULL, estimate numeric(8,2),"
                        + " due timestamptz, tags jsonb NOT NULL)",
                "INSERT INTO lists SELECT md5('l' || n)::uuid, md5('u' || n % 1000)::uuid, 'list ' || n, now()"
                        + " FROM generate_series(1, " + LISTS + ") n",
                "INSERT INTO todos SELECT md5('t' || n)::uuid, md5('l' || n % 10000 + 1)::uuid, md5('u' || (n % 10000 + 1) % 1000)::uuid,"
                        + " 'todo ' || n, md5(n::text) || md5('a' || n), n % 3 = 0, n % 5, n % 100 / 4.0,"
                        + " timestamptz '2026-01-01 00:00Z' + n * interval '1 second',"
                        + " jsonb_build_object('color', (array['red','green','blue'])[1 + n % 3], 'labels', jsonb_build_array('a' || n % 10), 'n', n)"
                        + " FROM generate_series(1, " + todos + ") n",
                "CREATE PUBLICATION powersync FOR TABLE lists, todos",
                "VACUUM ANALYZE lists",
                "VACUUM ANALYZE todos");
    }

    /** Makes a slot for a bare engine and answers the offset that it begins at. */
    String slot(String slot) {
        String lsn = database.value(
                "SELECT lsn - '0/0'::pg_lsn FROM pg_create_logical_replication_slot('" + slot + "', 'pgoutput')");
        return "{\"lsn\":" + lsn + ",\"lsn_commit\":" + lsn + "}";
    }

    /** What makes a bare engine read this database from a slot; without an offset it takes a snapshot first. */
    Map<String, String> engine(String slot, boolean snapshot) {
        Map<String, String> settings = new HashMap<>(Map.of(
                "connector.class", "io.debezium.connector.postgresql.PostgresConnector",
                "snapshot.mode", snapshot ? "initial" : "no_data",
                "slot.name", slot,
                "plugin.name", "pgoutput",
                "publication.name", "powersync",
                "publication.autocreate.mode", "disabled",
                "lsn.flush.mode", "manual"));
        settings.putAll(Map.of(
                "database.hostname", host,
                "database.port", Integer.toString(port),
                "database.user", user,
                "database.password", password,
                "database.dbname", name()));
        return settings;
    }

    void dropSlot(String slot) {
        database.execute("SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE slot_name = '"
                + slot + "' AND NOT active");
    }

    /** One transaction of {@code rows} updates. */
    void largeTransaction(int rows) {
        database.execute(
                "UPDATE todos t SET priority = priority + 1, completed = NOT completed FROM generate_series(1, " + rows
                        + ") n WHERE t.id = md5('t' || n)::uuid");
    }

    /** {@code rows} transactions of one update each, from four connections. */
    void smallTransactions(int rows, int todos) throws Exception {
        ExecutorService clients = Executors.newFixedThreadPool(4);
        List<Future<?>> done = new ArrayList<>();
        for (int client = 0; client < 4; client++) {
            done.add(clients.submit(() -> {
                update(rows / 4, todos);
                return null;
            }));
        }
        for (Future<?> client : done) {
            client.get();
        }
        clients.shutdown();
    }

    private void update(int rows, int todos) throws SQLException {
        try (Connection connection = database.connection();
                PreparedStatement update = connection.prepareStatement(
                        "UPDATE todos SET completed = NOT completed, description = ? WHERE id = md5('t' || ?)::uuid")) {
            for (int i = 0; i < rows; i++) {
                int n = ThreadLocalRandom.current().nextInt(1, todos + 1);
                update.setString(1, "updated " + i + " of " + n + " and some more text to make it a sentence");
                update.setString(2, Integer.toString(n));
                update.execute();
            }
        }
    }
}
