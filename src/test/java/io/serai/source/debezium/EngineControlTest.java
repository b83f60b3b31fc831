package io.serai.source.debezium;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.apache.camel.Consumer;
import org.apache.camel.Processor;
import org.apache.camel.component.debezium.DebeziumConsumer;
import org.apache.camel.component.debezium.DebeziumEndpoint;
import org.apache.camel.component.debezium.postgres.DebeziumPostgresComponent;
import org.apache.camel.component.debezium.postgres.configuration.PostgresConnectorEmbeddedDebeziumConfiguration;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.Test;

/** The engines of a route, one after the other, where one cannot be started. */
class EngineControlTest {
    @Test
    void anEngineThatNothingRunsIsNotTakenForOneThatWillBe() throws Exception {
        Endpoint endpoint = new Endpoint(new DefaultCamelContext());
        EngineControl engines = control(endpoint);
        engines.prepare().close(); // that of the route's own consumer has ended

        assertThatThrownBy(() -> engines.open(() -> null, List.of())).hasMessage("no more threads");
        assertThatThrownBy(() -> engines.open(() -> null, List.of())).hasMessage("no more threads");

        assertThat(endpoint.tries).isEqualTo(2);
    }

    /** The engines of a route whose consumer runs, and beside which no other can be started. */
    static EngineControl control() {
        return control(new Endpoint(new DefaultCamelContext()));
    }

    private static EngineControl control(Endpoint endpoint) {
        Processor step = exchange -> {};
        DebeziumConsumer running = new DebeziumConsumer(endpoint, step) {
            @Override
            public boolean isRunAllowed() {
                return true;
            }
        };
        EngineSettings settings = EngineSettings.of(
                endpoint.getConfiguration(),
                new PostgresConnector(),
                "serai_shop_1",
                endpoint.getCamelContext(),
                "source shop");
        return new EngineControl(running, step, settings, new EnginePools(endpoint.getCamelContext()), "source shop");
    }

    private static final class Endpoint extends DebeziumEndpoint<PostgresConnectorEmbeddedDebeziumConfiguration> {
        private PostgresConnectorEmbeddedDebeziumConfiguration configuration = EngineSettingsTest.complete();
        private int tries;

        private Endpoint(DefaultCamelContext context) {
            super("debezium-postgres:shop", new DebeziumPostgresComponent(context));
            setCamelContext(context);
        }

        @Override
        public Consumer createConsumer(Processor step) {
            tries++;
            throw new IllegalStateException("no more threads");
        }

        @Override
        public PostgresConnectorEmbeddedDebeziumConfiguration getConfiguration() {
            return configuration;
        }

        @Override
        public void setConfiguration(PostgresConnectorEmbeddedDebeziumConfiguration configuration) {
            this.configuration = configuration;
        }
    }
}
