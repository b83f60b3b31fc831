package io.serai.testsupport;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A database of one test, and a user who has what the set-up page grants and no more. Thread-safe. */
public final class MysqlTestDatabase implements AutoCloseable {
    private final MysqlServer server;
    private final String name;

    MysqlTestDatabase(MysqlServer server, String name) {
        this.server = server;
        this.name = name;
        server.execute(
                "CREATE USER " + name + "@'%' IDENTIFIED BY '" + server.password() + "'",
                "GRANT REPLICATION SLAVE, REPLICATION CLIENT ON *.* TO " + name + "@'%'",
                "GRANT SELECT ON " + name + ".* TO " + name + "@'%'");
    }

    public MysqlServer server() {
        return server;
    }

    public String name() {
        return name;
    }

    /** The user who replicates; the password is the server's. */
    public String user() {
        return name;
    }

    /** The connection as an item of service.yaml's list. */
    public String connectionYaml(String id) {
        return """
                - type: mysql
                  id: %s
                  hostname: %s
                  port: %d
                  database: %s
                  username: %s
                  password: %s
                """.formatted(id, server.host(), server.port(), name, user(), server.password());
    }

    /** A new connection of the administrator, in autocommit mode; the caller closes it. */
    public Connection connection() throws SQLException {
        return server.connect(name);
    }

    /** Executes each statement in a transaction of its own, on one connection. */
    public void execute(String... statements) {
        try (Connection connection = connection();
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
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

    @Override
    public void close() {
        server.execute("DROP DATABASE " + name, "DROP USER " + name + "@'%'");
    }
}
