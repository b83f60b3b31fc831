package io.serai.source.debezium;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.camel.CamelContext;
import org.apache.camel.Consumer;
import org.apache.camel.util.ObjectHelper;

/**
 * The threads that Debezium's engines run on, by their consumers. A consumer of Camel 4.17.0 ends its thread only after its engine has closed, and an
 * engine that died or that is still starting refuses to (AsyncEmbeddedEngine.close, 3.4.0): an interrupt ends both. Thread-safe.
 */
final class EnginePools {
    private static final int PATIENCE_SECONDS = 10;

    private final CamelContext context;
    private final Map<String, ExecutorService> pools = new ConcurrentHashMap<>();

    EnginePools(CamelContext context) {
        this.context = context;
    }

    /** Camel has made a pool; {@code id} is the class of what it is for, with its identity. */
    void added(String id, ExecutorService pool) {
        if (id.startsWith("DebeziumConsumer(")) {
            pools.put(id, pool);
        }
    }

    /** Ends the threads of a consumer, whatever they do, within seconds. */
    void end(Consumer consumer) throws InterruptedException {
        ExecutorService pool = pools.remove(
                consumer.getClass().getSimpleName() + "(" + ObjectHelper.getIdentityHashCode(consumer) + ")");
        if (pool != null) {
            context.getExecutorServiceManager().shutdownNow(pool);
            pool.awaitTermination(PATIENCE_SECONDS, TimeUnit.SECONDS);
        }
    }
}
