package io.serai.source.debezium;

import io.serai.change.SourcePosition;
import io.serai.error.ErrorCode;
import io.serai.error.SeraiException;
import io.serai.source.CatalogLook;
import io.serai.source.LogReader;
import io.serai.source.LogSink;
import io.serai.source.SourceDatabase;
import io.serai.source.SourceTable;
import io.serai.source.TableSelection;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.kafka.connect.source.SourceRecord;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The log as one run of Debezium's engine delivers it. Says nothing of where an idle log stands, because the engine does not: where no transaction ends
 * for a minute, a marker is written. Heartbeats are none: they may come also while the server keeps log that nothing here advances over.
 */
final class DebeziumLog implements LogReader {
    private static final Logger LOG = LoggerFactory.getLogger(DebeziumLog.class);
    private static final Duration IDLE = Duration.ofMinutes(1);

    private final EngineControl engines;
    private Engine engine;
    private final SourceDatabase database;
    private final RecordDecoder decoder;
    private final List<SourceTable> tables;
    private final TableSelection selection;
    private final Durable durable;
    private final Duration idle;
    private boolean delivers;
    private SourcePosition reached;
    private long reachedNanos = System.nanoTime();

    /** @param idle how long no transaction ends before a marker is written */
    DebeziumLog(
            EngineControl engines,
            Engine engine,
            SourceDatabase database,
            RecordDecoder decoder,
            List<SourceTable> tables,
            TableSelection selection,
            Durable durable,
            Duration idle) {
        this.engines = engines;
        this.engine = engine;
        this.database = database;
        this.decoder = decoder;
        this.tables = tables;
        this.selection = selection;
        this.durable = durable;
        this.idle = idle;
        this.reached = decoder.position();
    }

    /** Lets an engine begin where the decoder stands. */
    static DebeziumLog open(
            EngineControl engines,
            Connector connector,
            SourceDatabase database,
            RecordDecoder decoder,
            List<SourceTable> tables,
            TableSelection selection)
            throws InterruptedException {
        Durable durable = new Durable(connector, decoder.position());
        Engine engine = engine(engines, durable::offset, decoder.tables());
        return new DebeziumLog(engines, engine, database, decoder, tables, selection, durable, IDLE);
    }

    private static Engine engine(EngineControl engines, Supplier<byte @Nullable []> durable, List<SourceTable> tables)
            throws InterruptedException {
        try {
            return engines.open(durable, tables);
        } catch (InterruptedException | RuntimeException e) {
            throw e;
        } catch (Exception e) { // whatever the consumer's constructor throws
            throw new SeraiException(
                    ErrorCode.DEBEZIUM_ENGINE,
                    "Debezium's engine cannot be made: " + e.getMessage(),
                    "",
                    ErrorCode.DEBEZIUM_ENGINE.remedy(),
                    e);
        }
    }

    @Override
    public void read(LogSink sink, Duration patience) throws SQLException, InterruptedException {
        SourceRecord record = engine.poll(patience);
        if (record != null && !delivers) {
            delivers = true;
            LOG.atInfo().log("Debezium's engine delivers");
        }
        while (record != null) {
            if (decoder.describesAnew(record)) {
                requireUnaltered();
            }
            decoder.decode(record, sink);
            if (decoder.needsAnotherEngine()) {
                changeEngines();
            }
            record = sink.isFull() ? null : engine.poll(Duration.ZERO);
        }
        markIfIdle();
    }

    /** What the former one has delivered beyond is delivered again. */
    private void changeEngines() throws InterruptedException {
        LOG.atInfo().log("Debezium's engine begins again with more tables");
        engine.close();
        engines.end();
        byte[] begin = durable.offset(decoder.position());
        engine = engine(engines, () -> begin, decoder.tables());
    }

    private void markIfIdle() throws SQLException, InterruptedException {
        long now = System.nanoTime();
        if (!decoder.position().equals(reached)) {
            reached = decoder.position();
            reachedNanos = now;
        } else if (now - reachedNanos > idle.toNanos()) {
            reachedNanos = now;
            database.head();
        }
    }

    private void requireUnaltered() throws SQLException, InterruptedException {
        CatalogLook look = database.compare(tables, Set.of(), selection);
        if (!look.differences().isEmpty()) {
            throw new SeraiException(
                    ErrorCode.SOURCE_TABLE_CHANGED,
                    look.differences().get(0).text(),
                    "",
                    ErrorCode.SOURCE_TABLE_CHANGED.remedy());
        }
    }

    /** The engine tells the server by itself that it lives. */
    @Override
    public void keepAlive() {}

    /** Nobody waits for a position that no transaction leads to: {@link SourceDatabase#head} writes one, or heartbeats tell where the log stands. */
    @Override
    public void requestPosition() {}

    @Override
    public Set<Integer> alteredTables() {
        return decoder.altered();
    }

    @Override
    public void acknowledge(SourcePosition position) {
        durable.position = position;
    }

    @Override
    public void close() {
        engine.close();
        try {
            engines.end();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** How far the log is durable. Thread-safe. */
    static final class Durable {
        private final Connector connector;
        private volatile SourcePosition position;

        Durable(Connector connector, SourcePosition position) {
            this.connector = connector;
            this.position = position;
        }

        private byte[] offset() {
            return offset(position);
        }

        private byte[] offset(SourcePosition at) {
            return connector.offset(at).getBytes(StandardCharsets.UTF_8);
        }
    }
}
