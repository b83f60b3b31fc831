package io.serai.app.admin;

import io.serai.app.explain.ExplainedSource;
import io.serai.app.explain.Explainer;
import io.serai.app.explain.Explanation;
import io.serai.app.explain.RowQuestion;
import io.serai.source.Replication;
import io.serai.source.Replications;
import io.serai.source.SourceStatus;
import io.serai.source.SourceStatus.State;
import io.serai.storage.BucketStorage;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** This process, as commands see it. Thread-safe. */
public final class RunningProcess implements Admin {
    private static final Duration LOOK_AGAIN = Duration.ofMillis(20);

    private final String version;
    private final Path folder;
    private final Map<String, String> sources;
    private final BucketStorage storage;
    private final Replications replications;
    private final SyncConfigLook syncConfig;
    private final Explainer explainer;
    private final List<ExplainedSource> described;
    private final Teardown teardown;
    private final Clock clock;
    private final Instant since;
    private final Set<String> removed = ConcurrentHashMap.newKeySet();
    private final BucketStorage.Subscription checkpoints;
    private volatile Optional<Instant> lastCheckpoint = Optional.empty();

    /**
     * Answers for this process.
     *
     * @param sources kinds of the sources of service.yaml by id, in its order
     * @param storage not closed with this
     * @param described the same sources, as they read what is stored
     */
    public RunningProcess(
            String version,
            Path folder,
            Map<String, String> sources,
            BucketStorage storage,
            Replications replications,
            SyncConfigLook syncConfig,
            Explainer explainer,
            List<ExplainedSource> described,
            Teardown teardown,
            Clock clock) {
        this.version = version;
        this.folder = folder;
        this.sources = sources;
        this.storage = storage;
        this.replications = replications;
        this.syncConfig = syncConfig;
        this.explainer = explainer;
        this.described = List.copyOf(described);
        this.teardown = teardown;
        this.clock = clock;
        this.since = clock.instant();
        this.checkpoints = storage.onCheckpoint(checkpoint -> lastCheckpoint = Optional.of(clock.instant()));
    }

    @Override
    public String storageId() {
        return storage.id();
    }

    @Override
    public String status(StatusFormat format) {
        Instant now = clock.instant();
        Set<String> forgotten = new TreeSet<>(storage.sources());
        forgotten.removeAll(sources.keySet());
        StatusReport report = new StatusReport(
                version,
                folder,
                Optional.of(since),
                storage.checkpoint(),
                lastCheckpoint.map(made -> Duration.between(made, now)),
                storage.generations(),
                syncConfig.problem(),
                sources.keySet().stream().map(this::status).toList(),
                forgotten);
        return report.in(format, now);
    }

    @Override
    public void operations(BucketSelection selection, OperationSink sink) throws IOException {
        StorageOperations.send(storage, selection, sink);
    }

    @Override
    public boolean awaitCaughtUp(Duration patience) throws InterruptedException {
        Instant deadline = clock.instant().plus(patience);
        syncConfig.look();
        try (ExecutorService threads = Executors.newThreadPerTaskExecutor(
                Thread.ofPlatform().name("serai-wait-", 0).daemon().factory())) {
            List<Future<Boolean>> waits = new ArrayList<>();
            for (String source : sources.keySet()) {
                waits.add(threads.submit(() -> awaitCaughtUp(source, deadline)));
            }
            boolean all = true;
            for (Future<Boolean> wait : waits) {
                all &= wait.get();
            }
            return all;
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        }
    }

    @Override
    public String explain(RowQuestion question, StatusFormat format) {
        Explanation explanation = explainer.explain(question);
        return switch (format) {
            case TEXT -> explanation.text();
            case JSON -> explanation.json();
        };
    }

    @Override
    public CommandResult repair(RepairRequest request, StatusFormat format) throws IOException {
        try {
            return new RunningRepair(replications, request.repair())
                    .run(RepairTargets.of(storage, described, request))
                    .in(format);
        } catch (InterruptedException e) {
            throw stopping(e);
        }
    }

    @Override
    public String compact() {
        return StorageCompaction.run(storage);
    }

    @Override
    public CommandResult teardown(String source) throws IOException {
        try {
            CommandResult result = teardown.teardown(source);
            removed.add(source);
            return result;
        } catch (InterruptedException e) {
            throw stopping(e);
        }
    }

    private static IOException stopping(InterruptedException cause) {
        Thread.currentThread().interrupt();
        return new IOException("the process is stopping", cause);
    }

    @Override
    public void close() {
        checkpoints.close();
    }

    private SourceStatus status(String source) {
        return replications
                .of(source)
                .map(Replication::status)
                .orElseGet(() -> StoredInspection.status(
                        storage, source, sources.getOrDefault(source, ""), stateWithoutReplication(source), Map.of()));
    }

    private State stateWithoutReplication(String source) {
        return removed.contains(source) ? State.STOPPED : State.STARTING;
    }

    /** A source may be starting, or be replaced while it is waited for, because its route was reloaded. */
    private boolean awaitCaughtUp(String source, Instant deadline) throws InterruptedException {
        while (clock.instant().isBefore(deadline)) {
            Optional<Replication> replication = replications.of(source);
            if (replication.isPresent()
                    && replication.get().awaitCaughtUp(Duration.between(clock.instant(), deadline))) {
                return true;
            }
            Thread.sleep(LOOK_AGAIN);
        }
        return false;
    }

    /** Stops and removes a source. */
    public interface Teardown {
        /** Answers what was done and what is left. */
        CommandResult teardown(String source) throws InterruptedException;
    }
}
