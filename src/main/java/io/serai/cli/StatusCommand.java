package io.serai.cli;

import io.serai.app.Inspections;
import io.serai.app.admin.AdminClient;
import io.serai.app.admin.Inspection;
import io.serai.app.admin.ProcessGone;
import io.serai.app.admin.StatusFormat;
import io.serai.config.ServiceConfig;
import io.serai.error.ErrorCode;
import io.serai.error.SeraiException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code serai status}: what each source does, and the newest checkpoint. */
@Command(
        name = "status",
        header = {"Shows what each source does.", ""},
        description = {
            "Shows each source: what it does or why it does not, how far it is, what it lags behind, the progress of"
                    + " copies, rows that",
            "were diverted, and the log that its slot keeps on the server; and the newest checkpoint.",
            "",
            "With --wait it first waits until a checkpoint covers all that the sources had committed when it was"
                    + " called, copies included;",
            "also for a process that is only starting. It exits with 1 when the time is up. For tests: write, wait,"
                    + " look."
        },
        footer = {"", "serai status --wait 60 && serai dump", "serai status --json | jq '.sources[].lag_bytes'"})
final class StatusCommand implements Callable<Integer> {
    private static final Duration LOOK_AGAIN = Duration.ofMillis(50);

    @Mixin
    private final ConfigOption config = new ConfigOption();

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean json;

    @Option(
            names = "--wait",
            paramLabel = "SECONDS",
            description = "Wait, at most so long, until checkpoints have caught up.")
    private Optional<Integer> waitSeconds = Optional.empty();

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        ServiceConfig service = config.loadService();
        if (waitSeconds.isPresent()
                && !awaitCaughtUp(service.storage().path(), Duration.ofSeconds(waitSeconds.get()))) {
            spec.commandLine()
                    .getErr()
                    .println(timedOut(service.storage().path()).getMessage());
            show(service);
            return 1;
        }
        show(service);
        return 0;
    }

    private void show(ServiceConfig service) throws IOException, InterruptedException {
        try (Inspection storage = Inspections.open(service)) {
            spec.commandLine().getOut().print(storage.status(json ? StatusFormat.JSON : StatusFormat.TEXT));
            spec.commandLine().getOut().flush();
        }
    }

    /** A process that ends while it is asked is waited for as one that has not started. */
    private static boolean awaitCaughtUp(Path folder, Duration patience) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + patience.toNanos();
        while (true) {
            Optional<AdminClient> process = AdminClient.of(folder);
            Duration left = Duration.ofNanos(deadline - System.nanoTime());
            if (process.isPresent()) {
                try {
                    if (process.get().awaitCaughtUp(left.isNegative() ? Duration.ZERO : left)) {
                        return true;
                    }
                } catch (ProcessGone e) {
                    process = Optional.empty();
                }
            }
            if (System.nanoTime() - deadline >= 0) {
                return false;
            }
            Thread.sleep(LOOK_AGAIN);
        }
    }

    private SeraiException timedOut(Path folder) throws IOException {
        String what = AdminClient.of(folder).isPresent()
                ? "The sources have not caught up after " + waitSeconds.orElse(0) + " s"
                : "No process runs on the storage after " + waitSeconds.orElse(0) + " s";
        return new SeraiException(
                ErrorCode.COMMAND_TIMED_OUT, what, "storage " + folder, "Start \"serai run\", or wait longer.");
    }
}
