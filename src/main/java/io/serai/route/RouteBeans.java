package io.serai.route;

import io.serai.error.ErrorCode;
import io.serai.error.SeraiException;
import io.serai.source.LiveRules;
import io.serai.source.ReplicationSettings;
import io.serai.source.Replications;
import io.serai.storage.BucketStorage;
import io.serai.syncrules.SyncRules;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ThreadFactory;
import org.apache.camel.CamelContext;
import org.apache.camel.Endpoint;
import org.apache.camel.spi.Registry;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the consumer of a source takes from its Camel context: the objects that the application has bound in the registry, and threads. */
public final class RouteBeans {
    private static final Logger LOG = LoggerFactory.getLogger(RouteBeans.class);
    private static final String REPLICATIONS = "seraiReplications";
    private static final String RULES = "seraiRules-";

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

    /** The name under which the {@link LiveRules} of a storage are bound by whoever deploys them. */
    public static String rulesName(String storage) {
        return RULES + storage;
    }

    /**
     * The rules of the sources of a storage: those that are bound, else the one object of sync rules that is, deployed for all sources of the context.
     *
     * @throws SeraiException {@link ErrorCode#CONFIG_BEAN_MISSING}
     */
    public LiveRules rules(SourceEndpoint endpoint) {
        String storage = endpoint.getStorage();
        synchronized (registry) {
            LiveRules rules = registry.lookupByNameAndType(rulesName(storage), LiveRules.class);
            if (rules == null) {
                rules = new LiveRules(storage(storage), syncRules(), sources(storage));
                registry.bind(rulesName(storage), rules);
            }
            rules.add(endpoint.getSource(), endpoint.connectionTag());
            return rules;
        }
    }

    private Map<String, String> sources(String storage) {
        Map<String, String> tags = new TreeMap<>();
        for (Endpoint endpoint : context.getEndpoints()) {
            if (endpoint instanceof SourceEndpoint source && source.getStorage().equals(storage)) {
                addTag(source, tags);
            }
        }
        return tags;
    }

    /** Leaves out a source whose bean is missing: its own start says so. */
    private static void addTag(SourceEndpoint source, Map<String, String> tags) {
        try {
            tags.put(source.getSource(), source.connectionTag());
        } catch (SeraiException e) {
            LOG.atDebug().addKeyValue("source", source.getSource()).setCause(e).log("A source is not resolved yet");
        }
    }

    /**
     * The names of the events of the sync configs in use.
     *
     * @throws SeraiException {@link ErrorCode#CONFIG_BEAN_MISSING}
     */
    public Set<String> events() {
        Set<LiveRules> deployed = registry.findByType(LiveRules.class);
        if (deployed.isEmpty()) {
            return syncRules().events();
        }
        Set<String> events = new TreeSet<>();
        deployed.forEach(rules -> events.addAll(rules.events()));
        return events;
    }

    private SyncRules syncRules() {
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
