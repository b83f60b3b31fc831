package io.serai.route;

import io.serai.error.ErrorCode;
import io.serai.error.SeraiException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.Route;
import org.apache.camel.RoutesBuilder;
import org.apache.camel.builder.RouteConfigurationBuilder;
import org.apache.camel.model.Model;
import org.apache.camel.model.RouteConfigurationDefinition;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.model.RouteTemplateDefinition;
import org.apache.camel.spi.Resource;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.apache.camel.support.service.ServiceHelper;

/**
 * One version of a file of routes, and what of it is in the Camel context: route templates, route configurations, and routes that are written out.
 * Guarded by the {@link RouteFolder} that has it.
 */
final class RouteFile {
    /** What the routes of a trial are called behind the id of the real one. */
    private static final String TRIAL = "-trial";

    private final CamelContext context;
    private final Model model;
    private final Path path;
    private final byte[] content;
    private final List<RouteDefinition> routes = new ArrayList<>();
    private final List<RouteTemplateDefinition> templates = new ArrayList<>();
    private final List<RouteConfigurationDefinition> configurations = new ArrayList<>();
    private boolean takesEvents;

    RouteFile(CamelContext context, Path path, byte[] content) {
        this.context = context;
        this.model = context.getCamelContextExtension().getContextPlugin(Model.class);
        this.path = path;
        this.content = content;
    }

    /** Where it is. */
    Path path() {
        return path;
    }

    /** Its bytes. */
    byte[] content() {
        return content;
    }

    /** Ids of the route templates that it has brought into the context. */
    List<String> templates() {
        return templates.stream().map(RouteTemplateDefinition::getId).toList();
    }

    /** Whether it has brought a template of this id into the context. */
    boolean hasTemplate(String id) {
        return templates().contains(id);
    }

    /** Ids of the routes that are written out in it and that it has brought into the context, once they have any. */
    List<String> routes() {
        return routes.stream().map(RouteDefinition::getRouteId).toList();
    }

    /** Whether routes of other files depend on it: it has route configurations, or takes the events that they fire. */
    boolean concernsOthers() {
        return !configurations.isEmpty() || takesEvents;
    }

    /** Whether a route that is written out in it takes events. */
    boolean takesEvents() {
        return takesEvents;
    }

    /** Whether its text has a route or a template with the id of one that {@code other} has brought into the context. */
    boolean hasAnyOf(RouteFile other) throws Exception {
        Set<String> ids = new HashSet<>();
        for (RoutesBuilder parsed : PluginHelper.getRoutesLoader(context).findRoutesBuilders(resource())) {
            if (parsed instanceof RouteConfigurationBuilder builder) {
                builder.configureRoutes(context);
                builder.getRouteCollection().getRoutes().forEach(route -> ids.add(route.getRouteId()));
                builder.getRouteTemplateCollection().getRouteTemplates().forEach(template -> ids.add(template.getId()));
            }
        }
        return Stream.of(other.routes(), other.templates())
                .flatMap(List::stream)
                .filter(Objects::nonNull)
                .anyMatch(ids::contains);
    }

    /** Brings all that it holds into the context; its routes start if the context has. */
    void load() throws Exception {
        List<RouteTemplateDefinition> templatesBefore = List.copyOf(model.getRouteTemplateDefinitions());
        List<RouteConfigurationDefinition> configurationsBefore = List.copyOf(model.getRouteConfigurationDefinitions());
        List<RouteDefinition> routesBefore = List.copyOf(model.getRouteDefinitions());
        try {
            PluginHelper.getRoutesLoader(context).loadRoutes(resource());
        } finally {
            templates.addAll(model.getRouteTemplateDefinitions());
            templates.removeAll(templatesBefore);
            configurations.addAll(model.getRouteConfigurationDefinitions());
            configurations.removeAll(configurationsBefore);
            routes.addAll(model.getRouteDefinitions());
            routes.removeAll(routesBefore);
            takesEvents = routes.stream().anyMatch(RouteFile::takesEvents);
        }
        requireOwnTemplates(templatesBefore);
    }

