package io.serai.route;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The routes of a Camel context that take events, whether they run or are stopped. Thread-safe. */
final class EventRoutes {
    /** The newest consumer of each route, by route id: Camel makes another when a route starts again. */
    @GuardedBy("this")
    private final Map<String, EventsConsumer> consumers = new LinkedHashMap<>();

    private volatile List<EventsConsumer> all = List.of();

    /** Adds a route; its earlier consumer goes. */
    synchronized void add(EventsConsumer consumer) {
        consumers.put(consumer.getRoute().getRouteId(), consumer);
        all = List.copyOf(consumers.values());
    }

    /** Removes a route, unless it has another consumer by now. */
    synchronized void remove(EventsConsumer consumer) {
        consumers.remove(consumer.getRoute().getRouteId(), consumer);
        all = List.copyOf(consumers.values());
    }

    /** The routes, in the order in which they were added; an immutable list. */
    List<EventsConsumer> all() {
        return all;
    }
}
