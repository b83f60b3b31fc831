package io.serai.route;

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
public final class SourceConsumer extends DefaultConsumer {
    private final SourceEndpoint endpoint;
    private @Nullable Replication replication;

    /** A consumer of {@code endpoint}, which is asked for its source at each start. */
    public SourceConsumer(SourceEndpoint endpoint, Processor processor) {
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
        BucketStorage storage = beans.storage(endpoint.getStorage());
        return new Replication(
                endpoint.getSource(),
                endpoint.connectionTag(),
                endpoint.sourceDatabase(storage.id()),
                storage,
                beans.rules(endpoint),
                new ExchangeRoute(this, endpoint.getStorage()),
                beans.replicationSettings().with(endpoint.lostHistory()),
                beans.threads("serai-" + endpoint.getSource()),
                Clock.systemUTC());
    }

    private RouteBeans beans() {
        return new RouteBeans(endpoint.getCamelContext());
    }
}
