package io.serai.source.debezium;

import io.serai.route.SourceEndpoint;
import java.util.HashMap;
import java.util.Map;
import org.apache.camel.CamelContext;
import org.apache.camel.component.debezium.configuration.EmbeddedDebeziumConfiguration;
import org.apache.camel.support.PropertyBindingSupport;

/** Serai's own endpoint for the database that an endpoint of Debezium's reads: it knows the tables, copies them and checks the server. */
final class OwnEndpoint {
    private OwnEndpoint() {}

    /** The one with the same name. A bean of that name says where the database is, else the options of Debezium's endpoint do. */
    static SourceEndpoint of(
            EmbeddedDebeziumConfiguration configuration, Connector connector, String storage, CamelContext context) {
        String source = configuration.getName();
        SourceEndpoint own =
                context.getEndpoint(connector.ownScheme() + ":" + source + "?storage=" + storage, SourceEndpoint.class);
        if (context.getRegistry().lookupByName(source) == null) {
            Map<String, String> engine =
                    configuration.createDebeziumConfiguration().asMap();
            Map<String, Object> options = new HashMap<>(connector.ownOptions(engine, "source " + source));
            PropertyBindingSupport.build()
                    .withCamelContext(context)
                    .withTarget(own)
                    .withProperties(options)
                    .withReference(false)
                    .withPlaceholder(false)
                    .bind();
        }
        return own;
    }
}
