package io.serai.source.debezium;

import io.debezium.config.Configuration;
import io.debezium.relational.Column;
import io.debezium.relational.Table;
import io.debezium.relational.TableId;
import io.debezium.relational.Tables;
import io.debezium.relational.ddl.DdlParser;
import io.debezium.relational.history.HistoryRecordComparator;
import io.debezium.relational.history.SchemaHistory;
import io.debezium.relational.history.SchemaHistoryListener;
import io.debezium.relational.history.TableChanges;
import io.serai.change.Relation;
import io.serai.error.ErrorCode;
import io.serai.error.SeraiException;
import io.serai.source.SourceTable;
import java.sql.Types;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What Serai's storage says of the columns of a source's tables, as a schema history of Debezium's: the {@code schemaHistoryInternal} of an endpoint
 * whose route has the step {@code debezium}. It answers the columns as they are where the engine begins and stores nothing by itself: a statement that
 * alters a table ends the session, and the next engine is told what the catalog says. Only names are told: converters of ours take every value as it
 * is in the log. No table is told to have a key, so that a change of a key is one record. Thread-safe.
 */
public final class StoredSchemas implements SchemaHistory {
    /** The option of an engine that names it. */
    static final String ENGINE = "schema.history.internal.serai.engine";

    private volatile @Nullable String name;
    private volatile SchemaHistoryListener listener = SchemaHistoryListener.NOOP;

    @Override
    public void configure(
            Configuration config,
            HistoryRecordComparator comparator,
            SchemaHistoryListener listens,
            boolean useCatalogBeforeSchema) {
        name = config.getString(ENGINE);
        listener = listens;
    }

    @Override
    public void start() {
        listener.started();
    }

    @Override
    public void record(Map<String, ?> source, Map<String, ?> position, String database, String ddl) {}

    @Override
    public void record(
            Map<String, ?> source,
            Map<String, ?> position,
            String database,
            String schema,
            String ddl,
            TableChanges changes,
            Instant time) {}

    @Override
    @SuppressWarnings("deprecation") // the method that all others call
    public void recover(Map<Map<String, ?>, Map<String, ?>> offsets, Tables schema, DdlParser parser) {
        Engine engine = Engines.of(name);
        if (engine == null) {
            throw new SeraiException(
                    ErrorCode.DEBEZIUM_SETTING,
                    "The schema history of Serai is used by an endpoint whose route does not have the step debezium",
                    "",
                    "Make `process: {ref: \"#debezium\"}` the first step of the route, or use another schemaHistoryInternal.");
        }
        listener.recoveryStarted();
        engine.tables().forEach(table -> schema.overwriteTable(described(table)));
        listener.recoveryStopped();
    }

    private static Table described(SourceTable stored) {
        Relation relation = stored.relation();
        return Table.editor()
                .tableId(new TableId(
                        stored.table().schema(), null, stored.table().name()))
                .addColumns(relation.columns().stream()
                        .map(column -> Column.editor()
                                .name(column.name())
                                .position(1 + relation.indexOf(column.name()))
                                .type("BLOB")
                                .jdbcType(Types.BLOB)
                                .optional(true)
                                .create())
                        .toList())
                .create();
    }

    @Override
    public void stop() {
        listener.stopped();
    }

    @Override
    public boolean exists() {
        return true;
    }

    @Override
    public boolean storageExists() {
        return true;
    }

    @Override
    public void initializeStorage() {}
}
