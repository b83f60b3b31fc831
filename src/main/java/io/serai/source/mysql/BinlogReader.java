package io.serai.source.mysql;

import io.serai.change.SourcePosition;
import io.serai.source.LogReader;
import io.serai.source.LogSink;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads the binary log through a connection like a replica's. The server keeps what was not read by itself, for a time that it is set to, so nothing is
 * acknowledged; and it sends heartbeats by itself, which tell the position of an idle log.
 */
final class BinlogReader implements LogReader {
    private static final Duration NO_PATIENCE = Duration.ofMillis(1);

    private final LogConnection connection;
    private final LogDecoder decoder;
    private @Nullable Payload payload;

    /** A reader of the connection, which belongs to it from now on, and on which the log has begun. */
    BinlogReader(LogConnection connection, LogDecoder decoder) {
        this.connection = connection;
        this.decoder = decoder;
    }

    @Override
    public void read(LogSink sink, Duration patience) throws SQLException, InterruptedException {
        try {
            Duration wait = patience;
            while (!sink.isFull()) {
                Payload packed = payload;
                if (packed != null) {
                    byte[] event = packed.next();
                    if (event == null) {
                        payload = null;
                    } else {
                        decoder.decode(event, 0, true, sink);
                    }
                } else {
                    byte[] event = connection.next(wait);
                    if (event == null) {
                        return;
                    }
                    payload = decoder.decode(event, 1, false, sink);
                    wait = NO_PATIENCE;
                }
                if (Thread.interrupted()) {
                    throw new InterruptedException();
                }
            }
        } catch (IOException e) {
            throw Failures.ofLog(e);
        }
    }

    /** Whether the log has shown that it goes on from the last transaction before, or did not have to. */
    boolean isProven() {
        return decoder.isProven();
    }

    @Override
    public void keepAlive() {}

    @Override
    public void requestPosition() {}

    @Override
    public Set<Integer> alteredTables() {
        return decoder.altered();
    }

    @Override
    public void acknowledge(SourcePosition durable) {}

    @Override
    public void close() {
        connection.close();
    }
}
