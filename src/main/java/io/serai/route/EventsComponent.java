package io.serai.route;

import java.util.Map;
import org.apache.camel.CamelContext;
import org.apache.camel.Endpoint;
import org.apache.camel.spi.annotations.Component;
import org.apache.camel.support.DefaultComponent;

/** Makes {@code serai-events} endpoints, and knows the routes that read them. */
@Component(EventsEndpoint.SCHEME)
public final class EventsComponent extends DefaultComponent {
    private final EventRoutes routes = new EventRoutes();

    /** The component of a context. */
    static EventsComponent of(CamelContext context) {
        return context.getComponent(EventsEndpoint.SCHEME, EventsComponent.class);
    }

    EventRoutes routes() {
        return routes;
    }

    @Override
    protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters) throws Exception {
        EventsEndpoint endpoint = new EventsEndpoint(uri, this);
        endpoint.setEvent(remaining);
        setProperties(endpoint, parameters);
        return endpoint;
    }
}
