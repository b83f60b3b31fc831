package io.serai.app;

import io.serai.error.ErrorCode;
import io.serai.error.SeraiException;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A Postgres server of our own on a free loopback port, whose superuser {@value #USER} has the password {@value #PASSWORD}. It also works
 * as root, and never outlives this process, not even when that is killed: a shell holds the server and stops it when its input ends.
 * Confined to one thread at a time.
 */
public final class LocalPostgres implements AutoCloseable {
    public static final String USER = "postgres";
    public static final String PASSWORD = "serai-local-secret";

    /**
     * Each line of input is what pg_ctl shall do; the answer is its exit code. The end of the input, also by this process's death, stops the
     * server. A Ctrl-C in the terminal goes to the shell, too, and must not end it before.
     */
    private static final String KEEPER = """
            trap '' INT TERM HUP
            pg_ctl() { "$1" -D "$2" -l "$3" -s -w -t 60 $4 < /dev/null > /dev/null 2>> "$3"; }
            while read -r action; do
              pg_ctl "$@" "$action"
              echo $?
            done
            pg_ctl "$@" "-m fast stop"
            """;

    private final Path log;
    private final int port;
    private final Process keeper;
    private final BufferedWriter actions;
    private final BufferedReader results;

    private LocalPostgres(Path log, int port, Process keeper) {
        this.log = log;
        this.port = port;
        this.keeper = keeper;
        this.actions = keeper.outputWriter(StandardCharsets.UTF_8);
        this.results = keeper.inputReader(StandardCharsets.UTF_8);
    }

    /**
     * Starts a server on the cluster in {@code folder}/data, which is created if it is not there, and returns when it takes connections.
     *
     * @param folder where the cluster and the server's log live; for root its parents must be open to everybody
     * @param settings lines of postgresql.conf that differ from Postgres' defaults; they win over those of an earlier start
     */
    public static LocalPostgres start(PostgresBinaries binaries, Path folder, Map<String, String> settings) {
        try {
            Files.createDirectories(folder);
            ServerUser.own(folder);
            Path data = folder.resolve("data");
            if (!Files.exists(data.resolve("PG_VERSION"))) {
                createCluster(binaries, folder, data);
            }
            int port = freePort();
            configure(data, port, settings);
            Path log = folder.resolve("server.log");
            Process keeper = new ProcessBuilder(ServerUser.command(List.of(
                            "sh",
                            "-c",
                            KEEPER,
                            "postgres",
                            binaries.program("pg_ctl"),
                            data.toString(),
                            log.toString())))
                    .directory(folder.toFile())
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            LocalPostgres server = new LocalPostgres(log, port, keeper);
            server.start();
            return server;
        } catch (IOException e) {
            throw failure("It could not be started: " + e, folder, e);
        }
    }

    /** The port on 127.0.0.1; it stays the same when the server is stopped and started again. */
    public int port() {
        return port;
    }

    /** Starts the server again after a stop; returns when it takes connections. */
    public void start() {
        act("start");
    }

    /** Stops the server as an operator does: open transactions are rolled back, and a checkpoint is written. */
    public void stop() {
        act("-m fast stop");
    }

    /** Stops the server as a crash does: it recovers from its WAL at the next start. */
    public void stopImmediately() {
        act("-m immediate stop");
    }

    /** Stops the server for good; returns when it has ended. */
    @Override
    public void close() {
        try {
            actions.close();
        } catch (IOException e) {
            throw failure("It could not be stopped: " + e, log, e);
        }
        keeper.onExit().join();
    }

    private void act(String action) {
        try {
            actions.write(action);
            actions.newLine();
            actions.flush();
            String result = results.readLine();
            if (!"0".equals(result)) {
                throw failure(
                        "pg_ctl " + action + " ended with " + result + ". The end of the log:\n" + endOfLog(),
                        log,
                        null);
            }
        } catch (IOException e) {
            throw failure("pg_ctl " + action + " could not be run: " + e, log, e);
        }
    }

    private String endOfLog() throws IOException {
        List<String> lines = Files.readAllLines(log);
        return String.join("\n", lines.subList(Math.max(0, lines.size() - 20), lines.size()));
    }

    private static void createCluster(PostgresBinaries binaries, Path folder, Path data) throws IOException {
        Path password = Files.writeString(folder.resolve("password"), PASSWORD);
        ServerUser.own(password);
        Path output = folder.resolve("initdb.log");
        Process initdb = new ProcessBuilder(ServerUser.command(List.of(
                        binaries.program("initdb"),
                        "--pgdata=" + data,
                        "--username=" + USER,
                        "--pwfile=" + password,
                        "--auth=scram-sha-256",
                        "--encoding=UTF8",
                        "--locale=C",
                        "--no-sync")))
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        int exit = initdb.onExit().join().exitValue();
        Files.delete(password);
        if (exit != 0) {
            throw failure("initdb ended with " + exit + ":\n" + Files.readString(output), folder, null);
        }
    }

    /** Appends to postgresql.conf, where the last line for a setting wins. */
    private static void configure(Path data, int port, Map<String, String> settings) throws IOException {
        List<String> lines = new ArrayList<>();
        lines.add("listen_addresses = '127.0.0.1'");
        lines.add("port = " + port);
        lines.add("unix_socket_directories = ''");
        settings.forEach((name, value) -> lines.add(name + " = '" + value.replace("'", "''") + "'"));
        Files.write(data.resolve("postgresql.conf"), lines, StandardOpenOption.APPEND);
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static SeraiException failure(String what, Path where, @Nullable Throwable cause) {
        return new SeraiException(ErrorCode.DEMO_POSTGRES, what, where.toString(), "", cause);
    }
}
