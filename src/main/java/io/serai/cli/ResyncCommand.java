package io.serai.cli;

import io.serai.app.Repairs;
import io.serai.app.admin.CommandResult;
import io.serai.app.admin.RepairRequest;
import io.serai.app.admin.StatusFormat;
import io.serai.source.Repair;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code serai resync}: sends stored rows through the route again, or reads tables again. */
@Command(
        name = "resync",
        header = {"Sends stored rows through the route again.", ""},
        description = {
            "Sends the rows of tables as they are stored through the route again, beside the stream: for rows that were stored before a"
                    + " route was edited. Clients get only what differs.",
            "",
            "Beside a running process it returns when that is done. Interrupt it if that takes too long: what was asked for is stored,"
                    + " and \"serai status\" shows it. With none running, the next \"serai run\" does it."
        },
        footer = {
            "",
            "serai resync                      every table",
            "serai resync todos crm.members    two tables",
            "serai resync todos --from-source  reads the table from the database",
            "",
            "Exits with 1 when a source fails meanwhile: it goes on with it by itself when it can."
        })
final class ResyncCommand implements Callable<Integer> {
    @Mixin
    private final ConfigOption config = new ConfigOption();

    @Parameters(paramLabel = "TABLE", description = "NAME or SCHEMA.NAME, case-sensitive; without any, every table.")
    private List<String> tables = List.of();

    @Option(names = "--source", paramLabel = "ID", description = "Only this source; without it, every source.")
    private Optional<String> source = Optional.empty();

    @Option(names = "--from-source", description = "Read the tables again from the database.")
    private boolean fromSource;

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean json;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        CommandResult result = Repairs.run(
                config.loadService(),
                new RepairRequest(fromSource ? Repair.COPY : Repair.RESYNC, tables, source),
                json ? StatusFormat.JSON : StatusFormat.TEXT);
        spec.commandLine().getOut().print(result.text());
        spec.commandLine().getOut().flush();
        return result.isComplete() ? 0 : 1;
    }
}
