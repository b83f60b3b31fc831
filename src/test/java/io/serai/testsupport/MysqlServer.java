package io.serai.testsupport;

import io.serai.app.Folders;
import io.serai.app.LocalMysql;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.MySQLContainer;

/**
 * A real MySQL server with GTIDs, and with a time zone and a mode that nobody expects. Where none can be had the test fails. Thread-safe, except for
 * starting and stopping.
 */
public final class MysqlServer implements AutoCloseable {
    /** Names a server to use instead of one of our own: {@code mysql://user:password@host:port} of an administrator. */
    private static final String VARIABLE = "SERAI_TEST_MYSQL";

    private static final String IMAGE = "mysql:9";
    private static final AtomicInteger DATABASES = new AtomicInteger();
    private static final List<String> OPTIONS =
            List.of("--default-time-zone=+05:45", "--sql-mode=ANSI_QUOTES,PAD_CHAR_TO_FULL_LENGTH");

    private final URI uri;
    private final AutoCloseable server;

    private MysqlServer(URI uri, AutoCloseable server) {
        this.uri = uri;
        this.server = server;
    }

    /**
     * The server that all tests of this JVM share: the one that {@code SERAI_TEST_MYSQL} names, else one in a container where a Docker engine answers,
     * else one of our own. It is stopped when the JVM ends.
     */
    public static MysqlServer shared() {
        return Shared.SERVER;
    }

    /** A server of our own with more options, which the test may stop and start; the test closes it. */
    public static MysqlServer own(String... options) {
        try {
            Path folder = Files.createTempDirectory("serai-mysql-");
            List<String> all = new ArrayList<>(OPTIONS);
            all.addAll(List.of(options));
            LocalMysql mysql = LocalMysql.start(LocalMysql.program(Path.of("").toAbsolutePath()), folder, all);
            return new MysqlServer(uri("127.0.0.1", mysql.port()), new OwnServer(mysql, folder));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A new, empty database; closing it drops it. */
    public MysqlTestDatabase createDatabase() {
        String name = "test_" + ProcessHandle.current().pid() + "_" + DATABASES.incrementAndGet();
        execute("CREATE DATABASE " + name + " CHARACTER SET utf8mb4");
        return new MysqlTestDatabase(this, name);
    }

    public String host() {
        return uri.getHost();
    }

    /** The server's port; it stays the same when the server is stopped and started. */
    public int port() {
        return uri.getPort();
    }

    /** The name of an administrator. */
    public String user() {
        return uri.getUserInfo().split(":", 2)[0];
    }

    /** That administrator's password. */
    public String password() {
        return uri.getUserInfo().split(":", 2)[1];
    }

    /** Stops the server of {@link #own} as an operator does. */
    public void stop() {
        ownServer().mysql().stop();
    }

    /** Stops the server of {@link #own} as a crash does. */
    public void crash() {
        ownServer().mysql().crash();
    }

    /** Starts the server of {@link #own} again, with its former data, on its former port. */
    public void start() {
        ownServer().mysql().start();
    }

    /** Executes each statement in a transaction of its own, on one connection. */
    public void execute(String... statements) {
        try (Connection connection = connect("");
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A new connection of the administrator; the caller closes it. */
    public Connection connection() throws SQLException {
        return connect("");
    }

    Connection connect(String database) throws SQLException {
        String url = "jdbc:mariadb://" + host() + ":" + port() + "/" + database
                + "?sslMode=disable&allowPublicKeyRetrieval=true";
        return DriverManager.getConnection(url, user(), password());
    }

    /** Ends the server for good; a server that the environment named goes on. */
    @Override
    public void close() {
        try {
            server.close();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private OwnServer ownServer() {
        if (server instanceof OwnServer own) {
            return own;
        }
        throw new IllegalStateException("Only a server that MysqlServer.own() started belongs to us");
    }

    private static URI uri(String host, int port) {
        return URI.create("mysql://" + LocalMysql.USER + ":" + LocalMysql.PASSWORD + "@" + host + ":" + port);
    }

    /** A server of ours with a folder of its own. */
    private record OwnServer(LocalMysql mysql, Path folder) implements AutoCloseable {
        @Override
        public void close() throws IOException {
            mysql.close();
            Folders.delete(folder);
        }
    }

    /** Starts the shared server when it is first asked for. */
    private static final class Shared {
        static final MysqlServer SERVER = find();

        private static MysqlServer find() {
            String named = System.getenv(VARIABLE);
            if (named != null) {
                return new MysqlServer(URI.create(named), () -> {});
            }
            MysqlServer server = dockerAnswers() ? container() : own();
            Runtime.getRuntime().addShutdownHook(new Thread(server::close, "stop-mysql"));
            return server;
        }

        /** Testcontainers logs errors where there is no engine, so it is asked only where there may be one. */
        private static boolean dockerAnswers() {
            return (System.getenv("DOCKER_HOST") != null || Files.exists(Path.of("/var/run/docker.sock")))
                    && DockerClientFactory.instance().isDockerAvailable();
        }

        @SuppressWarnings("resource") // closed as the server
        private static MysqlServer container() {
            MySQLContainer<?> container = new MySQLContainer<>(IMAGE)
                    .withUsername(LocalMysql.USER)
                    .withPassword(LocalMysql.PASSWORD)
                    .withCommand(Stream.concat(LocalMysql.REPLICATION.stream(), OPTIONS.stream())
                            .toArray(String[]::new));
            container.start();
            return new MysqlServer(
                    uri(container.getHost(), container.getMappedPort(MySQLContainer.MYSQL_PORT)), container);
        }
    }
}
