package io.serai.cli;

import io.serai.app.Repairs;
import io.serai.app.admin.CommandResult;
import io.serai.app.admin.RepairRequest;
import io.serai.app.admin.StatusFormat;
import io.serai.source.Repair;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** What every command that repairs tables is told: which tables, of which source, and how to print what came of it. */
final class RepairOptions {
    @Mixin
    private final ConfigOption config = new ConfigOption();

    @Parameters(paramLabel = "TABLE", description = "NAME or SCHEMA.NAME, case-sensitive; without any, every table.")
    private List<String> tables = List.of();

    @Option(names = "--source", paramLabel = "ID", description = "Only this source; without it, every source.")
    private Optional<String> source = Optional.empty();

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean json;

    @Spec(Spec.Target.MIXEE)
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    /** Repairs the tables, prints what came of it, and answers the command's exit code. */
    int run(Repair repair) throws Exception {
        CommandResult result = Repairs.run(
                config.loadService(),
                new RepairRequest(repair, tables, source),
                json ? StatusFormat.JSON : StatusFormat.TEXT);
        spec.commandLine().getOut().print(result.text());
        spec.commandLine().getOut().flush();
        return result.isComplete() ? 0 : 1;
    }
}
