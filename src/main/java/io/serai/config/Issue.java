package io.serai.config;

import io.serai.error.ErrorCode;

/**
 * One thing that is wrong, or that has no effect, in a configuration file. Immutable.
 *
 * @param severity whether it stops the start
 * @param code stable
 * @param line from 1 on
 * @param column from 1 on
 * @param message what is wrong and what would be right, without secrets
 */
public record Issue(Severity severity, ErrorCode code, int line, int column, String message)
        implements Comparable<Issue> {
    /** How bad it is. */
    public enum Severity {
        /** The start goes on. */
        WARNING,
        /** The start stops. */
        ERROR
    }

    /** Whether it stops the start. */
    public boolean isError() {
        return severity == Severity.ERROR;
    }

    /** In the order of the file. */
    @Override
    public int compareTo(Issue other) {
        int byLine = Integer.compare(line, other.line);
        return byLine != 0 ? byLine : Integer.compare(column, other.column);
    }
}
