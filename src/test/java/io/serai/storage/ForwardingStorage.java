package io.serai.storage;

import io.serai.bucket.BucketName;
import io.serai.bucket.BucketOp;
import io.serai.bucket.Lookup;
import io.serai.bucket.OpId;
import io.serai.change.RowKey;
import io.serai.change.SourcePosition;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Consumer;

/** A storage that does what another one does, but for what is overridden. */
class ForwardingStorage implements BucketStorage {
    private final BucketStorage storage;

    ForwardingStorage(BucketStorage storage) {
        this.storage = storage;
    }

    @Override
    public String id() {
        return storage.id();
    }

    @Override
    public Generations generations() {
        return storage.generations();
    }

    @Override
    public Generations deploy(Deployment deployment) {
        return storage.deploy(deployment);
    }

    @Override
    public SourceStorage acquire(String source) {
        return storage.acquire(source);
    }

    @Override
    public Set<String> sources() {
        return storage.sources();
    }

    @Override
    public SourceState state(String source) {
        return storage.state(source);
    }

    @Override
    public Optional<PlacedRow> row(String source, TableHandle table, RowKey key) {
        return storage.row(source, table, key);
    }

    @Override
    public void drop(String source) {
        storage.drop(source);
    }

    @Override
    public Optional<Checkpoint> checkpoint() {
        return storage.checkpoint();
    }

    @Override
    public Subscription onCheckpoint(Consumer<Checkpoint> listener) {
        return storage.onCheckpoint(listener);
    }

    @Override
    public Subscription onChanges(ChangeListener listener) {
        return storage.onChanges(listener);
    }

    @Override
    public Topic topic(BucketName bucket) {
        return storage.topic(bucket);
    }

    @Override
    public Topic topic(String definition, String index, String key) {
        return storage.topic(definition, index, key);
    }

    @Override
    public long generation(String definition, Checkpoint checkpoint) {
        return storage.generation(definition, checkpoint);
    }

    @Override
    public WriteCheckpoint requestWriteCheckpoint(
            ClientKey client, OptionalLong wanted, Map<String, SourcePosition> heads) {
        return storage.requestWriteCheckpoint(client, wanted, heads);
    }

    @Override
    public Optional<WriteCheckpoint> writeCheckpoint(ClientKey client) {
        return storage.writeCheckpoint(client);
    }

    @Override
    public Map<String, Integer> histories(Set<String> sources) {
        return storage.histories(sources);
    }

    @Override
    public boolean isReached(WriteCheckpoint wanted, Checkpoint checkpoint) {
        return storage.isReached(wanted, checkpoint);
    }

    @Override
    public boolean operations(
            BucketName bucket, OpId after, Checkpoint checkpoint, PieceLimit limit, Consumer<BucketOp> consumer) {
        return storage.operations(bucket, after, checkpoint, limit, consumer);
    }

    @Override
    public List<BucketName> buckets(Checkpoint checkpoint) {
        return storage.buckets(checkpoint);
    }

    @Override
    public void operations(BucketName bucket, OpId after, Checkpoint checkpoint, Consumer<BucketOp> consumer) {
        storage.operations(bucket, after, checkpoint, consumer);
    }

    @Override
    public BucketSum sum(BucketName bucket, Checkpoint checkpoint) {
        return storage.sum(bucket, checkpoint);
    }

    @Override
    public List<Lookup> lookups(String definition, String index, String key, Checkpoint checkpoint) {
        return storage.lookups(definition, index, key, checkpoint);
    }

    @Override
    public Compaction compact(Checkpoint upTo) {
        return storage.compact(upTo);
    }

    @Override
    public void close() {
        storage.close();
    }
}
