package io.serai.route;

import io.serai.error.ErrorCode;
import io.serai.error.SeraiException;
import java.util.List;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.Processor;
import org.apache.camel.Route;
import org.apache.camel.model.AggregateDefinition;
import org.apache.camel.model.Model;
import org.apache.camel.model.MulticastDefinition;
import org.apache.camel.model.ProcessDefinition;
import org.apache.camel.model.ProcessorDefinition;
import org.apache.camel.model.ProcessorDefinitionHelper;
import org.apache.camel.model.ResequenceDefinition;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.model.SendDefinition;
import org.apache.camel.model.SplitDefinition;
import org.apache.camel.spi.Registry;
import org.jspecify.annotations.Nullable;

/** The steps that a route of changes must have: {@code postImage} first, {@code syncRules} and a {@code serai-storage} endpoint after it. */
public final class RouteSteps {
    private static final String POST_IMAGE = "postImage";
    private static final String SYNC_RULES = "syncRules";
    /** The name of the step that may precede {@code postImage}; bound where Debezium's endpoints can be had. */
    public static final String DEBEZIUM = "debezium";

    private static final String STORAGE_SCHEME = "serai-storage";

    private RouteSteps() {}

    /** Binds the steps to their names, unless the application has done so. */
    public static void bind(CamelContext context) {
        Registry registry = context.getRegistry();
        if (registry.lookupByName(POST_IMAGE) == null) {
            registry.bind(POST_IMAGE, new PostImageProcessor());
        }
        if (registry.lookupByName(SYNC_RULES) == null) {
            registry.bind(SYNC_RULES, new SyncRulesProcessor());
        }
    }

    /**
     * Refuses a route that lacks a step, whose first is another than {@code postImage}, or that may return before one of them ran; {@code debezium}
     * may precede {@code postImage}. Steps are looked for in the route itself, not in others that it calls.
     *
     * @throws SeraiException {@link ErrorCode#SOURCE_ROUTE_INCOMPLETE}
     */
    public static void requireAll(@Nullable Route route) {
        RouteDefinition definition = route == null ? null : definition(route);
        if (route == null || definition == null) {
            throw new SeraiException(
                    ErrorCode.SOURCE_ROUTE_INCOMPLETE,
                    "A Serai source is read by something that is no route",
                    "",
                    ErrorCode.SOURCE_ROUTE_INCOMPLETE.remedy());
        }
        CamelContext context = route.getCamelContext();
        List<ProcessorDefinition<?>> steps =
                definition.getOutputs().stream().flatMap(RouteSteps::steps).toList();
        int first = !steps.isEmpty() && isNamed(steps.getFirst(), DEBEZIUM) ? 1 : 0;
        if (steps.size() <= first || !isStep(steps.get(first), POST_IMAGE, PostImageProcessor.class, context)) {
            throw incomplete(
                    route,
                    "The first step of a route of changes must be postImage, but is "
                            + (steps.size() <= first
                                    ? "missing"
                                    : steps.get(first).getShortName()));
        }
        if (all(steps, ProcessDefinition.class)
                .noneMatch(step -> isStep(step, SYNC_RULES, SyncRulesProcessor.class, context))) {
            throw incomplete(route, "The route has no syncRules step");
        }
        if (all(steps, SendDefinition.class).noneMatch(RouteSteps::isStorage)) {
            throw incomplete(route, "The route has no step to serai-storage");
        }
        Stream.of(
                        all(steps, AggregateDefinition.class),
                        all(steps, ResequenceDefinition.class),
                        all(steps, MulticastDefinition.class).filter(step -> hasTimeout(step.getTimeout())),
                        all(steps, SplitDefinition.class).filter(step -> hasTimeout(step.getTimeout())))
                .flatMap(some -> some)
                .forEach(step -> requireNoneWithin(step, route));
    }

    private static boolean hasTimeout(@Nullable String timeout) {
        return timeout != null && !timeout.equals("0");
    }

