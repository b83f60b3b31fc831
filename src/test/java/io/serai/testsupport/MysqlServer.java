package io.serai.testsupport;

import io.serai.app.Folders;
import io.serai.app.LocalPostgres;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
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
    private static final String ADMINISTRATOR = "root";
    private static final AtomicInteger DATABASES = new AtomicInteger();
    private static final List<String> OPTIONS = List.of(
            "--server-id=11",
            "--log-bin=binlog",
            "--gtid-mode=ON",
            "--enforce-gtid-consistency=ON",
            "--default-time-zone=+05:45",
            "--sql-mode=ANSI_QUOTES,PAD_CHAR_TO_FULL_LENGTH",
            "--sync-binlog=0",
            "--innodb-flush-log-at-trx-commit=2");

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
            OwnServer own = new OwnServer(folder, freePort(), List.of(options));
            own.initialize();
            own.start();
            MysqlServer server = new MysqlServer(uri("127.0.0.1", own.port), own);
            try (Connection connection = DriverManager.getConnection(
                            "jdbc:mariadb://127.0.0.1:" + own.port + "/?sslMode=disable", ADMINISTRATOR, "");
                    Statement statement = connection.createStatement()) {
                statement.execute("ALTER USER CURRENT_USER() IDENTIFIED BY '" + LocalPostgres.PASSWORD + "'");
            }
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
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
        ownServer().stop();
    }

    /** Stops the server of {@link #own} as a crash does. */
    public void crash() {
        ownServer().crash();
    }

    /** Starts the server of {@link #own} again, with its former data, on its former port. */
    public void start() {
        ownServer().start();
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
        return URI.create("mysql://" + ADMINISTRATOR + ":" + LocalPostgres.PASSWORD + "@" + host + ":" + port);
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /** A server process in a folder of its own, which a shell stops when this process ends. */
    private static final class OwnServer implements AutoCloseable {
        private static final Duration PATIENCE = Duration.ofSeconds(90);

        /** Prints the server's number; the end of the input, also by this process's death, stops the server. */
        private static final String KEEPER = """
                trap '' INT TERM HUP
                "$@" < /dev/null >> "$LOG" 2>&1 &
                echo $!
                read -r end
                kill -TERM $! 2> /dev/null
                wait $!
                """;

        private final Path folder;
        private final int port;
        private final List<String> options;
        private @Nullable Process keeper;
        private @Nullable ProcessHandle process;

        private OwnServer(Path folder, int port, List<String> options) {
            this.folder = folder;
            this.port = port;
            this.options = options;
        }

        private void initialize() throws IOException {
            List<String> command = command();
            command.add("--initialize-insecure");
            Process made = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(log().toFile())
                    .start();
            if (made.onExit().join().exitValue() != 0) {
                throw new IllegalStateException("mysqld made no data folder:\n" + Files.readString(log()));
            }
        }

        private List<String> command() throws IOException {
            Path home = program();
            Path lib = home.resolve("usr/lib/x86_64-linux-gnu");
            List<String> command = new ArrayList<>(List.of(
                    lib.resolve("ld-linux-x86-64.so.2").toString(),
                    "--library-path",
                    lib + ":" + lib + "/private:" + home + "/usr/lib/mysql/private",
                    home + "/usr/sbin/mysqld",
                    "--no-defaults",
                    "--datadir=" + folder.resolve("data"),
                    "--bind-address=127.0.0.1",
                    "--port=" + port,
                    "--mysqlx=OFF",
                    "--socket=" + folder.resolve("my.sock"),
                    "--pid-file=" + folder.resolve("my.pid"),
                    "--secure-file-priv=",
                    "--lc-messages-dir=" + home + "/usr/share/mysql",
                    "--plugin-dir=" + home + "/usr/lib/mysql/plugin"));
            if ("root".equals(System.getProperty("user.name"))) {
                command.add("--user=root");
            }
            command.addAll(OPTIONS);
            command.addAll(options);
            return command;
        }

        /** The packages that {@code scripts/fetch-mysqld} fetches once and then finds. */
        private static Path program() throws IOException {
            Process fetching = new ProcessBuilder(
                            Path.of("scripts/fetch-mysqld").toAbsolutePath().toString())
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            String answer = new String(fetching.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            if (fetching.onExit().join().exitValue() != 0) {
                throw new IllegalStateException("No MySQL server can be had. Name one in " + VARIABLE
                        + ", start a Docker engine, or let scripts/fetch-mysqld fetch one.");
            }
            return Path.of(answer);
        }

        private void start() {
            try {
                List<String> line = new ArrayList<>(List.of("setsid", "sh", "-c", KEEPER, "mysqld"));
                line.addAll(command());
                ProcessBuilder builder = new ProcessBuilder(line).redirectError(ProcessBuilder.Redirect.INHERIT);
                builder.environment().put("LOG", log().toString());
                Process started = builder.start();
                keeper = started;
                String number = new BufferedReader(
                                new InputStreamReader(started.getInputStream(), StandardCharsets.UTF_8))
                        .readLine();
                process = ProcessHandle.of(Long.parseLong(number)).orElse(null);
                awaitAnswer();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private void awaitAnswer() throws IOException {
            long end = System.nanoTime() + PATIENCE.toNanos();
            while (true) {
                try (var socket = new java.net.Socket(InetAddress.getLoopbackAddress(), port)) {
                    return;
                } catch (IOException e) {
                    if (process == null || !process.isAlive() || System.nanoTime() > end) {
                        throw new IllegalStateException("mysqld does not answer:\n" + Files.readString(log()), e);
                    }
                    pause();
                }
            }
        }

        private static void pause() {
            try {
                TimeUnit.MILLISECONDS.sleep(50);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(e);
            }
        }

        private void stop() {
            Process running = keeper;
            if (running != null) {
                try {
                    running.getOutputStream().close();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
                running.onExit().join();
                keeper = null;
            }
        }

        private void crash() {
            ProcessHandle running = process;
            if (running != null) {
                running.destroyForcibly();
                running.onExit().join();
            }
            stop();
        }

        private Path log() {
            return folder.resolve("log");
        }

        @Override
        public void close() throws IOException {
            stop();
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
                    .withUsername(ADMINISTRATOR)
                    .withPassword(LocalPostgres.PASSWORD)
                    .withCommand(OPTIONS.toArray(String[]::new));
            container.start();
            return new MysqlServer(
                    uri(container.getHost(), container.getMappedPort(MySQLContainer.MYSQL_PORT)), container);
        }
    }
}
