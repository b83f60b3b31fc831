package io.serai.app.demo;

import io.serai.app.Folders;
import io.serai.app.LocalMysql;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.random.RandomGenerator;

/** The to-do application on a MySQL of its own. */
final class MysqlTodos implements DemoDatabase {
    private static final String NAME = "todos";
    private static final String USER = "powersync";
    private static final int LISTS = 30;
    private static final int TODOS = 3_000;

    private static final List<String> SCHEMA = List.of(
            "CREATE DATABASE " + NAME,
            "USE " + NAME,
            "CREATE TABLE users (id char(36) PRIMARY KEY DEFAULT (uuid()), name text NOT NULL)",
            """
            CREATE TABLE lists (
              id char(36) PRIMARY KEY DEFAULT (uuid()),
              owner_id char(36) NOT NULL REFERENCES users (id),
              name text NOT NULL)""",
            """
            CREATE TABLE todos (
              id char(36) PRIMARY KEY DEFAULT (uuid()),
              list_id char(36) NOT NULL REFERENCES lists (id),
              owner_id char(36) NOT NULL REFERENCES users (id),
              title text NOT NULL,
              done boolean NOT NULL DEFAULT false,
              created_at timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP,
              completed_at timestamp NULL)""");

    private static final List<String> FIRST_ROWS = List.of(
            "SET SESSION cte_max_recursion_depth = " + TODOS,
            "INSERT INTO users (name) VALUES ('Ada'), ('Grace'), ('Linus')",
            """
            INSERT INTO lists (owner_id, name)
              WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < %d)
              SELECT u.id, concat(elt(1 + n %% 5, 'Groceries', 'Garden', 'Travel', 'Books', 'Work'), ' ', n)
              FROM numbers JOIN (SELECT id, row_number() OVER (ORDER BY name) - 1 AS number FROM users) u ON u.number = n %% 3
            """.formatted(LISTS),
            """
            INSERT INTO todos (list_id, owner_id, title)
              WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < %d)
              SELECT l.id, l.owner_id, concat('Task ', n)
              FROM numbers JOIN (SELECT id, owner_id, row_number() OVER (ORDER BY name, id) - 1 AS number FROM lists) l
                ON l.number = n %% %d
            """.formatted(TODOS, LISTS));

    private static final String ADD = """
        INSERT INTO todos (list_id, owner_id, title)
          SELECT id, owner_id, concat(elt(1 + floor(rand() * 5), 'Call', 'Buy', 'Fix', 'Read', 'Write'), ' ',
            elt(1 + floor(rand() * 5), 'the plumber', 'bread', 'the bicycle', 'a chapter', 'to Ada'))
          FROM lists ORDER BY rand() LIMIT 1
        """;
    private static final String COMPLETE =
            "UPDATE todos SET done = true, completed_at = now() WHERE NOT done ORDER BY rand() LIMIT 1";
    private static final String RENAME =
            "UPDATE lists SET name = concat(substring_index(name, ',', 1), ', ', utc_time()) ORDER BY rand() LIMIT 1";
    private static final String CLEAN_UP = "DELETE FROM todos WHERE done ORDER BY completed_at LIMIT 5";

    private final LocalMysql mysql;
    private final Path folder;

    private MysqlTodos(LocalMysql mysql, Path folder) {
        this.mysql = mysql;
        this.folder = folder;
    }

    /** Starts the server. */
    static MysqlTodos start(Path program) throws IOException {
        Path folder = Files.createTempDirectory("serai-demo-mysql-");
        return new MysqlTodos(LocalMysql.start(program, folder, List.of()), folder);
    }

    @Override
    public void create(String password) throws SQLException {
        try (Connection connection = connect("");
                Statement statement = connection.createStatement()) {
            for (List<String> statements : List.of(SCHEMA, FIRST_ROWS, replication(password))) {
                for (String sql : statements) {
                    statement.execute(sql);
                }
            }
        }
    }

    @Override
    public String connection(String password) {
        return """
            type: mysql
            hostname: 127.0.0.1
            port: %d
            database: %s
            username: %s
            password: %s
            """.formatted(mysql.port(), NAME, USER, password);
    }

    @Override
    public Path syncConfig(Path home, Path own) {
        return home.resolve("config/sync-config.yaml");
    }

    @Override
    public String shell() {
        return "MYSQL_PWD=" + LocalMysql.PASSWORD + " mysql -h 127.0.0.1 -P " + mysql.port() + " -u " + LocalMysql.USER
                + " " + NAME;
    }

    @Override
    public String userId() throws SQLException {
        try (Connection connection = connect(NAME);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT id FROM users ORDER BY name LIMIT 1")) {
            rows.next();
            return rows.getString(1);
        }
    }

    @Override
    public User user(RandomGenerator random) throws SQLException {
        Connection connection = connect(NAME);
        connection.setAutoCommit(false);
        return new SqlUser(connection, random, ADD, COMPLETE, RENAME, CLEAN_UP);
    }

    @Override
    public void close() throws IOException {
        mysql.close();
        Folders.delete(folder);
    }

    private Connection connect(String database) throws SQLException {
        return DriverManager.getConnection(
                "jdbc:mariadb://127.0.0.1:" + mysql.port() + "/" + database
                        + "?sslMode=disable&allowPublicKeyRetrieval=true",
                LocalMysql.USER,
                LocalMysql.PASSWORD);
    }

    private static List<String> replication(String password) {
        return List.of(
                "CREATE USER " + USER + " IDENTIFIED BY '" + password + "'",
                "GRANT REPLICATION SLAVE, REPLICATION CLIENT ON *.* TO " + USER,
                "GRANT SELECT ON " + NAME + ".* TO " + USER);
    }
}
