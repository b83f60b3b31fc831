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

/** {@code serai retry}: sends diverted and refused rows through the route again. */
@Command(
        name = "retry",
        header = {"Sends diverted rows through the route again.", ""},
        description = {
            "Sends the rows that \"serai status\" lists as diverted through the route again, as they are stored: for when what"
                    + " diverted them is mended. A row that passes leaves the list; one that is diverted again stays, with"
                    + " its new reason.",
            "",
            "Beside a running process it returns when that is done. With none running, the next \"serai run\" does it."
        },
        footer = {
            "",
            "serai retry          every table",
            "serai retry todos    one table",
            "",
            "Exits with 1 when rows are still listed afterwards, or a source fails meanwhile."
        })
final class RetryCommand implements Callable<Integer> {
    @Mixin
    private final ConfigOption config = new ConfigOption();

    @Parameters(paramLabel = "TABLE", description = "NAME or SCHEMA.NAME, case-sensitive; without any, every table.")
    private List<String> tables = List.of();

    @Option(names = "--source", paramLabel = "ID", description = "Only this source; without it, every source.")
    private Optional<String> source = Optional.empty();

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean json;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        CommandResult result = Repairs.run(
                config.loadService(),
                new RepairRequest(Repair.RETRY, tables, source),
                json ? StatusFormat.JSON : StatusFormat.TEXT);
        spec.commandLine().getOut().print(result.text());
        spec.commandLine().getOut().flush();
        return result.isComplete() ? 0 : 1;
    }
}
