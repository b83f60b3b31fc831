package io.serai.cli;

import io.serai.app.ConfigurationRefused;
import io.serai.app.Fault;
import io.serai.app.SyncConfigDifference;
import io.serai.app.SyncConfigDifference.Line;
import io.serai.app.admin.CountedRows;
import io.serai.change.Json;
import io.serai.config.ServiceConfig;
import io.serai.syncrules.RulesDifference.Definition;
import java.io.PrintWriter;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.ToLongFunction;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code serai diff}: what another sync config would do to the buckets. */
@Command(
        name = "diff",
        header = {"Tells what becomes of the buckets with another sync config.", ""},
        description = {
            "Compares two sync configs and prints a line for each bucket definition and stream: whether its buckets stay as"
                    + " they are, or get new names, so that clients download their rows again. Then the tables that would be"
                    + " copied from the database, and those that would not be replicated any more.",
            "",
            "Where the service has a storage, it also counts the buckets and rows that clients have now of what changes."
                    + " Nothing is changed; a sync config is taken when its file is saved, also while `serai run` runs."
        },
        footer = {"", "serai diff config/sync-config.yaml edited.yaml"})
final class DiffCommand implements Callable<Integer> {
    @Mixin
    private final ConfigOption config = new ConfigOption();

    @Parameters(index = "0", paramLabel = "OLD", description = "The sync config as it is.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private Path before;

    @Parameters(index = "1", paramLabel = "NEW", description = "The sync config as it is to be.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private Path after;

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean json;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        PrintWriter out = spec.commandLine().getOut();
        Optional<ServiceConfig> service =
                Files.exists(config.file()) ? Optional.of(config.loadService()) : Optional.empty();
        try {
            SyncConfigDifference difference = SyncConfigDifference.between(before, after, service);
            if (json) {
                out.println(json(difference).text());
            } else {
                print(difference, out);
            }
            return 0;
        } catch (ConfigurationRefused refused) {
            refused.faults().stream().map(Fault::text).forEach(out::println);
            return 1;
        }
    }

    private static void print(SyncConfigDifference difference, PrintWriter out) {
        for (Line line : difference.lines()) {
            Definition definition = line.definition();
            String stored = line.stored()
                    .map(counted -> String.format(
                            Locale.ROOT, " (now %,d buckets with %,d rows)", counted.buckets(), counted.rows()))
                    .orElse("");
            String fate = switch (definition.fate()) {
                case KEPT -> "stays as it is";
                case ADDED -> "is built";
                case CHANGED -> "is built anew; clients download its rows again" + stored;
                case RENAMED ->
                    "is built anew, since it was called " + definition.oldName().orElseThrow()
                            + "; clients download its rows again" + stored;
                case REMOVED -> "is removed; its rows leave the clients" + stored;
            };
            out.println(definition.name() + " " + fate);
        }
        difference.addedTables().forEach(table -> out.println("table " + table + " is copied from the database"));
        difference.removedTables().forEach(table -> out.println("table " + table + " is not replicated any more"));
    }

    private static Json json(SyncConfigDifference difference) {
        return new Json.Object(List.of(
                new Json.Member(
                        "definitions",
                        new Json.Array(difference.lines().stream()
                                .map(DiffCommand::json)
                                .toList())),
                new Json.Member("added_tables", texts(difference.addedTables())),
                new Json.Member("removed_tables", texts(difference.removedTables()))));
    }

    private static Json json(Line line) {
        Definition definition = line.definition();
        return new Json.Object(List.of(
                new Json.Member("name", new Json.Text(definition.name())),
                new Json.Member("fate", new Json.Text(definition.fate().name().toLowerCase(Locale.ROOT))),
                new Json.Member("old_name", text(definition.oldName())),
                new Json.Member("stored_buckets", number(line, CountedRows::buckets)),
                new Json.Member("stored_rows", number(line, CountedRows::rows))));
    }

    private static Json texts(List<String> texts) {
        return new Json.Array(texts.stream().<Json>map(Json.Text::new).toList());
    }

    private static Json text(Optional<String> text) {
        return text.<Json>map(Json.Text::new).orElse(Json.Literal.NULL);
    }

    private static Json number(Line line, ToLongFunction<CountedRows> number) {
        return line.stored()
                .<Json>map(counted -> new Json.IntegerNumber(BigInteger.valueOf(number.applyAsLong(counted))))
                .orElse(Json.Literal.NULL);
    }
}
