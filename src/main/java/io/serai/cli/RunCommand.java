package io.serai.cli;

import io.serai.app.Configuration;
import io.serai.app.Logging;
import io.serai.app.RoutesFolder;
import io.serai.app.Serai;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code serai run}: replicates until it is stopped. */
@Command(
        name = "run",
        header = {"Replicates until it is stopped.", ""},
        description = {
            "Replicates every source of service.yaml into the storage until it is stopped by Ctrl-C or SIGTERM; then"
                    + " all that was read in",
            "whole transactions is made durable first. A source that fails is tried again for ever and never stops the"
                    + " others; a wrong",
            "configuration stops the start, with all of its errors.",
            "",
            "Editing a file in the routes folder reloads that route."
        },
        footer = {"", "serai status --wait 60   in another terminal: waits until everything has been copied"})
final class RunCommand implements Callable<Integer> {
    @Mixin
    private final ConfigOption config = new ConfigOption();

    @Option(
            names = "--routes",
            paramLabel = "DIR",
            description =
                    "The folder with the routes. Default: \"routes\" beside the folder of the config file, else of the"
                            + " working directory, else of the distribution.")
    private Optional<Path> routes = Optional.empty();

    @Override
    public Integer call() throws Exception {
        Configuration configuration = config.load();
        Logging.apply(configuration.service().logging());
        Path folder = RoutesFolder.find(routes, config.file());
        StopSignal signal = StopSignal.install();
        try {
            run(configuration, folder, signal);
        } finally {
            signal.end();
        }
        return 0;
    }

    @SuppressWarnings("try") // it works by itself until it is closed
    private static void run(Configuration configuration, Path routes, StopSignal signal) throws Exception {
        try (Serai running = Serai.start(configuration, routes)) {
            signal.await();
        }
    }
}
