package io.serai.source.debezium;

import io.debezium.relational.TableId;
import io.debezium.relational.Tables.TableFilter;
import io.serai.error.ErrorCode;
import io.serai.error.SeraiException;
import io.serai.source.SourceTable;
import java.util.List;
import org.apache.camel.component.debezium.configuration.EmbeddedDebeziumConfiguration;

/** The lists of an endpoint that say which tables its engine delivers. */
final class TableFilters {
    private TableFilters() {}

    /**
     * Refuses lists that leave out a table which the sync config reads.
     *
     * @throws SeraiException {@link ErrorCode#DEBEZIUM_SETTING}
     */
    static void requireAll(
            List<SourceTable> tables, EmbeddedDebeziumConfiguration configuration, Connector connector, String where) {
        TableFilter filter = connector.tableFilter(configuration.createDebeziumConfiguration());
        for (SourceTable table : tables) {
            TableId id = connector.tableId(table.table());
            if (!table.isGone() && !filter.isIncluded(id)) {
                throw new SeraiException(
                        ErrorCode.DEBEZIUM_SETTING,
                        "The endpoint's lists leave out table \"" + table.table() + "\", which the sync config reads",
                        where,
                        "On the endpoint: add it to tableIncludeList (and schemaIncludeList), or take it out of"
                                + " tableExcludeList (and schemaExcludeList).");
            }
        }
    }
}
