package io.serai.route;

import java.util.Map;
import org.apache.camel.CamelContext;
import org.apache.camel.builder.TemplatedRouteBuilder;
import org.apache.camel.model.Model;
import org.apache.camel.model.RouteDefinition;

/** A route that is made of a template for one source. Immutable. */
record SourceRoute(String id, String template, Map<String, Object> parameters) {
    SourceRoute {
        parameters = Map.copyOf(parameters);
    }

    /** The same under another route id. */
    SourceRoute as(String otherId) {
        return new SourceRoute(otherId, template, parameters);
    }

    /** Makes the route; it starts if the context has. Its steps' ids begin with its own. */
    void start(CamelContext context) {
        TemplatedRouteBuilder.builder(context, template)
                .routeId(id)
                .prefixId(id + "-")
                .parameters(parameters)
                .add();
    }

    /** Stops the route and takes it out of the context, if it is there. */
    void remove(CamelContext context) throws Exception {
        remove(context, id);
    }

    /** Stops the route of this id and takes it out of the context, if it is there. */
    static void remove(CamelContext context, String id) throws Exception {
        Model model = context.getCamelContextExtension().getContextPlugin(Model.class);
        RouteDefinition route = model.getRouteDefinition(id);
        if (route != null) {
            model.removeRouteDefinition(route);
        }
    }
}
