package io.serai.app;

import io.serai.config.Issue;
import io.serai.error.ErrorCode;
import io.serai.syncrules.RuleIssue;
import java.nio.file.Path;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * An issue of a configuration file with the line that it is about. Immutable.
 *
 * @param isError whether it stops the start
 * @param code stable; of rules with the kind of issue
 * @param file as the user named it
 * @param line from 1 on
 * @param column from 1 on
 * @param message what is wrong and what would be right
 * @param excerpt the line's text; asterisks stand for what may be a secret
 */
public record Fault(boolean isError, String code, Path file, int line, int column, String message, String excerpt) {
    /** A key that is, or was meant to be, one of a secret, and the value; a plain value goes on to the end of the line, or of the item of a mapping in braces. */
    private static final String SECRET =
            "(?i)(?:[\\w-]*(?:pas|word|pwd|secr|key|token|ur[il]|dsn)[\\w-]*|\\b[kd])[\"']?\\s*:\\s+(?!!env )"
                    + "('(?:[^']|'')*'?|\"(?:[^\"\\\\]|\\\\.)*\"?|%s)";

    private static final Pattern IN_BLOCK = Pattern.compile(SECRET.formatted(".*"));
    private static final Pattern IN_BRACES = Pattern.compile(SECRET.formatted("[^,}]*"));
    private static final Pattern BRACE = Pattern.compile("\\s*(?:- +)*\\{.*");
    private static final Pattern USER = Pattern.compile("://(.*)@");

    static Fault of(Path file, String text, Issue issue) {
        return new Fault(
                issue.isError(),
                issue.code().code(),
                file,
                issue.line(),
                issue.column(),
                issue.message(),
                withoutSecrets(line(text, issue.line())));
    }

    static Fault of(Path file, String text, RuleIssue issue) {
        return new Fault(
                issue.level() == RuleIssue.Level.ERROR,
                ErrorCode.RULES_INVALID.code() + " " + issue.code(),
                file,
                issue.line(),
                issue.column(),
                issue.message(),
                line(text, issue.line()));
    }

    /** {@code file:line:column: error: message}, the line, and a caret below the place. */
    public String text() {
        String margin = String.format(Locale.ROOT, "%5d | ", line);
        String caret = " ".repeat(margin.length() - 2) + "| " + " ".repeat(Math.max(0, column - 1)) + "^";
        return file + ":" + line + ":" + column + ": " + (isError ? "error" : "warning") + ": " + message + " [" + code
                + "]\n" + margin + excerpt + "\n" + caret;
    }

    /** On one line, for logs. */
    public String oneLine() {
        return file + ":" + line + ":" + column + ": " + message;
    }

    private static String line(String text, int number) {
        return text.lines().skip(number - 1L).findFirst().orElse("").replace('\t', ' ');
    }

    private static String withoutSecrets(String line) {
        Pattern secret = BRACE.matcher(line).matches() ? IN_BRACES : IN_BLOCK;
        return masked(masked(line, secret), USER);
    }

    /** The line in which asterisks stand for the first group of each match, so that the columns stay. */
    private static String masked(String line, Pattern secret) {
        StringBuilder shown = new StringBuilder(line);
        secret.matcher(line)
                .results()
                .forEach(found ->
                        shown.replace(found.start(1), found.end(1), "*".repeat(found.end(1) - found.start(1))));
        return shown.toString();
    }
}
