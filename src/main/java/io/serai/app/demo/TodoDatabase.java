package io.serai.app.demo;

import io.serai.app.LocalPostgres;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;

/** The database of the to-do application: its tables, their first rows, and what replication needs. */
final class TodoDatabase {
    /** The role that replicates. */
    static final String ROLE = "powersync_role";

    /** The database's name. */
    static final String NAME = "postgres";

    private static final int LISTS = 30;
    private static final int TODOS = 3_000;

    private static final String SCHEMA = """
        CREATE TABLE users (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), name text NOT NULL);
        CREATE TABLE lists (
          id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
          owner_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
          name text NOT NULL);
        CREATE TABLE todos (
          id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
          list_id uuid NOT NULL REFERENCES lists ON DELETE CASCADE,
          owner_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
          title text NOT NULL,
          done boolean NOT NULL DEFAULT false,
          created_at timestamptz NOT NULL DEFAULT now(),
          completed_at timestamptz);
        """;

    private final int port;

    /** The database of the local server on this port. */
    TodoDatabase(int port) {
        this.port = port;
    }

    /** Creates tables, rows, the replicating role with {@code rolePassword} (letters and digits), and the publication. */
    void create(String rolePassword) throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            statement.execute(SCHEMA);
            statement.execute(firstRows());
            statement.execute(replication(rolePassword));
        }
    }

    /** A new connection, which the caller closes. */
    Connection connect() throws SQLException {
        Properties properties = new Properties();
        properties.setProperty("user", LocalPostgres.USER);
        properties.setProperty("password", LocalPostgres.PASSWORD);
        return DriverManager.getConnection("jdbc:postgresql://127.0.0.1:" + port + "/" + NAME, properties);
    }

    /** What psql takes to connect as the owner. */
    String uri() {
        return "postgresql://" + LocalPostgres.USER + ":" + LocalPostgres.PASSWORD + "@127.0.0.1:" + port + "/" + NAME;
    }

    private static String firstRows() {
        return """
            INSERT INTO users (name) VALUES ('Ada'), ('Grace'), ('Linus');
            INSERT INTO lists (owner_id, name)
              SELECT id, (ARRAY['Groceries', 'Garden', 'Travel', 'Books', 'Work'])[1 + n %% 5] || ' ' || n
              FROM generate_series(1, %1$d) n
              JOIN (SELECT id, row_number() OVER (ORDER BY name) - 1 AS number FROM users) u ON u.number = n %% 3;
            INSERT INTO todos (list_id, owner_id, title)
              SELECT l.id, l.owner_id, 'Task ' || n
              FROM generate_series(1, %2$d) n
              JOIN (SELECT id, owner_id, row_number() OVER (ORDER BY name, id) - 1 AS number FROM lists) l
                ON l.number = n %% %1$d;
            """.formatted(LISTS, TODOS);
    }

    private static String replication(String rolePassword) {
        return """
            CREATE ROLE %1$s WITH REPLICATION BYPASSRLS LOGIN PASSWORD '%2$s';
            GRANT SELECT ON ALL TABLES IN SCHEMA public TO %1$s;
            CREATE PUBLICATION powersync FOR TABLE users, lists, todos;
            """.formatted(ROLE, rolePassword);
    }
}
