package io.serai.syncrules.parser;

import io.serai.syncrules.RuleIssue;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/** Collects what is wrong in one sync config. Confined to one thread. */
public final class Issues {
    private final String yaml;
    private final int[] lineStarts;
    private final Set<RuleIssue> found = new LinkedHashSet<>();

    /** Issues of the text {@code yaml}. */
    public Issues(String yaml) {
        this.yaml = yaml;
        this.lineStarts = lineStarts(yaml);
    }

    /** Adds an error; equal ones count once. */
    public void error(String code, Span span, String message) {
        add(RuleIssue.Level.ERROR, code, span, message);
    }

    /** Adds a warning. */
    public void warning(String code, Span span, String message) {
        add(RuleIssue.Level.WARNING, code, span, message);
    }

    /** Whether an error was added. */
    public boolean hasErrors() {
        return found.stream().anyMatch(issue -> issue.level() == RuleIssue.Level.ERROR);
    }

    /** The number of errors so far. */
    public int errors() {
        return (int) found.stream()
                .filter(issue -> issue.level() == RuleIssue.Level.ERROR)
                .count();
    }

    /** All issues in the order of the text. */
    public List<RuleIssue> sorted() {
        return found.stream().sorted(Comparator.comparingInt(RuleIssue::start)).toList();
    }

    /** A warning that is not added. */
    public RuleIssue warningAt(String code, Span span, String message) {
        return at(RuleIssue.Level.WARNING, code, span, message);
    }

    private void add(RuleIssue.Level level, String code, Span span, String message) {
        found.add(at(level, code, span, message));
    }

    private RuleIssue at(RuleIssue.Level level, String code, Span span, String message) {
        int start = Math.clamp(span.start(), 0, yaml.length());
        int end = Math.clamp(span.end(), start, yaml.length());
        int line = line(start);
        return new RuleIssue(level, code, message, start, end, line, start - lineStarts[line - 1] + 1);
    }

    /** The line of an offset, from 1 on. */
    private int line(int offset) {
        int found = Arrays.binarySearch(lineStarts, offset);
        return found >= 0 ? found + 1 : -found - 1;
    }

    private static int[] lineStarts(String text) {
        IntStream behindBreaks = IntStream.range(0, text.length())
                .filter(i -> text.charAt(i) == '\n')
                .map(i -> i + 1);
        return IntStream.concat(IntStream.of(0), behindBreaks).toArray();
    }
}
