package io.serai.source;

import io.serai.change.SourcePosition;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Set;

/**
 * Reads a source's log from a position on: whole transactions, in commit order. Knows nothing of rules or storage. Confined to one thread, except
 * {@link #acknowledge} and {@link #close}.
 */
public interface LogReader extends AutoCloseable {
    /**
     * Hands over what the server has sent, until nothing is pending or the sink is full; waits up to {@code patience} for the first.
     *
     * @throws SQLException when the connection broke or the server refused
     */
    void read(LogSink sink, Duration patience) throws SQLException, InterruptedException;

    /** Tells the server that the connection lives, without reading; called while the sink is full. */
    void keepAlive() throws SQLException;

    /** Asks the server to say soon how far it has read, so that an idle log advances. Thread-safe. */
    void requestPosition();

    /** The numbers of stored tables of which the log had a change in another form than the stored one. Thread-safe. */
    Set<Integer> alteredTables();

    /** Says that everything before {@code durable} is durable; the server is told with the next status. Thread-safe. */
    void acknowledge(SourcePosition durable);

    @Override
    void close();
}
