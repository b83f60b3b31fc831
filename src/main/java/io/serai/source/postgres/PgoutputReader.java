package io.serai.source.postgres;

import io.serai.change.Lsn;
import io.serai.change.SourcePosition;
import io.serai.source.LogReader;
import io.serai.source.LogSink;
import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
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

    private final Connection connection;
    private final PGReplicationStream stream;
    private final PgoutputDecoder decoder;

    private Lsn reported;
    private long lastAlive = System.nanoTime();
    private volatile boolean positionRequested;

    private PgoutputReader(Connection connection, PGReplicationStream stream, Lsn from, PgoutputDecoder decoder) {
        this.connection = connection;
        this.stream = stream;
        this.reported = from;
        this.decoder = decoder;
    }

    /** Starts to stream the slot on a replication connection, which belongs to the reader from now on. */
    static PgoutputReader open(Connection connection, String slot, Lsn from, PgoutputDecoder decoder)
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
        PgoutputReader reader = new PgoutputReader(connection, builder.start(), from, decoder);
        reader.acknowledge(from);
        return reader;
    }

    @Override
    public void read(LogSink sink, Duration patience) throws SQLException, InterruptedException {
        long deadline = System.nanoTime() + patience.toNanos();
        boolean any = false;
        while (!sink.isFull()) {
            if (positionRequested) {
                positionRequested = false;
                stream.forceUpdateStatus();
            }
            ByteBuffer message = stream.readPending();
            if (message != null) {
                decoder.decode(message, sink);
                any = true;
            } else {
                reportIdle(sink);
                if (any || System.nanoTime() - deadline >= 0) {
                    return;
                }
                if (Thread.interrupted()) {
                    throw new InterruptedException();
                }
            }
        }
    }

    /** With nothing pending and no transaction open, the last LSN is that of a commit's end or of a keepalive: all before it was delivered. */
    private void reportIdle(LogSink sink) {
        if (!decoder.isOpen()) {
            Lsn reached = new Lsn(stream.getLastReceiveLSN().asLong());
            if (reached.compareTo(reported) > 0) {
                reported = reached;
                sink.idle(reached);
            }
        }
    }

    @Override
    public void keepAlive() throws SQLException {
        long now = System.nanoTime();
        if (now - lastAlive >= TimeUnit.MILLISECONDS.toNanos(STATUS_MILLIS)) {
            lastAlive = now;
            stream.forceUpdateStatus();
        }
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
