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
import org.apache.camel.component.debezium.postgres.configuration.PostgresConnectorEmbeddedDebeziumConfiguration;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.PropertyBindingSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which settings of an endpoint are refused, with the line to change. */
class EngineSettingsTest {
    private final DefaultCamelContext context = new DefaultCamelContext();
    private final PostgresConnectorEmbeddedDebeziumConfiguration configuration = complete();

    /** The configuration of an endpoint that has what it must. */
    static PostgresConnectorEmbeddedDebeziumConfiguration complete() {
        var complete = new PostgresConnectorEmbeddedDebeziumConfiguration();
        complete.setName("shop");
        complete.setTopicPrefix("shop");
        complete.setDatabaseHostname("127.0.0.1");
        complete.setDatabasePassword("secret");
        complete.setOffsetStorage(StorageOffsets.class.getName());
        complete.setProvideTransactionMetadata(true);
        complete.setSkippedOperations("none");
        complete.setSnapshotMode("no_data");
        complete.setPluginName("pgoutput");
        complete.setPublicationAutocreateMode("disabled");
        complete.setIncludeUnknownDatatypes(true);
        return complete;
    }

    @Test
    void theOnesThatAreNeededSuffice() {
        look().apply("engine-1");

        Map<String, String> engine = configuration.createDebeziumConfiguration().asMap();
        assertThat(engine)
                .containsEntry("slot.name", "serai_shop_1")
                .containsEntry("publication.name", "powersync")
                .containsEntry("errors.max.retries", "0")
                .containsEntry("transforms.serai.type", WholeRecord.class.getName())
                .containsEntry("serai.engine", "engine-1");
    }

    @Test
    void whatSeraiHasAddedIsNoObstacleToTheNextStart() {
        look().apply("engine-1");

        look().apply("engine-2");

        assertThat(configuration.createDebeziumConfiguration().asMap())
                .containsEntry("serai.engine", "engine-2")
                .containsEntry("transforms.serai.engine", "engine-2");
    }

    @ParameterizedTest
    @CsvSource({
        "offsetStorage, org.apache.kafka.connect.storage.FileOffsetBackingStore, set offsetStorage to io.serai.source.debezium.StorageOffsets",
        "provideTransactionMetadata, false, set provideTransactionMetadata to true",
        "skippedOperations, t, set skippedOperations to none",
        "snapshotMode, initial, set snapshotMode to no_data",
        "pluginName, decoderbufs, set pluginName to pgoutput",
        "publicationAutocreateMode, all_tables, set publicationAutocreateMode to disabled",
        "includeUnknownDatatypes, false, set includeUnknownDatatypes to true",
        "slotName, mine, remove slotName",
        "slotDropOnStop, true, remove slotDropOnStop",
        "publicationName, mine, remove publicationName",
        "eventProcessingFailureHandlingMode, warn, remove eventProcessingFailureHandlingMode",
        "lsnFlushMode, manual, remove lsnFlushMode",
        "columnExcludeList, public.todos.title, remove columnExcludeList",
        "messageKeyColumns, public.todos:title, remove messageKeyColumns",
        "converters, mine, remove converters",
        "postProcessors, mine, remove postProcessors",
        "errorsMaxRetries, 7, remove errorsMaxRetries"
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
    @CsvSource({
        "transforms, mask",
        "record.processing.order, UNORDERED",
        "column.mask.with.length.chars.5, public.todos.title",
        "a.property.of.tomorrow, 1"
    })
    void refusesAdditionalPropertiesThatItDoesNotKnow(String property, String value) {
        configuration.getAdditionalProperties().put(property, value);

        assertThatThrownBy(this::look).hasMessageContaining("remove additionalProperties." + property);
    }

    @ParameterizedTest
    @CsvSource({
        "maxBatchSize, 100",
        "pollIntervalMs, 5",
        "unavailableValuePlaceholder, x",
        "decimalHandlingMode, double"
    })
    void takesWhatLosesNothing(String option, String value) {
        set(option, value);

        look();
    }

    @Test
    void refusesListsThatLeaveOutATableOfTheSyncConfig() {
        configuration.setTableIncludeList("public.todos,public.lists");
        requireAll("todos");

        assertThatThrownBy(() -> requireAll("orders")).hasMessageContaining("leave out table \"public.orders\"");
    }

    private void set(String option, String value) {
        PropertyBindingSupport.build()
                .withCamelContext(context)
                .withTarget(configuration)
                .withProperty(option, value)
                .bind();
    }

    private EngineSettings look() {
        return EngineSettings.of(configuration, new PostgresConnector(), "serai_shop_1", context, "source shop");
    }

    private void requireAll(String table) {
        TableRef name = new TableRef("public", table);
        SourceTable stored = new SourceTable(new TableHandle(0, name), 0, new Relation(name, List.of(), List.of()), "");
        TableFilters.requireAll(List.of(stored), configuration, new PostgresConnector(), "source shop");
    }
}
