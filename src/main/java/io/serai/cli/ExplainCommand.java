package io.serai.cli;

import io.serai.app.Explanations;
import io.serai.app.admin.StatusFormat;
import io.serai.app.explain.RowQuestion;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code serai explain}: why a row is, or is not, in which bucket. */
@Command(
        name = "explain",
        header = {"Tells why a row is, or is not, in which bucket.", ""},
        description = {
            "Shows for each source that has the table: whether the table is replicated and copied, the row as it is stored, the"
                    + " buckets that hold it, what each query of the sync rules makes of the stored row or why it makes"
                    + " nothing of it, and what to look at.",
            "",
            "Queries see the row as it came from the database; the buckets hold what the steps of the route left of it."
                    + " Works beside a running process, with the rules that it runs with, and with none running."
        },
        footer = {
            "",
            "serai explain todos 7                   the row of public.todos with the key 7",
            "serai explain crm.members 12 ann        a key of two columns",
            "serai explain crm.members '[12,\"ann\"]'  the same",
            "serai explain todos -- -7               a key that begins with a dash",
            "",
            "Exits with 1 when no source has the table."
        })
final class ExplainCommand implements Callable<Integer> {
    @Mixin
    private final ConfigOption config = new ConfigOption();

    @Parameters(index = "0", paramLabel = "TABLE", description = "NAME or SCHEMA.NAME, case-sensitive.")
    private String table = "";

    @Parameters(
            index = "1..*",
            arity = "1..*",
            paramLabel = "KEY",
            description =
                    "The primary key as the database writes it as text. A key of several columns is given as several"
                            + " arguments in the order of its columns, or as one JSON array.")
    private List<String> key = List.of();

    @Option(names = "--source", paramLabel = "ID", description = "Only this source; without it, every source.")
    private Optional<String> source = Optional.empty();

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean json;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        String explanation = Explanations.run(
                config.loadService(),
                new RowQuestion(table, key, source),
                json ? StatusFormat.JSON : StatusFormat.TEXT);
        spec.commandLine().getOut().println(explanation.stripTrailing());
        return 0;
    }
}
