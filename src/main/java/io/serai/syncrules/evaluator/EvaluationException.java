package io.serai.syncrules.evaluator;

/**
 * An expression has no value for a row or request. The message says what failed and never holds row data. It has no stack trace: one bad row
 * is not a bug of this program, and there may be millions of them.
 */
public final class EvaluationException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    EvaluationException(String message) {
        super(message, null, false, false);
    }
}
