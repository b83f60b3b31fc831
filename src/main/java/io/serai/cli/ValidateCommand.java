package io.serai.cli;

import io.serai.app.ApiCertificate;
import io.serai.app.Configuration;
import io.serai.app.ConfigurationRefused;
import io.serai.app.Fault;
import io.serai.app.LiveSchema;
import io.serai.change.Json;
import java.io.PrintWriter;
import java.math.BigInteger;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code serai validate}: whether service.yaml and the sync rules are right. */
@Command(
        name = "validate",
        header = {"Tells what is wrong with the configuration.", ""},
        description = {
            "Reads service.yaml and the sync rules and prints all that is wrong, each with file, line and column."
                    + " Where a database can be",
            "reached, the tables that the rules name are looked up in it. Nothing is started or changed.",
            "",
            "Exits with 1 when there are errors; warnings alone are 0."
        })
final class ValidateCommand implements Callable<Integer> {
    @Mixin
    private final ConfigOption config = new ConfigOption();

    @Option(names = "--json", description = "Print one JSON array of issues.")
    private boolean json;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        try {
            Configuration configuration = config.load();
            ApiCertificate.check(configuration.service());
            print(configuration.warnings(), LiveSchema.compare(configuration));
            return 0;
        } catch (ConfigurationRefused refused) {
            print(refused.faults(), List.of());
            return 1;
        }
    }

    private void print(List<Fault> faults, List<String> remarks) {
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(
                    new Json.Array(faults.stream().map(ValidateCommand::json).toList()).text());
            return;
        }
        faults.stream().map(Fault::text).forEach(out::println);
        remarks.forEach(out::println);
        long errors = faults.stream().filter(Fault::isError).count();
        out.println(errors == 0 ? "The configuration is valid." : errors + (errors == 1 ? " error." : " errors."));
    }

    private static Json json(Fault fault) {
        return new Json.Object(List.of(
                new Json.Member("level", new Json.Text(fault.isError() ? "error" : "warning")),
                new Json.Member("code", new Json.Text(fault.code())),
                new Json.Member("file", new Json.Text(fault.file().toString())),
                new Json.Member("line", new Json.IntegerNumber(BigInteger.valueOf(fault.line()))),
                new Json.Member("column", new Json.IntegerNumber(BigInteger.valueOf(fault.column()))),
                new Json.Member("message", new Json.Text(fault.message()))));
    }
}
