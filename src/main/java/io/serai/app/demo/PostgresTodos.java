package io.serai.app.demo;

import io.serai.app.Folders;
import io.serai.app.LocalPostgres;
import io.serai.app.PostgresBinaries;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.Properties;
import java.util.random.RandomGenerator;

/** The to-do application on a Postgres of its own. */
final class PostgresTodos implements DemoDatabase {
    private static final String ROLE = "powersync_role";
    private static final String NAME = "postgres";
    private static final Map<String, String> SETTINGS = Map.of("wal_level", "logical");

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

    private static final String ADD = """
        INSERT INTO todos (list_id, owner_id, title)
          SELECT id, owner_id, (ARRAY['Call', 'Buy', 'Fix', 'Read', 'Write'])[1 + floor(random() * 5)::int] || ' '
            || (ARRAY['the plumber', 'bread', 'the bicycle', 'a chapter', 'to Ada'])[1 + floor(random() * 5)::int]
          FROM lists ORDER BY random() LIMIT 1
        """;
    private static final String COMPLETE = """
        UPDATE todos SET done = true, completed_at = now()
          WHERE id = (SELECT id FROM todos WHERE NOT done ORDER BY random() LIMIT 1)
        """;
    private static final String RENAME =
            "UPDATE lists SET name = split_part(name, ',', 1) || ', ' || to_char(now(), 'HH24:MI:SS')"
                    + " WHERE id = (SELECT id FROM lists ORDER BY random() LIMIT 1)";
    private static final String CLEAN_UP =
            "DELETE FROM todos WHERE id IN (SELECT id FROM todos WHERE done ORDER BY completed_at LIMIT 5)";

    private final LocalPostgres postgres;
    private final Path folder;

    private PostgresTodos(LocalPostgres postgres, Path folder) {
        this.postgres = postgres;
        this.folder = folder;
    }

    /** Starts the server. */
    static PostgresTodos start(PostgresBinaries binaries) throws IOException {
        Path folder = Files.createTempDirectory("serai-demo-postgres-"); // as root, another user's
        return new PostgresTodos(LocalPostgres.start(binaries, folder, SETTINGS), folder);
    }

    @Override
    public void create(String password) throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            statement.execute(SCHEMA);
            statement.execute(firstRows());
            statement.execute(replication(password));
        }
    }

    @Override
    public String connection(String password) {
        return """
            type: postgresql
            hostname: 127.0.0.1
            port: %d
            database: %s
            username: %s
            password: %s
            sslmode: disable
            """.formatted(postgres.port(), NAME, ROLE, password);
    }

    @Override
    public Path syncConfig(Path home, Path own) {
        return home.resolve("config/sync-config.yaml");
    }

    @Override
    public String shell() {
        return "psql postgresql://" + LocalPostgres.USER + ":" + LocalPostgres.PASSWORD + "@127.0.0.1:"
                + postgres.port() + "/" + NAME;
    }

    @Override
    public String userId() throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT id FROM users ORDER BY name LIMIT 1")) {
            rows.next();
            return rows.getString(1);
        }
    }

    @Override
    public User user(RandomGenerator random) throws SQLException {
        Connection connection = connect();
        connection.setAutoCommit(false);
        return new SqlUser(connection, random, ADD, COMPLETE, RENAME, CLEAN_UP);
    }

    @Override
    public void close() throws IOException {
        postgres.close();
        Folders.delete(folder);
    }

    private Connection connect() throws SQLException {
        Properties properties = new Properties();
        properties.setProperty("user", LocalPostgres.USER);
        properties.setProperty("password", LocalPostgres.PASSWORD);
        return DriverManager.getConnection("jdbc:postgresql://127.0.0.1:" + postgres.port() + "/" + NAME, properties);
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
