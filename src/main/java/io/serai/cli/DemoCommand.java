package io.serai.cli;

import io.serai.app.Logging;
import io.serai.app.demo.Demo;
import io.serai.config.LoggingConfig;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code serai demo}: a living to-do application, replicated before your eyes. */
@Command(
        name = "demo",
        header = {"Shows it all on a database of its own.", ""},
        description = {
            "Starts a Postgres, a MongoDB or a MySQL of its own with a small to-do application that is being used, replicates it with the"
                    + " shipped routes and sync",
            "rules, and shows the checkpoints as they come. Needs nothing but this program; MongoDB is fetched with pip and MySQL with apt at the first time."
                    + " Ctrl-C stops it and leaves nothing behind."
        })
final class DemoCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Option(
            names = "--source",
            paramLabel = "KIND",
            description =
                    "postgresql, which comes with this program, mongodb (Linux on x86-64) or mysql (Debian on x86-64).",
            defaultValue = "postgresql")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private Demo.Source source;

    @Override
    public Integer call() throws Exception {
        Logging.apply(new LoggingConfig(LoggingConfig.Level.WARN, LoggingConfig.Format.TEXT));
        Path home = Path.of(System.getProperty("serai.home", "")).toAbsolutePath();
        PrintWriter out = spec.commandLine().getOut();
        StopSignal signal = StopSignal.install();
        try (Demo demo = Demo.start(source, home, out, Terminal.find().isPresent())) {
            demo.run(signal::await);
        } finally {
            signal.end();
        }
        return 0;
    }
}
