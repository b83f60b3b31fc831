package io.serai.source.debezium;

import io.serai.source.SourceTable;
import java.util.List;
import java.util.UUID;
import java.util.function.Supplier;
import org.apache.camel.Processor;
import org.apache.camel.component.debezium.DebeziumConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts and ends the engines of one route, one after the other. The first is that of the route's own consumer: it waits until the log is opened. Each
 * further one has a consumer of its own beside it, on the same endpoint, because stopping the route's would stop the route's steps. Thread-safe.
 */
final class EngineControl {
    private static final Logger LOG = LoggerFactory.getLogger(EngineControl.class);

    private final DebeziumConsumer routeConsumer;
    private final Processor step;
    private final EngineSettings settings;
    private final EnginePools pools;
    private final String where;
    private DebeziumConsumer consumer;
    private @Nullable Engine engine;

    EngineControl(
            DebeziumConsumer routeConsumer, Processor step, EngineSettings settings, EnginePools pools, String where) {
        this.routeConsumer = routeConsumer;
        this.step = step;
        this.settings = settings;
        this.pools = pools;
        this.where = where;
        this.consumer = routeConsumer;
    }

    /** Makes the engine that the next start of the route's consumer, or of another, starts. */
    synchronized Engine prepare() {
        Engine made = new Engine(UUID.randomUUID().toString(), where, routeConsumer::isRunAllowed, settings.silence());
        Engines.add(made);
        settings.apply(made.name());
        engine = made;
        consumer = routeConsumer;
        return made;
    }

    /**
     * An engine that begins at what {@code durable} answers, and is told what that answers later. While the route's consumer is stopped, as by a
     * suspended route, its {@link Engine#poll} fails.
     *
     * @param tables those whose columns it is told, if it asks
     */
    synchronized Engine open(Supplier<byte @Nullable []> durable, List<SourceTable> tables) throws Exception {
        Engine next = engine;
        if (next == null || next.isUsed()) {
            end();
            next = prepare();
            if (!routeConsumer.isRunAllowed()) {
                return next;
            }
            startAnother();
        }
        next.open(durable, tables);
        return next;
    }

    /** Starts the engine on a consumer of its own; one that nothing runs must not be taken for one that will be. */
    private void startAnother() throws Exception {
        boolean started = false;
        try {
            consumer = (DebeziumConsumer) routeConsumer.getEndpoint().createConsumer(step);
            consumer.start();
            started = true;
        } finally {
            if (!started) {
                end();
            }
        }
    }

    /** Ends the engine; what it still delivers is dropped. Idempotent. */
    synchronized void end() throws InterruptedException {
        Engine former = engine;
        if (former == null) {
            return;
        }
        engine = null;
        former.close();
        Engines.remove(former);
        pools.end(consumer);
        if (consumer != routeConsumer) {
            try {
                consumer.stop();
            } catch (RuntimeException e) {
                LOG.atDebug().setCause(e).log("A consumer whose engine has ended cannot end it again");
            }
        }
    }
}
