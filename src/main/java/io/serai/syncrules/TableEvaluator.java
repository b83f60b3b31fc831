package io.serai.syncrules;

import io.serai.bucket.EvaluatedRow;
import io.serai.change.Row;

/** Evaluates the rows of one table against all definitions that read it. Immutable and thread-safe: pure, no I/O, no clock, no lock. */
public interface TableEvaluator {
    /** What the rules make of a complete row, whose columns need not be those of the table (a route may have changed them). */
    EvaluatedRow evaluate(Row row, FailureListener failures);

    /** Whether no definition reads the table, so that its rows need not be replicated. */
    boolean isEmpty();

    /** Is told when a query could not be evaluated for a row, which then yields nothing for that query. */
    interface FailureListener {
        /** {@code query} names definition and query, {@code reason} says what failed without row data. */
        void failed(String query, String reason);
    }
}
