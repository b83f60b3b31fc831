package io.serai.source.postgres;

import io.serai.route.ExchangeRoute;
import io.serai.route.RouteBeans;
import io.serai.route.RouteSteps;
import io.serai.source.Replication;
import io.serai.storage.BucketStorage;
import java.time.Clock;
import org.apache.camel.Processor;
import org.apache.camel.support.DefaultConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Runs the replication of one source while its route runs. Starting never waits for the database, and a database that cannot be reached fails no
 * start: the replication tries again for ever. Stopping makes durable what was routed in whole transactions, within seconds.
 */
final class PostgresConsumer extends DefaultConsumer {
    private final PostgresEndpoint endpoint;
    private @Nullable Replication replication;

    PostgresConsumer(PostgresEndpoint endpoint, Processor processor) {
        super(endpoint, processor);
        this.endpoint = endpoint;
    }

    @Override
    protected void doInit() throws Exception {
        super.doInit();
        RouteSteps.requireAll(getRoute());
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        Replication started = replication();
        replication = started;
        beans().replications().add(started);
        started.start();
    }

    @Override
    protected void doStop() throws Exception {
        if (replication != null) {
            replication.close();
        }
        super.doStop();
    }

    @Override
    protected void doShutdown() throws Exception {
        if (replication != null) {
            beans().replications().remove(replication);
        }
        super.doShutdown();
    }

    private Replication replication() {
        RouteBeans beans = beans();
        PostgresSource source = endpoint.resolve();
        BucketStorage storage = beans.storage(endpoint.getStorage());
        return new Replication(
                endpoint.getSource(),
                source.tag(),
                new PostgresDatabase(source.settings(), storage.id()),
                storage,
                beans.rules(endpoint),
                new ExchangeRoute(this, endpoint.getStorage()),
                beans.replicationSettings().with(source.onLostHistory()),
                beans.threads("serai-" + endpoint.getSource()),
                Clock.systemUTC());
    }

    private RouteBeans beans() {
        return new RouteBeans(endpoint.getCamelContext());
    }
}
