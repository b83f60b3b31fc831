package io.serai.syncrules;

import io.serai.bucket.EvaluatedRow;
import io.serai.change.Row;
import io.serai.change.Value;
import java.util.List;
import java.util.Map;

/** Evaluates the rows of one table against all definitions that read it. Immutable and thread-safe: pure, no I/O, no clock, no lock. */
public interface TableEvaluator {
    /** What the rules make of a complete row, whose columns need not be those of the table (a route may have changed them). */
    EvaluatedRow evaluate(Row row, FailureListener failures);

    /**
     * What a complete row gives the payloads of an event: the members of each, by name. Plain values; a column that the row lacks gives no member.
     */
    List<Map<String, Value>> payloads(String event, Row row, FailureListener failures);

    /** Whether no definition and no event reads the table, so that its rows need not be replicated. */
    boolean isEmpty();

    /** Is told when a query could not be evaluated for a row, which then yields nothing for that query. */
    interface FailureListener {
        /** {@code query} names definition and query, {@code reason} says what failed without row data. */
        void failed(String query, String reason);
    }
}
