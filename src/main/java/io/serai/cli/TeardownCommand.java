package io.serai.cli;

import io.serai.app.Teardowns;
import io.serai.app.admin.CommandResult;
import io.serai.config.Connection;
import io.serai.config.ServiceConfig;
import java.io.Console;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code serai teardown}: removes a source's slot and its stored data. */
@Command(
        name = "teardown",
        header = {"Removes a source: its slot and its data.", ""},
        description = {
            "Drops what replication created in the source's database (its slot) and removes what is stored of the"
                    + " source: its rows leave",
            "their buckets. The next \"serai run\" copies it again. Works beside a running process, which then no"
                    + " longer replicates the",
            "source until it is started again, and when the database cannot be reached: then it says what is left to"
                    + " drop."
        })
final class TeardownCommand implements Callable<Integer> {
    @Mixin
    private final ConfigOption config = new ConfigOption();

    @Option(
            names = "--source",
            paramLabel = "ID",
            description = "Only this source; without it, every source of service.yaml.")
    private Optional<String> source = Optional.empty();

    @Option(
            names = {"-y", "--yes"},
            description = "Do not ask.")
    private boolean yes;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        ServiceConfig service = config.loadService();
        List<String> sources = source.map(List::of)
                .orElseGet(
                        () -> service.connections().stream().map(Connection::id).toList());
        if (!yes && !confirmed(sources)) {
            spec.commandLine().getErr().println("Nothing was removed.");
            return 1;
        }
        boolean complete = true;
        for (String id : sources) {
            CommandResult result = Teardowns.run(service, id);
            spec.commandLine().getOut().print(result.text());
            complete &= result.isComplete();
        }
        spec.commandLine().getOut().flush();
        return complete ? 0 : 1;
    }

    private boolean confirmed(List<String> sources) {
        Console console = Terminal.find()
                .orElseThrow(() -> new ParameterException(
                        spec.commandLine(), "Without a terminal to ask on, teardown needs --yes."));
        String answer = console.readLine("Remove slot and stored data of %s? [y/N] ", String.join(", ", sources));
        return answer != null && answer.strip().equalsIgnoreCase("y");
    }
}
