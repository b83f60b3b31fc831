package io.serai.cli;

import io.serai.app.Compactions;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code serai compact}: makes buckets smaller. */
@Command(
        name = "compact",
        header = {"Makes buckets smaller.", ""},
        description = {
            "Takes from buckets what clients can do without: the data of operations that a later one on the same row supersedes,"
                    + " and what is left of rows that are gone at the beginning of a bucket. Checksums stay as they are, and no"
                    + " client begins anew. A bucket of which less than a tenth is new since the last time is left as it is.",
            "",
            "A running process does this by itself every hour; \"serai buckets\" shows what is worth it. Works beside a"
                    + " running process and with none running."
        },
        footer = {"", "Exits with 1 while there is no checkpoint."})
final class CompactCommand implements Callable<Integer> {
    @Mixin
    private final ConfigOption config = new ConfigOption();

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        spec.commandLine().getOut().print(Compactions.run(config.loadService()));
        spec.commandLine().getOut().flush();
        return 0;
    }
}
