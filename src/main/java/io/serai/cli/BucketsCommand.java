package io.serai.cli;

import io.serai.app.Inspections;
import io.serai.app.admin.BucketLines;
import io.serai.app.admin.BucketSelection;
import io.serai.app.admin.Inspection;
import io.serai.app.admin.StatusFormat;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code serai buckets}: how large buckets are at the newest checkpoint. */
@Command(
        name = "buckets",
        header = {"Lists buckets with their sizes.", ""},
        description = {
            "Lists the buckets at the newest checkpoint, a line each: the rows that a client gets, the operations that are"
                    + " stored and the bytes of data in them, and the newest operation.",
            "",
            "Many more operations than rows mean that a new client downloads history that it does not need. Reads all"
                    + " operations, as dump does. Works beside a running process and with none running."
        },
        footer = {
            "",
            "serai buckets --prefix by_owner  the buckets of one definition",
            "",
            "Exits with 1 while there is no checkpoint."
        })
final class BucketsCommand implements Callable<Integer> {
    @Mixin
    private final ConfigOption config = new ConfigOption();

    @Parameters(paramLabel = "BUCKET", description = "Names of buckets; without any, every bucket.")
    private List<String> buckets = List.of();

    @Option(names = "--prefix", paramLabel = "TEXT", description = "Only buckets whose name starts with this.")
    private String prefix = "";

    @Option(names = "--json", description = "Print a JSON object a line.")
    private boolean json;

    @Override
    public Integer call() throws Exception {
        StandardOutput out = new StandardOutput();
        try (Inspection storage = Inspections.open(config.loadService());
                BucketLines lines = new BucketLines(out, json ? StatusFormat.JSON : StatusFormat.TEXT)) {
            storage.operations(new BucketSelection(buckets, prefix), lines);
            lines.end();
        }
        out.flush();
        return 0;
    }
}
