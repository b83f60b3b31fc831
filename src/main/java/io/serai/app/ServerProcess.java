package io.serai.app;

import io.serai.error.ErrorCode;
import io.serai.error.SeraiException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A server program that takes connections on a loopback port and never outlives this process, not even when that is killed: a shell holds it and
 * stops it when its input ends. Confined to one thread at a time.
 */
final class ServerProcess {
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final int SHOWN_LINES = 10;

    /** Prints the server's number; the end of the input, also by this process's death, stops the server. */
    private static final String KEEPER = """
            trap '' INT TERM HUP
            "$@" < /dev/null >> "$LOG" 2>&1 &
            echo $!
            read -r end
            kill -TERM $! 2> /dev/null
            wait $!
            """;

    private final List<String> command;
    private final int port;
    private final Path log;
    private final ErrorCode code;
    private @Nullable Process keeper;
    private @Nullable ProcessHandle server;

    /**
     * A server that is not started yet.
     *
     * @param port where it will take connections
     * @param log the file that what it prints is appended to
     * @param code what its failures are
     */
    ServerProcess(List<String> command, int port, Path log, ErrorCode code) {
        this.command = List.copyOf(command);
        this.port = port;
        this.log = log;
        this.code = code;
    }

    /** The program that a script of {@code home} fetches once and then finds; what it prints on the way is shown. */
    static Path fetch(Path home, String script, ErrorCode code) {
        Path path = home.resolve(script);
        try {
            Process fetching = new ProcessBuilder(path.toString())
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            String answer = new String(fetching.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            if (fetching.onExit().join().exitValue() != 0) {
                throw failure(code, "The server program could not be had; the lines above say why", path, null);
            }
            return Path.of(answer);
        } catch (IOException e) {
            throw failure(code, "The server program could not be had: " + e, path, e);
        }
    }

    static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    int port() {
        return port;
    }

    /** Starts it; returns when it takes connections. */
    void start() {
        List<String> line = new ArrayList<>(List.of("sh", "-c", KEEPER, "keeper"));
        line.addAll(command);
        ProcessBuilder builder =
                new ProcessBuilder(ServerUser.outOfReach(line)).redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().put("LOG", log.toString());
        try {
            Process started = builder.start();
            keeper = started;
            String number = new BufferedReader(new InputStreamReader(started.getInputStream(), StandardCharsets.UTF_8))
                    .readLine();
            server = ProcessHandle.of(Long.parseLong(number)).orElse(null);
            awaitAnswer();
        } catch (IOException e) {
            throw failure("It could not be run: " + e, e);
        }
    }

    /** Stops it as an operator does. */
    void stop() {
        Process running = keeper;
        if (running != null) {
            try {
                running.getOutputStream().close();
            } catch (IOException e) {
                throw failure("It could not be stopped: " + e, e);
            }
            running.onExit().join();
            keeper = null;
        }
    }

    /** Stops it as a crash does. */
    void crash() {
        ProcessHandle running = server;
        if (running != null) {
            running.destroyForcibly();
        }
        stop(); // the shell buries it
    }

    private void awaitAnswer() throws IOException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                return;
            } catch (IOException e) {
                if (server == null || !server.isAlive() || System.nanoTime() > end) {
                    throw failure("It does not answer. The end of its log:\n" + endOfLog(), e);
                }
                pause();
            }
        }
    }

    private String endOfLog() throws IOException {
        List<String> lines = Files.exists(log) ? Files.readAllLines(log) : List.of();
        return String.join("\n", lines.subList(Math.max(0, lines.size() - SHOWN_LINES), lines.size()));
    }

    private void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(50);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw failure("Interrupted", e);
        }
    }

    private SeraiException failure(String what, Throwable cause) {
        return failure(code, what, log, cause);
    }

    private static SeraiException failure(ErrorCode code, String what, Path where, @Nullable Throwable cause) {
        return new SeraiException(code, what, where.toString(), "", cause);
    }
}
