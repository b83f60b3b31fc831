package io.serai.source.debezium;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.serai.change.Relation;
import io.serai.change.TableRef;
import io.serai.error.ErrorCode;
import io.serai.error.SeraiException;
import io.serai.source.SourceTable;
import io.serai.storage.TableHandle;
import java.util.List;
import java.util.Map;
import org.apache.camel.component.debezium.mysql.configuration.MySqlConnectorEmbeddedDebeziumConfiguration;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.PropertyBindingSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which settings of an endpoint {@code debezium-mysql} are refused, with the line to change. */
class MysqlEngineSettingsTest {
    private final DefaultCamelContext context = new DefaultCamelContext();
    private final MySqlConnectorEmbeddedDebeziumConfiguration configuration = complete();

    private static MySqlConnectorEmbeddedDebeziumConfiguration complete() {
        var complete = new MySqlConnectorEmbeddedDebeziumConfiguration();
        complete.setName("shop");
        complete.setTopicPrefix("shop");
        complete.setDatabaseHostname("127.0.0.1");
        complete.setDatabasePassword("secret");
        complete.setDatabaseIncludeList("app");
        complete.setDatabaseSslMode("disabled");
        complete.setOffsetStorage(StorageOffsets.class.getName());
        complete.setSchemaHistoryInternal(StoredSchemas.class.getName());
        complete.setProvideTransactionMetadata(true);
        complete.setSkippedOperations("none");
        complete.setSnapshotMode("no_data");
        return complete;
    }

    @Test
    void theOnesThatAreNeededSufficeAlsoForTheNextStart() {
        look().apply("engine-1");
        look().apply("engine-2");

        Map<String, String> engine = configuration.createDebeziumConfiguration().asMap();
        assertThat(engine)
                .containsEntry("database.server.id", "1234567")
                .containsEntry("connect.keep.alive", "false")
                .containsEntry("heartbeat.interval.ms", "500")
                .containsEntry("inconsistent.schema.handling.mode", "skip")
                .containsEntry("schema.history.internal.serai.engine", "engine-2")
                .containsEntry("serai.engine", "engine-2");
    }

    @ParameterizedTest
    @CsvSource({
        "offsetStorage, org.apache.kafka.connect.storage.FileOffsetBackingStore, set offsetStorage to io.serai.source.debezium.StorageOffsets",
        "schemaHistoryInternal, io.debezium.storage.file.history.FileSchemaHistory, set schemaHistoryInternal to io.serai.source.debezium.StoredSchemas",
        "provideTransactionMetadata, false, set provideTransactionMetadata to true",
        "skippedOperations, t, set skippedOperations to none",
        "snapshotMode, initial, set snapshotMode to no_data",
        "includeSchemaChanges, false, remove includeSchemaChanges",
        "schemaHistoryInternalStoreOnlyCapturedTablesDdl, true, remove schemaHistoryInternalStoreOnlyCapturedTablesDdl",
        "inconsistentSchemaHandlingMode, warn, remove inconsistentSchemaHandlingMode",
        "eventDeserializationFailureHandlingMode, warn, remove eventDeserializationFailureHandlingMode",
        "eventProcessingFailureHandlingMode, warn, remove eventProcessingFailureHandlingMode",
        "gtidSourceExcludes, a, remove gtidSourceExcludes",
        "binlogBufferSize, 10, remove binlogBufferSize",
        "databaseServerId, 7, remove databaseServerId",
        "databaseJdbcDriver, org.mariadb.jdbc.Driver, remove databaseJdbcDriver",
        "columnExcludeList, app.todos.title, remove columnExcludeList",
        "messageKeyColumns, app.todos:title, remove messageKeyColumns",
        "converters, mine, remove converters"
    })
    void refusesWhatCouldLoseSomething(String option, String value, String remedy) {
        set(option, value);

        assertThatThrownBy(this::look)
                .isInstanceOfSatisfying(
                        SeraiException.class,
                        failure -> assertThat(failure.code()).isEqualTo(ErrorCode.DEBEZIUM_SETTING))
                .hasMessageContaining("On the endpoint: " + remedy + ".");
    }

    @ParameterizedTest
    @CsvSource({"timePrecisionMode, connect", "bigintUnsignedHandlingMode, precise", "databaseSslTruststore, /etc/trust"
    })
    void takesWhatLosesNothing(String option, String value) {
        set(option, value);

        look();
    }

    @Test
    void refusesListsThatLeaveOutATableOfTheSyncConfig() {
        configuration.setTableIncludeList("app.todos,app.lists");
        requireAll("todos");

        assertThatThrownBy(() -> requireAll("orders")).hasMessageContaining("leave out table \"app.orders\"");
    }

    @ParameterizedTest
    @CsvSource({
        "databaseSslMode, preferred, how Serai's own connections are encrypted",
        "databaseIncludeList, 'app,shop', which database the sync config means"
    })
    void doesNotGuessWhatOnlyABeanTells(String option, String value, String missing) {
        set(option, value);
        Map<String, String> engine = configuration.createDebeziumConfiguration().asMap();

        assertThatThrownBy(() -> new MysqlConnector().ownOptions(engine, "source shop"))
                .hasMessageContaining(missing)
                .hasMessageContaining("or bind a MysqlSource under the endpoint's name");
    }

    private void set(String option, String value) {
        PropertyBindingSupport.build()
                .withCamelContext(context)
                .withTarget(configuration)
                .withProperty(option, value)
                .bind();
    }

    private EngineSettings look() {
        return EngineSettings.of(configuration, new MysqlConnector(), "1234567", context, "source shop");
    }

    private void requireAll(String table) {
        TableRef name = new TableRef("app", table);
        SourceTable stored = new SourceTable(new TableHandle(0, name), 0, new Relation(name, List.of(), List.of()), "");
        TableFilters.requireAll(List.of(stored), configuration, new MysqlConnector(), "source shop");
    }
}
