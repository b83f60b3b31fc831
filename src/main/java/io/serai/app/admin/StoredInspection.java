package io.serai.app.admin;

import io.serai.source.SourceStatus;
import io.serai.source.SourceStatus.State;
import io.serai.source.StoredTables;
import io.serai.storage.BucketStorage;
import io.serai.storage.SourceState;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** A storage that no process runs on, opened for reading. Confined to one thread. */
public final class StoredInspection implements Inspection {
    private final String version;
    private final Path folder;
    private final Map<String, String> sources;
    private final BucketStorage storage;
    private final Facts facts;
    private final Clock clock;

    /**
     * Looks at an open storage.
     *
     * @param sources kinds of the sources of service.yaml by id, in its order
     * @param storage closed with this
     * @param facts what the database of a source says of its side
     */
    public StoredInspection(
            String version, Path folder, Map<String, String> sources, BucketStorage storage, Facts facts, Clock clock) {
        this.version = version;
        this.folder = folder;
        this.sources = sources;
        this.storage = storage;
        this.facts = facts;
        this.clock = clock;
    }

    @Override
    public String storageId() {
        return storage.id();
    }

    @Override
    public String status(StatusFormat format) {
        Set<String> forgotten = new TreeSet<>(storage.sources());
        forgotten.removeAll(sources.keySet());
        StatusReport report = new StatusReport(
                version,
                folder,
                Optional.empty(),
                storage.checkpoint(),
                Optional.empty(),
                storage.generations(),
                Optional.empty(),
                sources.entrySet().stream()
                        .map(source -> status(
                                storage,
                                source.getKey(),
                                source.getValue(),
                                State.STOPPED,
                                facts.of(source.getKey(), storage.id())))
                        .toList(),
                forgotten);
        return report.in(format, clock.instant());
    }

    @Override
    public void operations(BucketSelection selection, OperationSink sink) throws IOException {
        StorageOperations.send(storage, selection, sink);
    }

    @Override
    public void close() {
        storage.close();
    }

    /** What the storage alone knows of a source that nothing replicates at this moment. */
    static SourceStatus status(
            BucketStorage storage, String source, String kind, State state, Map<String, String> facts) {
        Optional<SourceState> stored =
                storage.sources().contains(source) ? Optional.of(storage.state(source)) : Optional.empty();
        return new SourceStatus(
                source,
                kind,
                state,
                Optional.empty(),
                storage.isShown(source),
                stored.flatMap(SourceState::position),
                -1,
                Duration.ZERO,
                List.of(),
                0,
                List.of(),
                stored.map(StoredTables::repairs).orElse(List.of()),
                -1,
                facts);
    }

    /** Asks a database. */
    public interface Facts {
        /** What it says; why it cannot be asked, when it cannot. */
        Map<String, String> of(String source, String storageId);
    }
}
