package io.serai.source.debezium;

import io.serai.change.ColumnType;
import io.serai.change.SourcePosition;
import io.serai.error.ErrorCode;
import io.serai.error.SeraiException;
import io.serai.source.CatalogLook;
import io.serai.source.CatalogTable;
import io.serai.source.Delivered;
import io.serai.source.Finding;
import io.serai.source.LogReader;
import io.serai.source.SnapshotReader;
import io.serai.source.SourceDatabase;
import io.serai.source.SourceTable;
import io.serai.source.SourceTransaction;
import io.serai.source.TableSelection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.camel.Processor;
import org.apache.camel.component.debezium.DebeziumConsumer;
import org.apache.camel.component.debezium.configuration.EmbeddedDebeziumConfiguration;
import org.jspecify.annotations.Nullable;

/**
 * A database whose log Debezium's engine reads, and all else of it Serai: the check, the slot, the catalog, the copies, the head. Thread-safe as the
 * database that it wraps.
 */
final class DebeziumDatabase implements SourceDatabase {
    private final SourceDatabase own;
    private final Connector connector;
    private final EmbeddedDebeziumConfiguration configuration;
    private final String where;
    private final EngineControl engines;

    /**
     * Completes the configuration for the first engine, which starts with the consumer.
     *
     * @throws SeraiException {@link ErrorCode#DEBEZIUM_SETTING}
     */
    DebeziumDatabase(
            SourceDatabase own,
            Connector connector,
            EmbeddedDebeziumConfiguration configuration,
            DebeziumConsumer consumer,
            Processor step,
            EnginePools pools,
            String where) {
        this.own = own;
        this.connector = connector;
        this.configuration = configuration;
        this.where = where;
        EngineSettings settings = EngineSettings.of(
                configuration, connector, own.logName(), consumer.getEndpoint().getCamelContext(), where);
        this.engines = new EngineControl(consumer, step, settings, pools, where);
        engines.prepare();
    }

    @Override
    public String kind() {
        return own.kind();
    }

    @Override
    public String defaultSchema() {
        return own.defaultSchema();
    }

    @Override
    public List<Finding> check(TableSelection selection) throws SQLException, InterruptedException {
        return own.check(selection);
    }

    @Override
    public String setup(TableSelection selection) throws SQLException, InterruptedException {
        return own.setup(selection);
    }

    @Override
    public List<CatalogTable> tables(TableSelection selection) throws SQLException, InterruptedException {
        return own.tables(selection);
    }

    /** The engine of before may still read what is made anew. */
    @Override
    public Start prepare() throws SQLException, InterruptedException {
        return own.prepare();
    }

    @Override
    public Start verify(Start start, SourcePosition stored, @Nullable SourceTransaction last)
            throws SQLException, InterruptedException {
        Start verified = own.verify(start, stored, last);
        connector.prove(own, stored, last);
        return verified;
    }

    @Override
    public CatalogLook compare(List<SourceTable> stored, Set<Integer> suspects, TableSelection selection)
            throws SQLException, InterruptedException {
        return own.compare(stored, suspects, selection);
    }

    @Override
    public Delivered delivered(byte[] encoded) {
        return own.delivered(encoded);
    }

    /** What the last transaction was is not needed any more: where the engine begins, it delivers whole transactions. */
    @Override
    public LogReader log(
            SourcePosition from,
            @Nullable SourceTransaction last,
            List<SourceTable> tables,
            TableSelection selection,
            SourcePosition lookedAt)
            throws SQLException, InterruptedException {
        own.leaveLog(tables);
        TableFilters.requireAll(tables, configuration, connector, where);
        RecordDecoder decoder = connector.decoder(own, from, tables, selection, lookedAt, where);
        return DebeziumLog.open(engines, connector, own, decoder, tables, selection);
    }

    @Override
    public SourcePosition position(String text) {
        return own.position(text);
    }

    @Override
    public SnapshotReader snapshotReader() throws SQLException, InterruptedException {
        return own.snapshotReader();
    }

    @Override
    public SourcePosition head() throws SQLException, InterruptedException {
        return own.head();
    }

    @Override
    public Map<String, String> facts() {
        return own.facts();
    }

    @Override
    public String server() {
        return own.server();
    }

    @Override
    public long bytesBetween(SourcePosition earlier, SourcePosition later) {
        return own.bytesBetween(earlier, later);
    }

    @Override
    public void teardown() throws SQLException, InterruptedException {
        own.teardown();
    }

    @Override
    public void endSession() throws InterruptedException {
        own.endSession();
    }

    @Override
    public ColumnType columnType(String encoded) {
        return own.columnType(encoded);
    }

    @Override
    public SeraiException explain(Throwable failure) {
        return own.explain(failure);
    }

    @Override
    public void close() {
        try {
            engines.end();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        own.close();
    }
}
