package io.serai.source.debezium;

import io.serai.change.SourcePosition;
import io.serai.source.LogSink;
import io.serai.source.SourceTable;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;
import org.apache.kafka.connect.source.SourceRecord;

/** Turns the records of Debezium's engines into the events of a log. Confined to one thread, except where a method says otherwise. */
interface RecordDecoder {
    /** Hands one record over. */
    void decode(SourceRecord whole, LogSink sink) throws SQLException, InterruptedException;

    /** Whether tables may be others than they are stored from this record on, which the catalog tells. */
    boolean describesAnew(SourceRecord whole);

    /** The numbers of stored tables of which the log had a change in another form. Thread-safe. */
    Set<Integer> altered();

    /** Up to where all was handed over: the end of the last transaction. */
    SourcePosition position();

    /** The tables that an engine must know which begins at {@link #position}. */
    default List<SourceTable> tables() {
        return List.of();
    }

    /** Whether what follows must come from an engine that knows more tables, and begins at {@link #position}. */
    default boolean needsAnotherEngine() {
        return false;
    }
}
