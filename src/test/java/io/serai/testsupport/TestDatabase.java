package io.serai.testsupport;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A database of one test. Thread-safe. */
public final class TestDatabase implements AutoCloseable {
    private final PostgresServer server;
    private final String name;

    TestDatabase(PostgresServer server, String name) {
        this.server = server;
        this.name = name;
    }

    /** The server that holds the database. */
    public PostgresServer server() {
        return server;
    }

    public String name() {
        return name;
    }

    /** As service.yaml takes it, with the superuser's name and password. */
    public String uri() {
        return "postgresql://" + server.user() + ":" + server.password() + "@" + server.host() + ":" + server.port()
                + "/" + name;
    }

    /** As {@link java.sql.DriverManager} takes it, without user and password. */
    public String jdbcUrl() {
        return server.jdbcUrl(name);
    }

    /** A new connection of the superuser, in autocommit mode; the caller closes it. */
    public Connection connection() throws SQLException {
        return server.connect(name);
    }

    /** Executes each statement in a transaction of its own, on one connection. */
    public void execute(String... statements) {
        server.execute(name, statements);
    }

    /** All rows of {@code sql}, each value as JDBC's {@code getString} gives it. */
    public List<List<@Nullable String>> query(String sql) {
        try (Connection connection = connection();
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            int columns = result.getMetaData().getColumnCount();
            List<List<@Nullable String>> rows = new ArrayList<>();
            while (result.next()) {
                List<@Nullable String> row = new ArrayList<>(columns);
                for (int i = 1; i <= columns; i++) {
                    row.add(result.getString(i));
                }
                rows.add(row);
            }
            return rows;
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The only value of the only row of {@code sql}. */
    public @Nullable String value(String sql) {
        return query(sql).getFirst().getFirst();
    }

    /** Drops the database with its connections and replication slots. */
    @Override
    public void close() {
        server.execute(
                "postgres",
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '" + name + "'",
                // A slot is free only some moments after its process was told to end.
                """
                DO $$
                BEGIN
                  FOR i IN 1..100 LOOP
                    EXIT WHEN NOT EXISTS (SELECT FROM pg_stat_activity WHERE datname = '%s');
                    PERFORM pg_sleep(0.05);
                    PERFORM pg_stat_clear_snapshot();
                  END LOOP;
                END $$""".formatted(name),
                "SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE database = '" + name + "'",
                "DROP DATABASE " + name);
    }
}
