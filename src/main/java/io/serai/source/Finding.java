package io.serai.source;

import io.serai.error.ErrorCode;

/**
 * One thing that a check of the source database found. Immutable.
 *
 * @param code stable
 * @param severity whether it stops the start
 * @param found what is there, and where
 * @param needed what is needed
 * @param fix the exact statement or setting that mends it; may be empty
 */
public record Finding(ErrorCode code, Severity severity, String found, String needed, String fix) {
    /** How bad a finding is. */
    public enum Severity {
        /** The start goes on. */
        WARNING,
        /** The start stops. */
        ERROR
    }
}
