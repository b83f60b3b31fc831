package io.serai.cli;

import io.serai.app.Version;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The program itself: lists the commands. */
@Command(
        name = "serai",
        description = "Replicates databases through Camel routes and sync rules into a checkpointing bucket storage.",
        mixinStandardHelpOptions = true,
        scope = CommandLine.ScopeType.INHERIT,
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            RunCommand.class,
            DemoCommand.class,
            CheckCommand.class,
            SetupCommand.class,
            ValidateCommand.class,
            DiffCommand.class,
            EvalCommand.class,
            TestCommand.class,
            StatusCommand.class,
            DumpCommand.class,
            BucketsCommand.class,
            ExplainCommand.class,
            ResyncCommand.class,
            RetryCommand.class,
            CompactCommand.class,
            TokenCommand.class,
            TeardownCommand.class
        },
        versionProvider = SeraiCommand.VersionText.class,
        footer = {
            "",
            "First time here:      serai demo",
            "A database of yours:  write config/service.yaml, then",
            "                      serai setup     the SQL that prepares the database",
            "                      serai check     whether it is prepared",
            "                      serai run",
            "Something is wrong:   serai status",
            "A row is missing:     serai explain TABLE KEY",
            "A route was edited:   serai resync",
            "Another sync config:  serai diff OLD NEW, then save it",
            "",
            "Exit codes: 0 well, 1 found a fault, 2 wrong usage. `serai COMMAND --help` tells more."
        })
public final class SeraiCommand implements Runnable {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    /** Runs the command that the arguments name and answers the exit code. */
    public static int run(String... args) {
        return commandLine().execute(args);
    }

    static CommandLine commandLine() {
        return new CommandLine(new SeraiCommand())
                .setOut(new PrintWriter(System.out, true, StandardCharsets.UTF_8))
                .setErr(new PrintWriter(System.err, true, StandardCharsets.UTF_8))
                .setUsageHelpWidth(110)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setExecutionExceptionHandler(new FailureHandler());
    }

    /** Without a command, the help is what somebody probably wants; but a script did something wrong. */
    @Override
    public void run() {
        throw new CommandLine.ParameterException(spec.commandLine(), "Say which command.");
    }

    /** What {@code --version} prints. */
    static final class VersionText implements CommandLine.IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {
                "serai " + Version.current() + " (Java " + Runtime.version().feature() + ")"
            };
        }
    }
}
