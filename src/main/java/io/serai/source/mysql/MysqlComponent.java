package io.serai.source.mysql;

import io.serai.route.RouteSteps;
import java.util.Map;
import org.apache.camel.Endpoint;
import org.apache.camel.spi.annotations.Component;
import org.apache.camel.support.DefaultComponent;

/** Makes {@code serai-mysql} endpoints. */
@Component("serai-mysql")
public final class MysqlComponent extends DefaultComponent {
    @Override
    protected void doInit() throws Exception {
        super.doInit();
        RouteSteps.bind(getCamelContext());
    }

    @Override
    protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters) throws Exception {
        MysqlEndpoint endpoint = new MysqlEndpoint(uri, this);
        endpoint.setSource(remaining);
        setProperties(endpoint, parameters);
        return endpoint;
    }
}