    /** Refuses a step that is within one which the exchange does not wait for. */
    private static void requireNoneWithin(ProcessorDefinition<?> outer, Route route) {
        List<ProcessorDefinition<?>> steps = outer.getOutputs();
        boolean hasRules = all(steps, ProcessDefinition.class)
                .anyMatch(step -> isStep(step, SYNC_RULES, SyncRulesProcessor.class, route.getCamelContext()));
        if (hasRules || all(steps, SendDefinition.class).anyMatch(RouteSteps::isStorage)) {
            throw incomplete(
                    route,
                    "The step " + (hasRules ? SYNC_RULES : STORAGE_SCHEME) + " is within " + outer.getShortName()
                            + ", which a change may leave before that step has run");
        }
    }

    /**
     * The name of the storage that the route has a step to.
     *
     * @throws SeraiException {@link ErrorCode#SOURCE_ROUTE_INCOMPLETE} when there is none
     */
    public static String storageName(Route route) {
        RouteDefinition definition = definition(route);
        List<ProcessorDefinition<?>> steps = definition == null ? List.of() : definition.getOutputs();
        return all(steps, SendDefinition.class)
                .filter(RouteSteps::isStorage)
                .findFirst()
                .map(step -> route.getCamelContext().getEndpoint(step.getEndpointUri(), StorageEndpoint.class))
                .orElseThrow(() -> incomplete(route, "The route has no step to serai-storage"))
                .getName();
    }

    /** What the route was made of; once it was stopped, Camel knows that only by its id. */
    private static @Nullable RouteDefinition definition(Route route) {
        if (route.getRoute() instanceof RouteDefinition definition) {
            return definition;
        }
        Model model = route.getCamelContext().getCamelContextExtension().getContextPlugin(Model.class);
        return model.getRouteDefinition(route.getRouteId());
    }

    /** The step itself; what is in it when it wraps all steps, as a transaction does; nothing when it is an error handler or the like. */
    private static Stream<ProcessorDefinition<?>> steps(ProcessorDefinition<?> step) {
        if (step.isWrappingEntireOutput()) {
            return step.getOutputs().stream();
        }
        return step.isAbstract() ? Stream.empty() : Stream.of(step);
    }

    private static <T extends ProcessorDefinition<?>> Stream<T> all(List<ProcessorDefinition<?>> steps, Class<T> type) {
        return ProcessorDefinitionHelper.filterTypeInOutputs(steps, type).stream();
    }

    private static boolean isStep(
            ProcessorDefinition<?> step, String name, Class<? extends Processor> type, CamelContext context) {
        if (!(step instanceof ProcessDefinition process)) {
            return false;
        }
        return type.isInstance(process.getProcessor())
                || isNamed(step, name)
                || type.isInstance(bean(process.getRef(), context));
    }

    private static @Nullable Object bean(@Nullable String ref, CamelContext context) {
        return ref == null ? null : context.getRegistry().lookupByName(withoutHash(ref));
    }

    private static boolean isNamed(ProcessorDefinition<?> step, String name) {
        return step instanceof ProcessDefinition process
                && process.getRef() != null
                && withoutHash(process.getRef()).equals(name);
    }

    private static String withoutHash(String ref) {
        return ref.startsWith("#bean:")
                ? ref.substring("#bean:".length())
                : ref.startsWith("#") ? ref.substring(1) : ref;
    }

    private static boolean isStorage(SendDefinition<?> step) {
        String uri = step.getEndpointUri();
        return uri.equals(STORAGE_SCHEME) || uri.startsWith(STORAGE_SCHEME + ":");
    }

    private static SeraiException incomplete(Route route, String what) {
        String place = route.getSourceLocationShort();
        return new SeraiException(
                ErrorCode.SOURCE_ROUTE_INCOMPLETE,
                what,
                "route " + route.getRouteId() + (place == null ? "" : ", " + place),
                ErrorCode.SOURCE_ROUTE_INCOMPLETE.remedy());
    }
}
