package io.serai.source.debezium;

import io.debezium.config.Configuration;
import io.debezium.relational.TableId;
import io.debezium.relational.Tables.TableFilter;
import io.serai.change.SourcePosition;
import io.serai.change.TableRef;
import io.serai.error.ErrorCode;
import io.serai.error.SeraiException;
import io.serai.source.SourceDatabase;
import io.serai.source.SourceTable;
import io.serai.source.SourceTransaction;
import io.serai.source.TableSelection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.camel.CamelContext;
import org.apache.camel.component.debezium.configuration.EmbeddedDebeziumConfiguration;
import org.jspecify.annotations.Nullable;

/** What differs between Debezium's connectors. Thread-safe. */
interface Connector {
    /**
     * The connector of an endpoint.
     *
     * @throws SeraiException {@link ErrorCode#DEBEZIUM_SETTING}, or {@link ErrorCode#DEBEZIUM_MISSING} when a jar is not there that it needs
     */
    static Connector of(EmbeddedDebeziumConfiguration configuration, CamelContext context) {
        return switch (configuration.getConnectorDatabaseType()) {
            case "postgres" -> new PostgresConnector();
            case "mysql" -> {
                MissingComponent.requireMysqlDriver(configuration.getName(), context);
                yield new MysqlConnector();
            }
            case String other ->
                throw new SeraiException(
                        ErrorCode.DEBEZIUM_SETTING,
                        "Debezium's connector for " + other + " cannot be the source of a route with the step debezium",
                        "endpoint debezium-" + other + ":" + configuration.getName(),
                        "Use debezium-postgres or debezium-mysql, or a source of Serai's own.");
        };
    }

    /** The scheme of Serai's own endpoint for such a database. */
    String ownScheme();

    /**
     * The options of Serai's own endpoint.
     *
     * @param engine the configuration of the engine
     * @throws SeraiException {@link ErrorCode#DEBEZIUM_SETTING} when it does not tell them
     */
    Map<String, String> ownOptions(Map<String, String> engine, String where);

    /** Properties without which something would be lost, and the values that they must have. */
    Map<String, String> required();

    /** Properties that may have any value: nothing is lost by it. */
    Set<String> harmless();

    /** Properties that Serai gives an engine that reads what {@code logName} names; they may not be set otherwise. */
    Map<String, String> given(String logName);

    /** The offset from which the engine delivers exactly the transactions after {@code position}, as JSON. */
    String offset(SourcePosition position);

    /**
     * Proves, besides what {@link SourceDatabase#verify} does, that the log goes on from the stored position, as a reader of our own does when it reads.
     *
     * @param last the last transaction before {@code stored}, or null when none is known
     * @throws SeraiException {@link ErrorCode#SOURCE_LOST_HISTORY}
     */
    void prove(SourceDatabase own, SourcePosition stored, @Nullable SourceTransaction last)
            throws SQLException, InterruptedException;

    /**
     * What makes the events of a log of the records that engines deliver, from those after {@code from} on.
     *
     * @param own the database as Serai knows it
     * @throws SeraiException {@link ErrorCode#DEBEZIUM_SERVER} when an engine would lose or alter changes of these tables
     */
    RecordDecoder decoder(
            SourceDatabase own,
            SourcePosition from,
            List<SourceTable> tables,
            TableSelection selection,
            SourcePosition lookedAt,
            String where)
            throws SQLException, InterruptedException;

    /** How long an engine that lives may deliver nothing, or null for ever. */
    @Nullable
    Duration silence();

    /** Which tables an engine with this configuration delivers. */
    TableFilter tableFilter(Configuration configuration);

    /** What the engine calls a table. */
    TableId tableId(TableRef table);

    /** A name as the database has it, of one that the engine gives. */
    String name(String given);
}
