package io.serai.route;

import io.serai.error.ErrorCode;
import io.serai.error.SeraiException;
import io.serai.source.ReplicationSettings;
import io.serai.source.Replications;
import io.serai.storage.BucketStorage;
import io.serai.syncrules.SyncRules;
import java.util.Set;
import java.util.concurrent.ThreadFactory;
import org.apache.camel.CamelContext;
import org.apache.camel.spi.Registry;

/** What the consumer of a source takes from its Camel context: the objects that the application has bound in the registry, and threads. */
public final class RouteBeans {
    private static final String REPLICATIONS = "seraiReplications";

    private final CamelContext context;
    private final Registry registry;

    /** Looks in the registry of {@code context}. */
    public RouteBeans(CamelContext context) {
        this.context = context;
        this.registry = context.getRegistry();
    }

    /**
     * The storage that is bound under this name.
     *
     * @throws SeraiException {@link ErrorCode#CONFIG_BEAN_MISSING}
     */
    public BucketStorage storage(String name) {
        if (registry.lookupByName(name) instanceof BucketStorage storage) {
            return storage;
        }
        throw missing("No storage is bound under the name \"" + name + "\"", "Bind a BucketStorage under this name.");
    }

    /**
     * The one object of sync rules that is bound, under whatever name.
     *
     * @throws SeraiException {@link ErrorCode#CONFIG_BEAN_MISSING}
     */
    public SyncRules syncRules() {
        Set<SyncRules> bound = registry.findByType(SyncRules.class);
        if (bound.size() == 1) {
            return bound.iterator().next();
        }
        throw missing(bound.size() + " objects of sync rules are bound", "Bind exactly one object of type SyncRules.");
    }

    /** How sources are replicated; {@link ReplicationSettings#DEFAULT} unless other settings are bound. */
    public ReplicationSettings replicationSettings() {
        ReplicationSettings bound = registry.findSingleByType(ReplicationSettings.class);
        return bound == null ? ReplicationSettings.DEFAULT : bound;
    }

    /** Where running replications are listed; an application that asks for them binds its own. */
    public Replications replications() {
        synchronized (registry) {
            Replications bound = registry.findSingleByType(Replications.class);
            if (bound == null) {
                bound = new Replications();
                registry.bind(REPLICATIONS, bound);
            }
            return bound;
        }
    }

    /** Makes threads as the context does, with this name in theirs. */
    public ThreadFactory threads(String name) {
        return runnable -> context.getExecutorServiceManager().newThread(name, runnable);
    }

    private SeraiException missing(String what, String remedy) {
        return new SeraiException(ErrorCode.CONFIG_BEAN_MISSING, what, "Camel context " + context.getName(), remedy);
    }
}
