package io.serai.benchmark;

import io.serai.app.Configuration;
import io.serai.app.Serai;
import io.serai.config.Environment;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;

/** Runs Serai as its users do, and times and prints what it does. */
final class Measure {
    private Measure() {}

    /** Starts, waits until everything is in a checkpoint, and stops; the start is in the time. */
    static double secondsToCatchUp(Path config) throws Exception {
        return seconds(() -> {
            try (Serai serai = start(config)) {
                catchUp(serai);
            }
        });
    }

    static Serai start(Path config) throws Exception {
        return Serai.start(
                Configuration.load(config, Environment.ofProcess()),
                Path.of("routes").toAbsolutePath());
    }

    static void catchUp(Serai serai) throws InterruptedException {
        if (!serai.awaitCaughtUp(Duration.ofMinutes(10))) {
            throw new IllegalStateException("not caught up");
        }
    }

    static void report(String work, double own, double bare, String goal) {
        System.out.printf(
                Locale.ROOT,
                "%-20s %,9.0f rows/s; bare engine %,9.0f rows/s; ratio %.2f (goal %s)%n",
                work,
                own,
                bare,
                own / bare,
                goal);
    }

    static double seconds(Work work) throws Exception {
        long began = System.nanoTime();
        work.run();
        return (System.nanoTime() - began) / 1e9;
    }

    /** What is timed. */
    interface Work {
        void run() throws Exception;
    }
}
