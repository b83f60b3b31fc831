package io.serai.syncrules.parser;

import io.serai.syncrules.RuleIssue;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Collects what is wrong in one sync config. Confined to one thread. */
public final class Issues {
    private final String yaml;
    private final Set<RuleIssue> found = new LinkedHashSet<>();

    /** Issues of the text {@code yaml}. */
    public Issues(String yaml) {
        this.yaml = yaml;
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
        int line = 1;
        int lineStart = 0;
        for (int i = 0; i < start; i++) {
            if (yaml.charAt(i) == '\n') {
                line++;
                lineStart = i + 1;
            }
        }
        return new RuleIssue(level, code, message, start, end, line, start - lineStart + 1);
    }
}
