package io.serai.app;

import io.serai.error.ErrorCode;
import io.serai.error.SeraiException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A MySQL server of our own on a free loopback port, with GTIDs, whose administrator {@value #USER} has the password {@link #PASSWORD}; never outlives
 * this process. Confined to one thread at a time.
 */
public final class LocalMysql implements AutoCloseable {
    public static final String USER = "root";
    public static final String PASSWORD = LocalPostgres.PASSWORD;

    /** What makes a server one that can be replicated from. */
    public static final List<String> REPLICATION =
            List.of("--server-id=11", "--log-bin=binlog", "--gtid-mode=ON", "--enforce-gtid-consistency=ON");

    private static final List<String> OPTIONS =
            List.of("--mysqlx=OFF", "--secure-file-priv=", "--sync-binlog=0", "--innodb-flush-log-at-trx-commit=2");

    private final ServerProcess process;

    private LocalMysql(ServerProcess process) {
        this.process = process;
    }

    /**
     * The folder of the server that {@code scripts/fetch-mysqld} fetches once and then finds; of {@code home}, the folder of the checkout or the
     * distribution.
     */
    public static Path program(Path home) {
        return ServerProcess.fetch(home, "scripts/fetch-mysqld", ErrorCode.DEMO_MYSQL);
    }

    /**
     * Starts a server with new data in {@code folder} and returns when it takes connections.
     *
     * @param program the folder that {@link #program} gives
     * @param options of the server, which win over our own
     */
    public static LocalMysql start(Path program, Path folder, List<String> options) {
        try {
            Files.createDirectories(folder);
            int port = ServerProcess.freePort();
            Path log = folder.resolve("log");
            List<String> command = command(program, folder, port, options);
            initialize(command, log);
            LocalMysql mysql = new LocalMysql(new ServerProcess(command, port, log, ErrorCode.DEMO_MYSQL));
            mysql.start();
            try {
                mysql.setPassword();
            } catch (SQLException e) {
                mysql.close();
                throw failure("Its administrator could not be given a password: " + e.getMessage(), folder, e);
            }
            return mysql;
        } catch (IOException e) {
            throw failure("It could not be started: " + e, folder, e);
        }
    }

    /** The port on 127.0.0.1; it stays the same when the server is stopped and started again. */
    public int port() {
        return process.port();
    }

    /** Stops the server as an operator does. */
    public void stop() {
        process.stop();
    }

    /** Stops the server as a crash does. */
    public void crash() {
        process.crash();
    }

    /** Starts the server again with its former data; returns when it takes connections. */
    public void start() {
        process.start();
    }

    @Override
    public void close() {
        process.stop();
    }

    /** The packages are of another release than the machine's, so they run through their own loader. */
    private static List<String> command(Path program, Path folder, int port, List<String> options) {
        Path lib = program.resolve("usr/lib/x86_64-linux-gnu");
        List<String> command = new ArrayList<>(List.of(
                lib.resolve("ld-linux-x86-64.so.2").toString(),
                "--library-path",
                lib + ":" + lib + "/private:" + program + "/usr/lib/mysql/private",
                program + "/usr/sbin/mysqld",
                "--no-defaults",
                "--datadir=" + folder.resolve("data"),
                "--bind-address=127.0.0.1",
                "--port=" + port,
                "--socket=" + folder.resolve("my.sock"),
                "--pid-file=" + folder.resolve("my.pid"),
                "--lc-messages-dir=" + program + "/usr/share/mysql",
                "--plugin-dir=" + program + "/usr/lib/mysql/plugin"));
        if (ServerUser.isRoot()) {
            command.add("--user=root");
        }
        command.addAll(REPLICATION);
        command.addAll(OPTIONS);
        command.addAll(options);
        return command;
    }

    private static void initialize(List<String> command, Path log) throws IOException {
        List<String> line = new ArrayList<>(command);
        line.add("--initialize-insecure"); // without a password, which is set at once
        Process made = new ProcessBuilder(line)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        if (made.onExit().join().exitValue() != 0) {
            throw failure("It made no data folder:\n" + Files.readString(log), log, null);
        }
    }

    private void setPassword() throws SQLException {
        try (Connection connection = DriverManager.getConnection(
                        "jdbc:mariadb://127.0.0.1:" + port() + "/?sslMode=disable", USER, "");
                Statement statement = connection.createStatement()) {
            statement.execute("ALTER USER CURRENT_USER() IDENTIFIED BY '" + PASSWORD + "'");
        }
    }

    private static SeraiException failure(String what, Path where, @Nullable Throwable cause) {
        return new SeraiException(ErrorCode.DEMO_MYSQL, what, where.toString(), "", cause);
    }
}
