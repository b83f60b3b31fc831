package io.serai.route;

import io.serai.source.ChangeRoute;
import java.util.Map;
import java.util.Objects;
import org.apache.camel.Consumer;
import org.apache.camel.Endpoint;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.support.DefaultComponent;
import org.apache.camel.support.DefaultConsumer;
import org.apache.camel.support.DefaultEndpoint;
import org.jspecify.annotations.Nullable;

/** A source whose changes the test makes: {@code changes:source}, in the place of a database's component. */
final class ChangesComponent extends DefaultComponent {
    private volatile @Nullable ChangeRoute route;

    /** The way of the changes, once a route of this component has started. */
    ChangeRoute route() {
        return Objects.requireNonNull(route, "no route has started");
    }

    @Override
    protected void doInit() throws Exception {
        super.doInit();
        RouteSteps.bind(getCamelContext());
    }

    @Override
    protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters) {
        parameters.clear();
        return new ChangesEndpoint(uri);
    }

    private final class ChangesEndpoint extends DefaultEndpoint {
        ChangesEndpoint(String uri) {
            super(uri, ChangesComponent.this);
        }

        @Override
        public Consumer createConsumer(Processor processor) {
            return new DefaultConsumer(this, processor) {
                @Override
                protected void doInit() throws Exception {
                    super.doInit();
                    RouteSteps.requireAll(getRoute());
                }

                @Override
                protected void doStart() throws Exception {
                    super.doStart();
                    route = new ExchangeRoute(this, "main");
                }
            };
        }

        @Override
        public Producer createProducer() {
            throw new UnsupportedOperationException();
        }
    }
}
