package io.serai.cli;

import io.serai.source.Repair;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

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
    private final RepairOptions repair = new RepairOptions();

    @Option(names = "--from-source", description = "Read the tables again from the database.")
    private boolean fromSource;

    @Override
    public Integer call() throws Exception {
        return repair.run(fromSource ? Repair.COPY : Repair.RESYNC);
    }
}
