package io.serai.source;

import io.serai.storage.BucketStorage;
import io.serai.syncrules.SyncRules;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.ThreadFactory;

/** Replicates one source into the storage, for ever. */
public final class Replication implements AutoCloseable {
    private final String source;

    public Replication(String source, String connectionTag, SourceDatabase database, BucketStorage storage, SyncRules rules, ChangeRoute route, ReplicationSettings settings, ThreadFactory threads, Clock clock) {
        this.source = source;
    }

    public String source() { return source; }

    public SourceDatabase database() { throw new UnsupportedOperationException(); }

    /** Starts the threads and returns at once; failures are retried and shown in {@link #status}. */
    public void start() {}

    public SourceStatus status() { throw new UnsupportedOperationException(); }

    /** Waits until a checkpoint covers all that the source had committed when this was called, copies and incomplete rows included. */
    public boolean awaitCaughtUp(Duration patience) throws InterruptedException { throw new UnsupportedOperationException(); }

    /** Stops: what was routed in whole transactions is made durable first, within seconds. */
    @Override
    public void close() {}
}
