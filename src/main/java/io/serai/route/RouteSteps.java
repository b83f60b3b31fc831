package io.serai.route;

import org.apache.camel.CamelContext;
import org.apache.camel.spi.Registry;

/** The named steps of a route. */
final class RouteSteps {
    static final String POST_IMAGE = "postImage";
    static final String SYNC_RULES = "syncRules";

    private RouteSteps() {}

    /** Binds the steps to their names, unless the application has done so. */
    static void bind(CamelContext context) {
        Registry registry = context.getRegistry();
        if (registry.lookupByName(POST_IMAGE) == null) {
            registry.bind(POST_IMAGE, new PostImageProcessor());
        }
        if (registry.lookupByName(SYNC_RULES) == null) {
            registry.bind(SYNC_RULES, new SyncRulesProcessor());
        }
    }
}
