package io.serai.route;

import java.util.Map;
import org.apache.camel.Endpoint;
import org.apache.camel.spi.annotations.Component;
import org.apache.camel.support.DefaultComponent;
import org.jspecify.annotations.Nullable;

/** Makes {@code serai-storage} endpoints. */
@Component("serai-storage")
public final class StorageComponent extends DefaultComponent {
    @Override
    protected void doInit() throws Exception {
        super.doInit();
        RouteSteps.bind(getCamelContext());
    }

    @Override
    protected Endpoint createEndpoint(String uri, @Nullable String remaining, Map<String, Object> parameters)
            throws Exception {
        StorageEndpoint endpoint = new StorageEndpoint(uri, this);
        if (remaining != null && !remaining.isEmpty()) {
            endpoint.setName(remaining);
        }
        setProperties(endpoint, parameters);
        return endpoint;
    }
}
