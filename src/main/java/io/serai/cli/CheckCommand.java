package io.serai.cli;

import io.serai.app.Checks;
import io.serai.app.Checks.Checked;
import io.serai.app.Configuration;
import io.serai.app.Fault;
import io.serai.change.Json;
import io.serai.source.Finding;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code serai check}: whether each database offers what replication needs. */
@Command(
        name = "check",
        header = {"Tells whether the databases are prepared.", ""},
        description = {
            "Compares each source's database with what replication needs for the tables of the sync rules, and prints"
                    + " what is missing",
            "with the statement that mends it. Changes nothing. The same checks run at each start.",
            "",
            "Exits with 1 when something would stop the start; warnings alone are 0."
        })
final class CheckCommand implements Callable<Integer> {
    @Mixin
    private final ConfigOption config = new ConfigOption();

    @Option(names = "--json", description = "Print one JSON array of findings.")
    private boolean json;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        Configuration configuration = config.load();
        List<Checked> checked = Checks.run(configuration);
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(new Json.Array(checked.stream()
                            .flatMap(
                                    source -> source.findings().stream().map(finding -> json(source.source(), finding)))
                            .toList())
                    .text());
        } else {
            configuration.warnings().stream().map(Fault::text).forEach(out::println);
            checked.forEach(source -> print(source, out));
        }
        return checked.stream().anyMatch(Checked::hasErrors) ? 1 : 0;
    }

    private static void print(Checked source, PrintWriter out) {
        out.println("source " + source.source()
                + (source.server().isEmpty() ? "" : " (" + source.server() + ")") + ": "
                + (source.findings().isEmpty() ? "ready" : source.hasErrors() ? "not ready" : "ready, with warnings"));
        for (Finding finding : source.findings()) {
            out.println("  " + finding.severity().name().toLowerCase(Locale.ROOT) + " ["
                    + finding.code().code() + "] " + finding.found());
            if (!finding.needed().isEmpty()) {
                out.println("    needed: " + finding.needed());
            }
            if (!finding.fix().isEmpty()) {
                out.println("    fix:    " + finding.fix().replace("\n", "\n            "));
            }
        }
    }

    private static Json json(String source, Finding finding) {
        return new Json.Object(List.of(
                new Json.Member("source", new Json.Text(source)),
                new Json.Member("code", new Json.Text(finding.code().code())),
                new Json.Member(
                        "severity", new Json.Text(finding.severity().name().toLowerCase(Locale.ROOT))),
                new Json.Member("found", new Json.Text(finding.found())),
                new Json.Member("needed", new Json.Text(finding.needed())),
                new Json.Member("fix", new Json.Text(finding.fix()))));
    }
}
