package io.serai.cli;

import io.serai.source.Repair;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

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
    private final RepairOptions repair = new RepairOptions();

    @Override
    public Integer call() throws Exception {
        return repair.run(Repair.RETRY);
    }
}
