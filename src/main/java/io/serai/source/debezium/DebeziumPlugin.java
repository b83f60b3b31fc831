package io.serai.source.debezium;

import io.serai.route.RouteSteps;
import java.util.Collections;
import java.util.Map;
import java.util.WeakHashMap;
import java.util.concurrent.ThreadPoolExecutor;
import org.apache.camel.CamelContext;
import org.apache.camel.Route;
import org.apache.camel.spi.ContextServicePlugin;
import org.apache.camel.support.LifecycleStrategySupport;

/**
 * Makes the step {@code debezium}, and those that follow it, known to every Camel context that has Serai's jar: their endpoints are not Serai's, so
 * that no component of ours could. Camel finds it by itself.
 */
public final class DebeziumPlugin implements ContextServicePlugin {
    @Override
    public void load(CamelContext context) {
        RouteSteps.bind(context);
        MissingComponent.bind(context);
        EnginePools pools = new EnginePools(context);
        Map<Thread, Route> created = Collections.synchronizedMap(new WeakHashMap<>());
        if (context.getRegistry().lookupByName(RouteSteps.DEBEZIUM) == null) {
            context.getRegistry()
                    .bindAsPrototype(
                            RouteSteps.DEBEZIUM,
                            DebeziumStep.class,
                            () -> new DebeziumStep(context, created.get(Thread.currentThread()), pools));
        }
        context.addLifecycleStrategy(new LifecycleStrategySupport() {
            // Camel makes the steps of a route after this, on the same thread.
            @Override
            public void onRouteContextCreate(Route route) {
                created.put(Thread.currentThread(), route);
            }

            @Override
            public void onThreadPoolAdd(
                    CamelContext in,
                    ThreadPoolExecutor pool,
                    String id,
                    String sourceId,
                    String routeId,
                    String threadPoolProfileId) {
                pools.added(id, pool);
            }
        });
    }
}
