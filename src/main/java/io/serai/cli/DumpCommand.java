package io.serai.cli;

import io.serai.app.Inspections;
import io.serai.app.admin.BucketSelection;
import io.serai.app.admin.Inspection;
import io.serai.app.admin.OperationLines;
import io.serai.app.admin.RowLines;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code serai dump}: the contents of buckets at the newest checkpoint. */
@Command(
        name = "dump",
        header = {"Prints the rows of buckets.", ""},
        description = {
            "Prints the rows of each bucket at the newest checkpoint, one JSON object a line, in the order of bucket,"
                    + " table and id:",
            "",
            "  {\"bucket\":\"by_owner[\\\"u1\\\"]\",\"table\":\"todos\",\"id\":\"7\",\"checksum\":2861934876,\"data\":{…}}",
            "",
            "data and checksum are exactly what a client would get. Works beside a running process and with none"
                    + " running."
        },
        footer = {
            "",
            "serai dump 'by_owner[\"u1\"]'   one bucket",
            "serai dump --prefix by_owner  the buckets of one definition",
            "serai dump | wc -l            how many rows there are",
            "",
            "Exits with 1 while there is no checkpoint."
        })
final class DumpCommand implements Callable<Integer> {
    @Mixin
    private final ConfigOption config = new ConfigOption();

    @Parameters(paramLabel = "BUCKET", description = "Names of buckets; without any, every bucket.")
    private List<String> buckets = List.of();

    @Option(names = "--prefix", paramLabel = "TEXT", description = "Only buckets whose name starts with this.")
    private String prefix = "";

    @Option(names = "--ops", description = "Print the operations instead of the rows that they leave.")
    private boolean operations;

    @Override
    public Integer call() throws Exception {
        BucketSelection selection = new BucketSelection(buckets, prefix);
        StandardOutput out = new StandardOutput();
        try (Inspection storage = Inspections.open(config.loadService())) {
            if (operations) {
                storage.operations(selection, new OperationLines(out));
            } else {
                try (RowLines lines = new RowLines(out)) {
                    storage.operations(selection, lines);
                    lines.end();
                }
            }
        }
        out.flush();
        return 0;
    }
}
