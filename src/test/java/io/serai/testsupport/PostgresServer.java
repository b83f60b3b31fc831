package io.serai.testsupport;

import io.serai.app.Folders;
import io.serai.app.LocalPostgres;
import io.serai.app.PostgresBinaries;
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
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.PostgreSQLContainer;

/**
 * A real Postgres server with {@code wal_level = logical}, and with a time zone and formats that nobody expects. Where none can be had the
 * test fails. Thread-safe, except for starting and stopping.
 */
public final class PostgresServer implements AutoCloseable {
    /** Names a server to use instead of one of our own: the URI of a superuser. */
    private static final String VARIABLE = "SERAI_TEST_POSTGRES";

    private static final String IMAGE = "postgres:17";

    private static final Map<String, String> SETTINGS = Map.of(
            "wal_level", "logical",
            "max_wal_senders", "20",
            "max_replication_slots", "20",
            "max_connections", "100",
            "timezone", "Asia/Kathmandu",
            "datestyle", "SQL, DMY",
            "bytea_output", "escape",
            "fsync", "off");

    private final URI uri;
    private final AutoCloseable server;
    private final AtomicInteger databases = new AtomicInteger();

    private PostgresServer(URI uri, AutoCloseable server) {
        this.uri = uri;
        this.server = server;
    }

    /**
     * The server that all tests of this JVM share: the one that {@code SERAI_TEST_POSTGRES} names, else one in a container where a Docker
     * engine answers, else one of our own. It is stopped when the JVM ends.
     */
    public static PostgresServer shared() {
        return Shared.SERVER;
    }

    /** A server of our own that the test may stop and start; the test closes it. */
    public static PostgresServer own() {
        return own(Map.of());
    }

    /** A server of our own of a major version that the pom names; the test closes it. */
    public static PostgresServer ownOfVersion(int major) {
        return ownOfVersion(major, Map.of());
    }

    /** A server of our own of a major version that the pom names, with other settings; the test closes it. */
    public static PostgresServer ownOfVersion(int major, Map<String, String> settings) {
        return own(TestBinaries.postgres(major), settings);
    }

    /** A server of our own with other settings, for example {@code fsync = on}; the test closes it. */
    public static PostgresServer own(Map<String, String> settings) {
        return own(TestBinaries.postgres(), settings);
    }

    private static PostgresServer own(PostgresBinaries binaries, Map<String, String> settings) {
        Map<String, String> all = new TreeMap<>(SETTINGS);
        all.putAll(settings);
        try {
            return in(Files.createTempDirectory("serai-postgres-"), binaries, all);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A server on a copy of this one's cluster in {@code folder}/data. */
    PostgresServer on(Path folder, Map<String, String> settings) {
        return in(folder, ownServer().binaries(), settings);
    }

    private static PostgresServer in(Path folder, PostgresBinaries binaries, Map<String, String> settings) {
        LocalPostgres local = LocalPostgres.start(binaries, folder, settings);
        return new PostgresServer(
                uri(LocalPostgres.USER, LocalPostgres.PASSWORD, "127.0.0.1", local.port()),
                new OwnServer(local, folder, binaries));
    }

    /** A new, empty database; closing it drops it, its slots and its connections. */
    public TestDatabase createDatabase() {
        return createDatabase("");
    }

    /** A new, empty database with options as {@code CREATE DATABASE} takes them. */
    public TestDatabase createDatabase(String options) {
        String name = "test_" + ProcessHandle.current().pid() + "_" + databases.incrementAndGet();
        execute("postgres", "CREATE DATABASE " + name + " " + options);
        return new TestDatabase(this, name);
    }

    /** A database that is there already, also under this name on another server. */
    public TestDatabase database(String name) {
        return new TestDatabase(this, name);
    }

    /** The server's host and port, for a proxy before it. */
    public String host() {
        return uri.getHost();
    }

    /** The server's port; it stays the same when the server is stopped and started. */
    public int port() {
        return uri.getPort();
    }

    /** The name of a superuser. */
    public String user() {
        return credentials()[0];
    }

    /** That superuser's password. */
    public String password() {
        return credentials()[1];
    }

    /** The server's major version. */
    public int majorVersion() {
        try (Connection connection = connect("postgres")) {
            return connection.getMetaData().getDatabaseMajorVersion();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Stops the server of {@link #own} as an operator does. */
    public void stop() {
        local().stop();
    }

    /** Stops the server of {@link #own} as a crash does. */
    public void crash() {
        local().stopImmediately();
    }

    /** Starts the server of {@link #own} again, with its former data, on its former port. */
    public void start() {
        local().start();
    }

    /** Makes a primary of a standby; returns when it is one. */
    public void promote() {
        execute("postgres", "SELECT pg_promote()");
    }

    /** Where the server of {@link #own} has its cluster. */
    Path data() {
        return ownServer().folder().resolve("data");
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

    Connection connect(String database) throws SQLException {
        return DriverManager.getConnection(jdbcUrl(database), user(), password());
    }

    String jdbcUrl(String database) {
        return "jdbc:postgresql://" + host() + ":" + port() + "/" + database;
    }

    void execute(String database, String... statements) {
        try (Connection connection = connect(database);
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private String[] credentials() {
        return uri.getUserInfo().split(":", 2);
    }

    private LocalPostgres local() {
        return ownServer().postgres();
    }

    private OwnServer ownServer() {
        if (server instanceof OwnServer own) {
            return own;
        }
        throw new IllegalStateException("Only a server that PostgresServer.own() started belongs to us");
    }

    private static URI uri(String user, String password, String host, int port) {
        return URI.create("postgresql://" + user + ":" + password + "@" + host + ":" + port);
    }

    /** A server of our own and its folder. */
    private record OwnServer(LocalPostgres postgres, Path folder, PostgresBinaries binaries) implements AutoCloseable {
        @Override
        public void close() throws IOException {
            postgres.close();
            Folders.delete(folder);
        }
    }

    /** Starts the shared server when it is first asked for. */
    private static final class Shared {
        static final PostgresServer SERVER = find();

        private static PostgresServer find() {
            String named = System.getenv(VARIABLE);
            if (named != null) {
                return new PostgresServer(URI.create(named.replaceFirst("^jdbc:", "")), () -> {});
            }
            if (dockerAnswers()) {
                return container();
            }
            PostgresServer server = own();
            Runtime.getRuntime().addShutdownHook(new Thread(server::close, "stop-postgres"));
            return server;
        }

        /** Testcontainers logs errors where there is no engine, so it is asked only where there may be one. */
        private static boolean dockerAnswers() {
            return (System.getenv("DOCKER_HOST") != null || Files.exists(Path.of("/var/run/docker.sock")))
                    && DockerClientFactory.instance().isDockerAvailable();
        }

        /** Testcontainers' own watchdog stops the container when the JVM ends. */
        @SuppressWarnings("resource")
        private static PostgresServer container() {
            List<String> command = new ArrayList<>(List.of("postgres"));
            SETTINGS.forEach((name, value) -> command.addAll(List.of("-c", name + "=" + value)));
            PostgreSQLContainer<?> container = new PostgreSQLContainer<>(IMAGE)
                    .withUsername(LocalPostgres.USER)
                    .withPassword(LocalPostgres.PASSWORD)
                    .withCommand(command.toArray(String[]::new));
            container.start();
            return new PostgresServer(
                    uri(
                            LocalPostgres.USER,
                            LocalPostgres.PASSWORD,
                            container.getHost(),
                            container.getMappedPort(PostgreSQLContainer.POSTGRESQL_PORT)),
                    container);
        }
    }
}