    /** Takes all that it brought out of the context; its routes stop. */
    void unload() throws Exception {
        model.removeRouteDefinitions(List.copyOf(routes));
        routes.clear();
        model.removeRouteTemplateDefinitions(List.copyOf(templates));
        templates.clear();
        model.getRouteConfigurationDefinitions().removeAll(configurations);
        configurations.clear();
    }

    /**
     * Builds every route that it holds and that {@code sources} make of its templates, beside those that run, and removes them again; no consumer is
     * started. What {@code former}, the version that is in the context, has there is as before when this returns or throws.
     *
     * @return whether routes of other files depend on it
     */
    boolean tryOut(RouteFile former, Collection<SourceRoute> sources) throws Exception {
        List<RouteTemplateDefinition> templatesBefore = List.copyOf(model.getRouteTemplateDefinitions());
        List<RouteConfigurationDefinition> configurationsBefore = List.copyOf(model.getRouteConfigurationDefinitions());
        model.removeRouteTemplateDefinitions(List.copyOf(former.templates));
        model.getRouteConfigurationDefinitions().removeAll(former.configurations);
        boolean configures = false;
        try {
            for (RoutesBuilder parsed : PluginHelper.getRoutesLoader(context).findRoutesBuilders(resource())) {
                if (parsed instanceof RouteConfigurationBuilder builder) {
                    tryOut(builder);
                    configures |= !builder.getRouteConfigurationCollection()
                            .getRouteConfigurations()
                            .isEmpty();
                }
            }
            for (SourceRoute source : sources) {
                if (former.hasTemplate(source.template())) {
                    tryOut(source.as(source.id() + TRIAL));
                }
            }
            return configures || takesEvents;
        } finally {
            model.getRouteTemplateDefinitions().clear();
            model.addRouteTemplateDefinitions(templatesBefore);
            model.getRouteConfigurationDefinitions().clear();
            model.addRouteConfigurations(configurationsBefore);
        }
    }

    private void tryOut(RouteConfigurationBuilder builder) throws Exception {
        builder.addRouteConfigurationsToCamelContext(context);
        builder.configureRoutes(context);
        List<RouteTemplateDefinition> parsed =
                builder.getRouteTemplateCollection().getRouteTemplates();
        for (RouteTemplateDefinition template : parsed) {
            template.getRoute().autoStartup(false);
        }
        model.addRouteTemplateDefinitions(parsed);
        for (RouteDefinition route : builder.getRouteCollection().getRoutes()) {
            takesEvents |= takesEvents(route);
            String id = (route.getRouteId() == null ? path.getFileName().toString() : route.getRouteId()) + TRIAL;
            route.setId(id);
            route.setNodePrefixId(id);
            route.autoStartup(false);
            try {
                model.addRouteDefinition(route);
                initConsumer(id);
            } finally {
                SourceRoute.remove(context, id);
            }
        }
    }

    private void tryOut(SourceRoute trial) throws Exception {
        try {
            trial.start(context);
            initConsumer(trial.id());
        } finally {
            trial.remove(context);
        }
    }

    /** A route that does not start automatically has all its steps, but its consumer has looked at nothing yet. */
    private void initConsumer(String id) {
        Route route = context.getRoute(id);
        if (route != null) {
            ServiceHelper.initService(route.getConsumer());
        }
    }

    private static boolean takesEvents(RouteDefinition route) {
        return route.getEndpointUrl().startsWith(EventsEndpoint.SCHEME + ':');
    }

    private void requireOwnTemplates(List<RouteTemplateDefinition> others) {
        for (RouteTemplateDefinition other : others) {
            if (hasTemplate(other.getId())) {
                throw new SeraiException(
                        ErrorCode.CONFIG_INVALID,
                        "Two files of routes have a template \"" + other.getId() + "\"",
                        path.toString(),
                        "Rename one, or remove the file that is not wanted.");
            }
        }
    }

    private Resource resource() {
        return ResourceHelper.fromBytes("file:" + path, content);
    }
}
