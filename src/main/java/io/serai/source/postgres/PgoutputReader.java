package io.serai.source.postgres;

import io.serai.change.Lsn;
import io.serai.change.SourcePosition;
import io.serai.error.ErrorCode;
import io.serai.error.SeraiException;
import io.serai.source.LogReader;
import io.serai.source.LogSink;
import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.replication.LogSequenceNumber;
import org.postgresql.replication.PGReplicationStream;

/**
 * Reads a slot through pgjdbc's replication stream, which sends status to the server only inside its own reads, and whose {@code readPending}
 * waits for about a millisecond when nothing is there (V3PGReplicationStream and PGStream.hasMessagePending, 42.7).
 */
final class PgoutputReader implements LogReader {
    /** How often the server is told what is durable, and that we live; wal_sender_timeout is rarely below ten seconds. */
    private static final int STATUS_MILLIS = 1000;

    private static final String UNDEFINED_OBJECT = "42704";
    private static final long ASK_NANOS = TimeUnit.SECONDS.toNanos(10);
    private static final int READS_PER_CLOCK = 256;

    /** A log that was quiet for this long is looked at less often, so that waiting costs little. */
    private static final long QUIET_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

    private static final long QUIET_PAUSE_MILLIS = 2;

    private final Connection connection;
    private final PGReplicationStream stream;
    private final PgoutputDecoder decoder;

    private Lsn reported;
    private int readsToClock;
    private long lastAsked = System.nanoTime();
    private long lastMessage = System.nanoTime();
    private volatile boolean positionRequested;

    private PgoutputReader(Connection connection, PGReplicationStream stream, Lsn stored, PgoutputDecoder decoder) {
        this.connection = connection;
        this.stream = stream;
        this.reported = stored;
        this.decoder = decoder;
    }

    /**
     * Starts to stream the slot on a replication connection, which belongs to the reader from now on. The server is told nothing before the first
     * {@link #acknowledge}: told of an earlier position, a server may go back to it.
     *
     * @param from where the log is read from
     * @param stored the stored position, at or after {@code from}: idle positions are told only after it
     */
    static PgoutputReader open(Connection connection, String slot, Lsn from, Lsn stored, PgoutputDecoder decoder)
            throws SQLException {
        var builder = connection
                .unwrap(PGConnection.class)
                .getReplicationAPI()
                .replicationStream()
                .logical()
                .withSlotName(slot)
                .withStartPosition(LogSequenceNumber.valueOf(from.value()))
                .withStatusInterval(STATUS_MILLIS, TimeUnit.MILLISECONDS)
                .withAutomaticFlush(false) // it would acknowledge what is not durable yet
                .withSlotOption("proto_version", 1)
                .withSlotOption("publication_names", Catalog.PUBLICATION);
        if (connection.getMetaData().getDatabaseMajorVersion() >= 14) {
            builder = builder.withSlotOption("messages", true);
        }
        return new PgoutputReader(connection, builder.start(), stored, decoder);
    }

    @Override
    public void read(LogSink sink, Duration patience) throws SQLException, InterruptedException {
        long deadline = System.nanoTime() + patience.toNanos();
        boolean any = false;
        while (!sink.isFull()) {
            ask();
            ByteBuffer message = readPending();
            if (message != null) {
                decoder.decode(message, sink);
                any = true;
            } else {
                reportIdle(sink);
                long now = System.nanoTime();
                if (any) {
                    lastMessage = now;
                    return;
                }
                if (now - deadline >= 0) {
                    return;
                }
                if (now - lastMessage > QUIET_NANOS) {
                    TimeUnit.MILLISECONDS.sleep(QUIET_PAUSE_MILLIS);
                } else if (Thread.interrupted()) {
                    throw new InterruptedException();
                }
            }
        }
    }

    /** The server looks for the publication in the catalog of the change that it decodes: where it had another name then, it never gets past that. */
    private @Nullable ByteBuffer readPending() throws SQLException {
        try {
            return stream.readPending();
        } catch (SQLException e) {
            if (UNDEFINED_OBJECT.equals(e.getSQLState())
                    && String.valueOf(e.getMessage()).contains('"' + Catalog.PUBLICATION + '"')) {
                throw new SeraiException(
                        ErrorCode.SOURCE_LOST_HISTORY,
                        "The log has changes from when no publication had the name \"" + Catalog.PUBLICATION
                                + "\", and the server cannot decode them",
                        "",
                        ErrorCode.SOURCE_LOST_HISTORY.remedy(),
                        e);
            }
            throw e;
        }
    }

    /** Asks for a keepalive, when somebody wants one and now and then: a server that hears from us sends none by itself, and silence means it is gone. */
    private void ask() throws SQLException {
        if (positionRequested) {
            positionRequested = false;
            stream.forceUpdateStatus();
        } else if (--readsToClock <= 0) {
            readsToClock = READS_PER_CLOCK;
            keepAlive(ASK_NANOS);
        }
    }

    /** With nothing pending and no transaction open, the last LSN is that of a commit's end or of a keepalive: all before it was delivered. */
    private void reportIdle(LogSink sink) {
        if (!decoder.isOpen()) {
            Lsn reached = new Lsn(stream.getLastReceiveLSN().asLong());
            decoder.passed(reached);
            if (reached.compareTo(reported) > 0) {
                reported = reached;
                sink.idle(reached);
            }
        }
    }

    @Override
    public void keepAlive() throws SQLException {
        keepAlive(TimeUnit.MILLISECONDS.toNanos(STATUS_MILLIS));
    }

    private void keepAlive(long interval) throws SQLException {
        long now = System.nanoTime();
        if (now - lastAsked >= interval) {
            lastAsked = now;
            stream.forceUpdateStatus();
        }
    }

    @Override
    public Set<Integer> alteredTables() {
        return decoder.altered();
    }

    @Override
    public void requestPosition() {
        positionRequested = true;
    }

    @Override
    public void acknowledge(SourcePosition durable) {
        LogSequenceNumber position = LogSequenceNumber.valueOf(((Lsn) durable).value());
        stream.setAppliedLSN(position);
        stream.setFlushedLSN(position);
    }

    /** Cuts the connection: the server's part may be in the middle of a transaction and would not hear a polite word. */
    @Override
    public void close() {
        Closing.abort(connection);
    }
}
