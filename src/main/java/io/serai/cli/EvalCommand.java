package io.serai.cli;

import io.serai.app.Cases;
import io.serai.syncrules.cases.CaseLines;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** {@code serai eval}: what sync rules make of rows and requests, line by line. */
@Command(
        name = "eval",
        header = {"Tells what sync rules make of rows and requests.", ""},
        description = {
            "Reads one case per line on standard input, a JSON object, and prints one line for each, in the same order: {\"id\":…,\"actual\":…}. A kind of case that this program does not do has {\"unsupported\":true} as its \"actual\". A line that cannot be answered has an \"error\" instead, and the lines behind it are answered. Needs no configuration, no database and no running process.",
            "",
            "Exits with 1 when a line was not a JSON object with a category."
        },
        footer = {"", "serai eval < cases.ndjson > answers.ndjson"})
final class EvalCommand implements Callable<Integer> {
    @Override
    public Integer call() throws IOException {
        long broken = new CaseLines(Cases.runner()).answer(System.in, new StandardOutput());
        return broken == 0 ? 0 : 1;
    }
}
