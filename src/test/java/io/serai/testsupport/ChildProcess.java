package io.serai.testsupport;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/**
 * A main class of the tests' class path in a JVM of its own, which may be killed. All that it prints is read, and kept. A close kills it.
 * Thread-safe.
 */
public final class ChildProcess implements AutoCloseable {
    private final Process process;
    private final Thread reader;
    private final List<String> lines = new ArrayList<>();

    private ChildProcess(Process process) {
        this.process = process;
        this.reader = Thread.ofVirtual().name("child-output").unstarted(this::read);
    }

    /** Starts the class with these arguments. Its standard output and error are one stream of lines. */
    public static ChildProcess start(Class<?> main, String... arguments) {
        return start(List.of("-Xmx256m"), main, arguments);
    }

    /** As {@link #start(Class, String...)}, with options for the JVM. */
    public static ChildProcess start(List<String> jvmOptions, Class<?> main, String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xshare:auto"));
        command.add("--enable-native-access=ALL-UNNAMED");
        command.addAll(jvmOptions);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
        command.addAll(List.of(arguments));
        try {
            ChildProcess child = new ChildProcess(
                    new ProcessBuilder(command).redirectErrorStream(true).start());
            child.reader.start();
            return child;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits for a line that contains {@code text}, also one printed before, and returns the first such line. */
    public String awaitLine(String text, Duration patience) {
        return awaitLine(line -> line.contains(text), "a line with \"" + text + "\"", patience);
    }

    /** Kills it as {@code kill -9} does: nothing of it runs any more when this returns. */
    public void kill() {
        process.toHandle().destroyForcibly(); // Process's own method would close its output as well
        awaitEnd(Duration.ofSeconds(30));
    }

    /** Asks it to end, as SIGTERM does. */
    public void terminate() {
        process.toHandle().destroy();
    }

    /** Waits for its end and returns its exit code. */
    public int awaitEnd(Duration patience) {
        try {
            if (!process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new AssertionError("The process has not ended within " + patience + ":\n" + output());
            }
            reader.join();
            return process.exitValue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("Interrupted while a process was to end", e);
        }
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    public long pid() {
        return process.pid();
    }

    /** All that it has printed so far. */
    public String output() {
        synchronized (lines) {
            return String.join("\n", lines);
        }
    }

    @Override
    public void close() {
        kill();
        if (SecretWatch.isIn(output())) {
            throw new AssertionError("A process printed the password of the test's servers");
        }
    }

    private String awaitLine(Predicate<String> isWanted, String description, Duration patience) {
        long deadline = System.nanoTime() + patience.toNanos();
        synchronized (lines) {
            int seen = 0;
            while (true) {
                for (; seen < lines.size(); seen++) {
                    if (isWanted.test(lines.get(seen))) {
                        return lines.get(seen);
                    }
                }
                long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
                if (left <= 0 || !reader.isAlive()) {
                    throw new AssertionError("The process has not printed " + description + ":\n" + output());
                }
                try {
                    lines.wait(left);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    throw new AssertionError("Interrupted while waiting for " + description, e);
                }
            }
        }
    }

    private void read() {
        try (BufferedReader reader = process.inputReader()) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                synchronized (lines) {
                    lines.add(line);
                    lines.notifyAll();
                }
            }
        } catch (IOException e) {
            // a killed process ends its output in this way on some systems
        } finally {
            synchronized (lines) {
                lines.notifyAll();
            }
        }
    }
}
