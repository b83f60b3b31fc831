package io.serai.testsupport;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;

/**
 * Serai as its users run it, in a process of its own, on the class path of the tests: a service.yaml in a folder, and commands beside it. Confined
 * to one thread.
 */
public final class SeraiProcess implements AutoCloseable {
    private static final int LOGGED_LINES = 100;
    private static final Duration COMMAND = Duration.ofMinutes(5);

    private final Path folder;
    private final Path config;
    private Process process;

    private SeraiProcess(Path folder, Path config, Process process) {
        this.folder = folder;
        this.config = config;
        this.process = process;
    }

    /** Writes the configuration of these connections (YAML list items) and rules into the folder, and starts nothing. */
    public static Path configure(Path folder, int port, String connections, String syncConfig) throws IOException {
        Files.writeString(folder.resolve("sync-config.yaml"), syncConfig);
        Path config = folder.resolve("service.yaml");
        Files.writeString(config, """
                replication:
                  connections:
                %s
                port: %d
                sync_config:
                  path: sync-config.yaml
                """.formatted(connections.indent(4).stripTrailing(), port));
        return config;
    }

    /** Starts {@code serai run} with this configuration; its log is appended to {@code log} beside it. */
    public static SeraiProcess run(Path config) throws IOException {
        Path folder = config.toAbsolutePath().getParent();
        if (folder == null) {
            throw new IllegalArgumentException("a configuration lies in a folder");
        }
        return new SeraiProcess(folder, config, start(folder, "run", "--config", config.toString()));
    }

    /** Runs a command beside it and answers its standard output; any other exit code than 0 is an {@link AssertionError}. */
    public static String command(Path config, String... arguments) throws IOException, InterruptedException {
        List<String> command = java();
        command.addAll(List.of(arguments));
        command.addAll(List.of("--config", config.toString()));
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (!process.waitFor(COMMAND.toSeconds(), TimeUnit.SECONDS) || process.exitValue() != 0) {
            process.destroyForcibly();
            throw new AssertionError("serai " + String.join(" ", arguments) + " failed: " + output + endOfLog(config));
        }
        return output;
    }

    /** What the process beside a command logged last; the folder may be gone when somebody looks for it. */
    private static String endOfLog(Path config) throws IOException {
        Path log = config.resolveSibling("log");
        if (!Files.exists(log)) {
            return "";
        }
        List<String> lines = Files.readAllLines(log);
        return "\nThe end of the log:\n"
                + String.join("\n", lines.subList(Math.max(0, lines.size() - LOGGED_LINES), lines.size()));
    }

    /** A command that is not started yet, for tests that write to its standard input. */
    public static ProcessBuilder prepare(String... arguments) {
        List<String> command = java();
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command);
    }

    /** Ends it as a power failure would, as far as a process can see: {@code kill -9}. */
    public void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** Lets it stand still, so that its files can be looked at, while {@code look} looks. */
    public <T> T lookAtWhileItStands(Callable<T> look) throws Exception {
        signal("STOP");
        try {
            return look.call();
        } finally {
            signal("CONT");
        }
    }

    private void signal(String name) throws Exception {
        new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                .inheritIO()
                .start()
                .waitFor();
    }

    /** Ends it as an operator would, and answers whether it took less than {@code patience}. */
    public boolean terminate(Duration patience) throws InterruptedException {
        process.destroy();
        return process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Starts it again after it ended. */
    public void restart() throws IOException {
        process = start(folder, "run", "--config", config.toString());
    }

    /** Its number at the system. */
    public long pid() {
        return process.pid();
    }

    /** Whether it runs. */
    public boolean isAlive() {
        return process.isAlive();
    }

    /** What it has logged so far, over all its starts. */
    public String log() throws IOException {
        return Files.readString(folder.resolve("log"));
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }

    private static Process start(Path folder, String... arguments) throws IOException {
        List<String> command = java();
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(
                        ProcessBuilder.Redirect.appendTo(folder.resolve("log").toFile()))
                .start();
    }

    private static List<String> java() {
        return new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                "io.serai.Main"));
    }
}
