package io.serai.cli;

import io.serai.app.Cases;
import io.serai.change.Json;
import io.serai.error.ErrorCode;
import io.serai.error.SeraiException;
import io.serai.syncrules.cases.CaseFile;
import io.serai.syncrules.cases.CaseOutcome;
import io.serai.syncrules.cases.CaseOutcome.Verdict;
import io.serai.syncrules.cases.CaseRunner;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code serai test}: whether sync rules do what a file of cases expects. */
@Command(
        name = "test",
        header = {"Compares sync rules with what you expect of them.", ""},
        description = {
            "Runs a file of cases, each of which holds sync rules, rows or a request, and what is \"expected\" of them, and prints what differs. The file is {\"cases\":[…]} or has one case per line. Order does not matter where it has no meaning. Needs no configuration, no database and no running process.",
            "",
            "Exits with 1 when a case differs or could not be run."
        },
        footer = {"", "serai test config/cases.json"})
final class TestCommand implements Callable<Integer> {
    @Parameters(paramLabel = "FILE", description = "The file of cases.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private Path file;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public Integer call() {
        List<Json.Object> cases = read();
        PrintWriter out = spec.commandLine().getOut();
        CaseRunner runner = Cases.runner();
        Map<Verdict, Integer> counts = new EnumMap<>(Verdict.class);
        boolean faulty = false;
        for (int i = 0; i < cases.size(); i++) {
            CaseOutcome outcome = CaseOutcome.of(cases.get(i), i + 1, runner);
            counts.merge(outcome.verdict(), 1, Integer::sum);
            if (outcome.isFault()) {
                faulty = true;
                out.println(word(outcome.verdict()) + ": " + outcome.id());
                outcome.details().forEach(line -> out.println("  " + line));
            }
        }
        out.println(summary(cases.size(), counts));
        return faulty ? 1 : 0;
    }

    private List<Json.Object> read() {
        try {
            return CaseFile.read(Files.readString(file));
        } catch (NoSuchFileException e) {
            throw refuse("does not exist", e);
        } catch (IOException e) {
            throw refuse("cannot be read: " + e.getMessage(), e);
        } catch (IllegalArgumentException e) {
            throw refuse("is not a file of cases: " + e.getMessage(), e);
        }
    }

    private SeraiException refuse(String what, Exception cause) {
        return new SeraiException(
                ErrorCode.COMMAND_FAILED,
                "\"" + file + "\" " + what,
                "",
                "Name a file that is {\"cases\":[…]} or has one case per line.",
                cause);
    }

    private static String summary(int all, Map<Verdict, Integer> counts) {
        StringBuilder text = new StringBuilder()
                .append(counts.getOrDefault(Verdict.SAME, 0))
                .append(" of ")
                .append(all)
                .append(all == 1 ? " case is as expected" : " cases are as expected");
        counts.forEach((verdict, count) -> {
            if (verdict != Verdict.SAME) {
                text.append(", ")
                        .append(count)
                        .append(' ')
                        .append(verdict == Verdict.DIFFERS && count != 1 ? "differ" : word(verdict));
            }
        });
        return text.append('.').toString();
    }

    private static String word(Verdict verdict) {
        return verdict.name().toLowerCase(Locale.ROOT);
    }
}
