package io.serai.route;

import io.serai.change.Value;
import io.serai.error.ErrorCode;
import io.serai.error.SeraiException;
import io.serai.source.RoutedChange;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Processor;
import org.apache.camel.Route;
import org.apache.camel.support.DefaultConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Gives the events of one name to a route, on the thread of the change that fires them. While the route is stopped such changes fail, so that none
 * misses it; once it is removed nothing is evaluated for it. A route that starts with its context counts from when it is built, which
 * is before any route starts.
 */
final class EventsConsumer extends DefaultConsumer {
    private final EventsEndpoint endpoint;
    private final EventRoutes routes;

    EventsConsumer(EventsEndpoint endpoint, EventRoutes routes, Processor processor) {
        super(endpoint, processor);
        this.endpoint = endpoint;
        this.routes = routes;
    }

    /** Is told its route when that is built. */
    @Override
    public void setRoute(Route route) {
        super.setRoute(route);
        if (Boolean.TRUE.equals(route.isAutoStartup())) {
            routes.add(this);
        }
    }

    @Override
    protected void doInit() throws Exception {
        super.doInit();
        requireDefined();
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        routes.add(this);
    }

    @Override
    protected void doShutdown() throws Exception {
        routes.remove(this);
        super.doShutdown();
    }

    /**
     * Sends what the change gives this event through the route, and returns when that is through.
     *
     * @throws Exception when an exchange failed and nobody handled it, or the route is stopped; the source stops before the change is stored (I6)
     */
    void take(RoutedChange change, Consumer<Message> headers) throws Exception {
        for (Map<String, Value> payload : change.payloads(endpoint.getEvent())) {
            requireStarted(change);
            send(payload, change, headers);
        }
    }

    private void send(Map<String, Value> payload, RoutedChange change, Consumer<Message> headers) throws Exception {
        Exchange exchange = createExchange(false);
        try {
            Message message = exchange.getMessage();
            message.setBody(body(payload));
            headers.accept(message);
            message.setHeader(ChangeHeaders.EVENT, endpoint.getEvent());
            getProcessor().process(exchange);
            Exception failure = UnhandledFailure.of(exchange, change);
            if (failure != null) {
                throw UnhandledFailure.named(
                        failure, "The event \"" + endpoint.getEvent() + "\" of a change", exchange, change);
            }
        } finally {
            releaseExchange(exchange, false);
        }
    }

    private static Map<String, @Nullable Object> body(Map<String, Value> payload) {
        Map<String, @Nullable Object> body = LinkedHashMap.newLinkedHashMap(payload.size());
        payload.forEach((name, value) -> body.put(name, RowView.java(value)));
        return body;
    }

    private void requireStarted(RoutedChange change) {
        if (!isStarted()) {
            throw new SeraiException(
                    ErrorCode.SOURCE_EVENT_ROUTE_STOPPED,
                    "A change fires the event \"" + endpoint.getEvent() + "\", whose route does not run",
                    "source " + change.source() + ", route " + getRoute().getRouteId() + ", table "
                            + change.change().table(),
                    ErrorCode.SOURCE_EVENT_ROUTE_STOPPED.remedy());
        }
    }

    private void requireDefined() {
        Set<String> events = new RouteBeans(endpoint.getCamelContext()).events();
        if (!events.contains(endpoint.getEvent())) {
            throw new SeraiException(
                    ErrorCode.CONFIG_EVENT_UNKNOWN,
                    "The sync config has no event \"" + endpoint.getEvent() + "\" with a payload; there are " + events,
                    "route " + getRoute().getRouteId(),
                    ErrorCode.CONFIG_EVENT_UNKNOWN.remedy());
        }
    }
}
