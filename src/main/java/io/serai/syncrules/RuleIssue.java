package io.serai.syncrules;

/**
 * Something that is wrong or doubtful in a sync config. Immutable.
 *
 * @param code what kind of issue it is, e.g. {@code sql.unknown-function}; stable
 * @param message what was found and what is allowed there
 * @param start where it begins in the YAML text, in UTF-16 units
 * @param end behind its last unit
 * @param line the line of {@code start}, from 1 on
 * @param column the column of {@code start}, from 1 on, in UTF-16 units
 */
public record RuleIssue(Level level, String code, String message, int start, int end, int line, int column) {
    /** Another issue at the same place. */
    RuleIssue with(String otherCode, String otherMessage) {
        return new RuleIssue(level, otherCode, otherMessage, start, end, line, column);
    }

    /** How bad an issue is. */
    public enum Level {
        /** The sync config cannot be used. */
        ERROR,
        /** The sync config can be used, but probably means something else than its author thinks. */
        WARNING
    }
}
