package io.serai.source;

import io.serai.change.SourcePosition;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Takes the events of a log in order. Confined to the reader's thread. */
public interface LogSink {
    /** A transaction begins. {@code commitAt} is at most the position that {@link #commit} will give, and after every earlier one or equal to it. */
    void begin(long transactionId, SourcePosition commitAt, Instant commitTime);

    /**
     * A row changed. Images are encoded as in {@link io.serai.change.RowImage} for the table's relation; the sink owns the arrays.
     *
     * @param before the old key columns (others unknown) or the whole old row, or null when the log sent none
     * @param after the new row, columns that the log did not send unknown; null for a delete
     */
    void change(Kind kind, SourceTable table, byte @Nullable [] before, byte @Nullable [] after);

    /** All rows of these tables went away. */
    void truncate(List<SourceTable> tables);

    /** The transaction is whole; {@code position} is after it. */
    void commit(SourcePosition position);

    /** No transaction is open and the log was read up to {@code position}. */
    void idle(SourcePosition position);

    /** Whether nothing more should be read for now. */
    boolean isFull();

    /** What happened to a row. */
    enum Kind {
        /** It appeared. */
        INSERT,
        /** It changed. */
        UPDATE,
        /** It went away. */
        DELETE
    }
}
