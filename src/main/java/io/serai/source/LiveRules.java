package io.serai.source;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.serai.error.ErrorCode;
import io.serai.error.SeraiException;
import io.serai.storage.BucketStorage;
import io.serai.storage.Deployment;
import io.serai.storage.Generation;
import io.serai.storage.Generations;
import io.serai.syncrules.SyncRules;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The sync rules that the sources of one storage are replicated for: those of the storage's live generations. Deploys a new sync config, and tells when
 * the generations are others, also because one was built. Thread-safe.
 */
public final class LiveRules implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LiveRules.class);

    private final BucketStorage storage;
    private final BucketStorage.Subscription checkpoints;
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
    private final Map<String, SyncRules> compiled = new ConcurrentHashMap<>();

    @GuardedBy("this")
    private final Map<String, String> tags;

    @GuardedBy("this")
    private SyncRules wanted;

    private volatile Generations announced;

    /**
     * Deploys {@code rules} to {@code storage}, which stays the caller's.
     *
     * @param tags the sources that there are, by id, and what the rules call the connection of each
     */
    public LiveRules(BucketStorage storage, SyncRules rules, Map<String, String> tags) {
        this.storage = storage;
        this.tags = new TreeMap<>(tags);
        this.wanted = rules;
        this.announced = deployNow(rules);
        this.checkpoints = storage.onCheckpoint(checkpoint -> announce());
    }

    /** Adds a source that there is besides, or says that it has another tag. */
    public synchronized void add(String source, String tag) {
        if (!tag.equals(tags.put(source, tag))) {
            deployNow(wanted);
            announce();
        }
    }

    /** Deploys another sync config for the same sources. Durable when it returns; it is active once it is built. */
    public synchronized void deploy(SyncRules rules) {
        wanted = rules;
        deployNow(rules);
        announce();
    }

    private synchronized Generations deployNow(SyncRules rules) {
        compiled.put(rules.fingerprint(), rules);
        Map<String, Set<String>> fed = new HashMap<>();
        tags.forEach((source, tag) -> fed.put(source, rules.definitions(tag)));
        return storage.deploy(new Deployment(rules.fingerprint(), rules.text(), rules.definitions(), fed));
    }

    /** The rules of the active generation. */
    public SyncRules active() {
        return of(storage.generations().active().orElseThrow());
    }

    /** The names of the events of all live generations; those of the active one are delivered. */
    public Set<String> events() {
        return of(storage.generations()).stream()
                .flatMap(rules -> rules.events().stream())
                .collect(Collectors.toUnmodifiableSet());
    }

    /** The rules of these generations, which are or were alive, in their order. */
    public List<SyncRules> of(Generations generations) {
        return generations.live().stream().map(this::of).toList();
    }

    /** The rules of a generation that is or was alive. */
    public SyncRules of(Generation generation) {
        Deployment deployment = generation.deployment();
        return compiled.computeIfAbsent(
                deployment.fingerprint(),
                fingerprint -> SyncRules.parse(deployment.text())
                        .rules()
                        .orElseThrow(() -> new SeraiException(
                                ErrorCode.STORAGE_DAMAGED,
                                "The sync config that the storage was filled with cannot be read any more",
                                "generation " + generation.number(),
                                ErrorCode.STORAGE_DAMAGED.remedy())));
    }

    /** Calls {@code listener} whenever the live generations are others; it must return at once. Closing the answer ends it. */
    public BucketStorage.Subscription onChange(Runnable listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    private void announce() {
        Generations now = storage.generations();
        if (now.equals(announced)) {
            return;
        }
        Generations before = announced;
        announced = now;
        log(before, now);
        listeners.forEach(Runnable::run);
    }

    private static void log(Generations before, Generations now) {
        if (now.next().isPresent() && !now.next().equals(before.next())) {
            LOG.atInfo()
                    .addKeyValue("generation", now.next().get().number())
                    .log("Another sync config is being built; clients are served by the former one meanwhile");
        } else if (!now.active().equals(before.active())) {
            LOG.atInfo()
                    .addKeyValue("generation", now.active().orElseThrow().number())
                    .log("The new sync config is active");
        } else if (now.next().isEmpty()) {
            LOG.atInfo()
                    .addKeyValue("generation", now.active().orElseThrow().number())
                    .log("The active sync config was put back; the other one is not built any more");
        }
    }

    /** Stops telling of changes. */
    @Override
    public void close() {
        checkpoints.close();
        listeners.clear();
    }
}
