package io.serai.source.debezium;

import io.serai.error.ErrorCode;
import io.serai.error.SeraiException;
import io.serai.route.ExchangeRoute;
import io.serai.route.RouteBeans;
import io.serai.route.RouteSteps;
import io.serai.route.SourceEndpoint;
import io.serai.source.Replication;
import io.serai.storage.BucketStorage;
import java.time.Clock;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.Route;
import org.apache.camel.component.debezium.DebeziumConsumer;
import org.apache.camel.component.debezium.DebeziumEndpoint;
import org.apache.camel.support.service.ServiceSupport;
import org.apache.camel.util.ObjectHelper;
import org.jspecify.annotations.Nullable;

/**
 * The step {@code debezium}, the first of a route from one of Camel's Debezium endpoints: hands each record of the engine to the source's
 * replication, where its exchange ends, and lets the change that the replication makes of it pass. The replication runs while the route does; one step
 * belongs to one route. Thread-safe.
 */
public final class DebeziumStep extends ServiceSupport implements Processor {
    private final CamelContext context;
    private final @Nullable Route route;
    private final EnginePools pools;
    private volatile @Nullable Replication replication;

    /** @param route which it is a step of, or null of none */
    DebeziumStep(CamelContext context, @Nullable Route route, EnginePools pools) {
        this.context = context;
        this.route = route;
        this.pools = pools;
    }

    @Override
    public void process(Exchange exchange) throws InterruptedException {
        if (ExchangeRoute.carriesAChange(exchange)) {
            return;
        }
        if (!(exchange.getMessage().getBody() instanceof EngineRecord delivered)) {
            throw new SeraiException(
                    ErrorCode.DEBEZIUM_RECORD,
                    "Expected a record of Debezium's engine, found "
                            + ObjectHelper.classCanonicalName(
                                    exchange.getMessage().getBody()),
                    "route " + exchange.getFromRouteId(),
                    ErrorCode.DEBEZIUM_RECORD.remedy());
        }
        exchange.setRouteStop(true);
        Engine engine = Engines.of(delivered.engine());
        if (engine != null) {
            engine.take(delivered.source());
        }
    }

    @Override
    protected void doStart() {
        RouteSteps.requireAll(route);
        if (route == null || !(route.getConsumer() instanceof DebeziumConsumer consumer)) {
            throw new SeraiException(
                    ErrorCode.SOURCE_ROUTE_INCOMPLETE,
                    "The step debezium is in a route that does not begin with an endpoint of Debezium's",
                    route == null ? "" : "route " + route.getRouteId(),
                    "Remove the step, or begin the route with debezium-postgres or debezium-mysql.");
        }
        Replication made = replication(route, consumer);
        replication = made;
        new RouteBeans(context).replications().add(made);
        made.start();
    }

    @Override
    protected void doStop() {
        Replication running = replication;
        if (running != null) {
            running.close();
        }
    }

    @Override
    protected void doShutdown() {
        Replication running = replication;
        if (running != null) {
            new RouteBeans(context).replications().remove(running);
        }
    }

    private Replication replication(Route of, DebeziumConsumer consumer) {
        RouteBeans beans = new RouteBeans(context);
        DebeziumEndpoint<?> endpoint = (DebeziumEndpoint<?>) consumer.getEndpoint();
        Connector connector = Connector.of(endpoint.getConfiguration(), context);
        String storageName = RouteSteps.storageName(of);
        SourceEndpoint own = OwnEndpoint.of(endpoint.getConfiguration(), connector, storageName, context);
        BucketStorage storage = beans.storage(storageName);
        String where = "source " + own.getSource() + ", route " + of.getRouteId();
        DebeziumDatabase database = new DebeziumDatabase(
                own.sourceDatabase(storage.id()), connector, endpoint.getConfiguration(), consumer, this, pools, where);
        return new Replication(
                own.getSource(),
                own.connectionTag(),
                database,
                storage,
                beans.rules(own),
                new ExchangeRoute(consumer, storageName),
                beans.replicationSettings().with(own.lostHistory()),
                beans.threads("serai-" + own.getSource()),
                Clock.systemUTC());
    }
}
