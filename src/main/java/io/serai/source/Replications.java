package io.serai.source;

import io.serai.change.SourcePosition;
import io.serai.storage.BucketStorage;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;

/** The replications that run in this process, by source id. Thread-safe. */
public final class Replications implements SourceHeads {
    private final Map<String, Replication> running = new ConcurrentSkipListMap<>();

    /** Adds one that starts; the former of the same source is replaced. */
    public void add(Replication replication) {
        running.put(replication.source(), replication);
    }

    /** Removes it, unless another of the same source took its place. */
    public void remove(Replication replication) {
        running.remove(replication.source(), replication);
    }

    /** All of them, ordered by id. */
    public Collection<Replication> all() {
        return List.copyOf(running.values());
    }

    /** The one of this source. */
    public Optional<Replication> of(String source) {
        return Optional.ofNullable(running.get(source));
    }

    @Override
    public SourcePosition head(String source) throws InterruptedException {
        return required(source).head();
    }

    @Override
    public BucketStorage.Subscription expectPosition(String source) {
        return required(source).expectPosition();
    }

    private Replication required(String source) {
        return of(source).orElseThrow(() -> new IllegalStateException("source " + source + " does not run"));
    }
}
