package io.serai.source.debezium;

import io.debezium.config.Configuration;
import io.debezium.relational.TableId;
import io.debezium.relational.Tables.TableFilter;
import io.serai.change.SourcePosition;
import io.serai.change.TableRef;
import io.serai.error.ErrorCode;
import io.serai.error.SeraiException;
import java.util.Map;
import java.util.Set;
import org.apache.camel.component.debezium.configuration.EmbeddedDebeziumConfiguration;

/** What differs between Debezium's connectors. Immutable. */
interface Connector {
    /** The connector of an endpoint. */
    static Connector of(EmbeddedDebeziumConfiguration configuration) {
        return switch (configuration.getConnectorDatabaseType()) {
            case "postgres" -> new PostgresConnector();
            case String other ->
                throw new SeraiException(
                        ErrorCode.DEBEZIUM_SETTING,
                        "Debezium's connector for " + other + " cannot be the source of a route with the step debezium",
                        "endpoint debezium-" + other + ":" + configuration.getName(),
                        "Use debezium-postgres, or a source of Serai's own.");
        };
    }

    /** The scheme of Serai's own endpoint for such a database. */
    String ownScheme();

    /** Where the engine's configuration has the options of that endpoint: option to property. */
    Map<String, String> ownOptions();

    /** Properties without which something would be lost, and the values that they must have. */
    Map<String, String> required();

    /** Properties that may have any value: nothing is lost by it. */
    Set<String> harmless();

    /** Properties that Serai gives an engine that reads what {@code logName} names; they may not be set otherwise. */
    Map<String, String> given(String logName);

    /** The offset from which the engine delivers exactly the transactions after {@code position}, as JSON. */
    String offset(SourcePosition position);

    /** The position after the transaction whose END has this offset. */
    SourcePosition position(Map<String, ?> offset);

    /** A position inside the transaction that ends at {@code end}, after all that ended before. */
    SourcePosition before(SourcePosition end);

    /** The number of the transaction that Debezium calls so. */
    long transactionId(String id);

    /** Which tables an engine with this configuration delivers. */
    TableFilter tableFilter(Configuration configuration);

    /** What the engine calls a table. */
    TableId tableId(TableRef table);

    /** The field of a record's source that has what Serai calls the schema. */
    String schemaField();

    /** A name as the database has it, of one that the engine gives. */
    String name(String given);
}
