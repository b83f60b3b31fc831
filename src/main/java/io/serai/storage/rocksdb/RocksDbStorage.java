package io.serai.storage.rocksdb;

import io.serai.bucket.BucketName;
import io.serai.bucket.BucketOp;
import io.serai.bucket.Lookup;
import io.serai.bucket.OpId;
import io.serai.change.RowKey;
import io.serai.change.SourcePosition;
import io.serai.error.SeraiException;
import io.serai.storage.BucketStorage;
import io.serai.storage.BucketSum;
import io.serai.storage.ChangeListener;
import io.serai.storage.Checkpoint;
import io.serai.storage.ClientKey;
import io.serai.storage.Compaction;
import io.serai.storage.Deployment;
import io.serai.storage.Generations;
import io.serai.storage.PieceLimit;
import io.serai.storage.PlacedRow;
import io.serai.storage.SourceState;
import io.serai.storage.SourceStorage;
import io.serai.storage.TableHandle;
import io.serai.storage.Topic;
import io.serai.storage.WriteCheckpoint;
import io.serai.storage.rocksdb.SourceRecord.Publication;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/** The embedded storage, in one folder, for one process at a time. Thread-safe. */
public final class RocksDbStorage implements BucketStorage {
    private static final PieceLimit ALL = new PieceLimit(Integer.MAX_VALUE, Long.MAX_VALUE);

    private final Path path;
    private final Database database;
    private final String id;
    private final boolean isReadOnly;
    private final Store store;
    private final Ledger ledger;
    private final Publisher publisher;
    private final CheckpointReader reader;
    private final PlacedRowReader rows;
    private final RetiredRemoval removal;
    private final Compactor compactor;
    private final WriteCheckpoints writeCheckpoints;

    private RocksDbStorage(Path path, Database database, String id, boolean isReadOnly, Settings settings) {
        this.path = path;
        this.database = database;
        this.id = id;
        this.isReadOnly = isReadOnly;
        this.store = Store.of(database, settings.pieceSize());
        this.ledger = store.ledger();
        this.publisher = new Publisher(store);
        this.reader = new CheckpointReader(store);
        this.rows = new PlacedRowReader(store);
        this.removal = new RetiredRemoval(store);
        this.compactor = new Compactor(store, settings.fragmentation());
        this.writeCheckpoints = new WriteCheckpoints(store);
    }

    /**
     * Opens the storage in {@code path}, creating it when there is none, and finishes what a crash interrupted before it answers.
     *
     * @param clock gives a new storage its first generation
     * @param random gives a new storage its id
     * @throws SeraiException {@code STORAGE_LOCKED} while another process has it open, {@code STORAGE_NEWER_FORMAT}, {@code STORAGE_DAMAGED}
     */
    public static RocksDbStorage open(Path path, InstantSource clock, RandomGenerator random) {
        return open(path, clock, random, Settings.DEFAULT);
    }

    static RocksDbStorage open(Path path, InstantSource clock, RandomGenerator random, Settings settings) {
        Database database = StorageFolder.open(path, settings);
        try {
            RocksDbStorage storage = new RocksDbStorage(
                    path, database, StorageFolder.prepare(path, database, clock, random), false, settings);
            storage.finishInterrupted();
            return storage;
        } catch (RuntimeException | Error e) {
            database.close();
            throw e;
        }
    }

    /**
     * Opens the storage in {@code path} for reading, while no process has it open otherwise: it shows the state of this moment, and is not for writes.
     *
     * @throws SeraiException {@code STORAGE_NOT_FOUND}, {@code STORAGE_NEWER_FORMAT}, {@code STORAGE_DAMAGED}
     */
    public static RocksDbStorage openReadOnly(Path path) {
        Database database = StorageFolder.openReadOnly(path);
        try {
            return new RocksDbStorage(path, database, StorageFolder.verify(path, database), true, Settings.DEFAULT);
        } catch (RuntimeException | Error e) {
            database.close();
            throw e;
        }
    }

    @Override
    public String id() {
        return id;
    }

    @Override
    public Generations generations() {
        return ledger.state().generations();
    }

    @Override
    public Generations deploy(Deployment deployment) {
        requireWritable();
        ledger.reopenIfFailed();
        ledger.write(state -> state.deployed(deployment).withCheckpointIfDue());
        return generations();
    }

    @Override
    public SourceStorage acquire(String source) {
        requireWritable();
        ledger.reopenIfFailed();
        if (generations().definitions(source).isEmpty()) {
            throw new IllegalArgumentException("no sync config that was deployed has the source \"" + source + "\"");
        }
        long epoch = lease(source);
        publisher.finish(source, epoch);
        SourceRecord record = ledger.source(source);
        Changes changes = ledger.newChanges();
        if (record.registration() == null) {
            SourceMeta.forget(record.number(), changes.buffer());
        } else if (record.stages().transaction() != 0) {
            SourceMeta.forgetStage(record.number(), record.stages().transaction(), changes.buffer());
        }
        StorageState acquired = ledger.write(state -> state.acquired(source), changes);
        return new RocksDbSource(store, publisher, acquired, source, epoch);
    }

    @Override
    public Set<String> sources() {
        Set<String> sources = new TreeSet<>();
        ledger.state().sources().forEach((name, record) -> {
            if (record.registration() != null) {
                sources.add(name);
            }
        });
        return Collections.unmodifiableSet(sources);
    }

    @Override
    public SourceState state(String source) {
        SourceRecord record = ledger.state().sources().get(source);
        if (record == null) {
            return new SourceState(Optional.empty(), false, new TreeMap<>());
        }
        return new SourceState(
                Optional.ofNullable(record.position()),
                record.takesPart(),
                SourceMeta.entries(database, record.number()));
    }

    @Override
    public Optional<PlacedRow> row(String source, TableHandle table, RowKey key) {
        return rows.find(source, table.number(), key);
    }

    @Override
    public void drop(String source) {
        requireWritable();
        ledger.reopenIfFailed();
        if (!ledger.state().sources().containsKey(source)) {
            return;
        }
        long epoch = lease(source);
        ledger.write(source, epoch, ledger.newChanges(), r -> r.with(Publication.of(Publication.Kind.DROP)));
        publisher.finish(source, epoch);
    }

    @Override
    public Optional<Checkpoint> checkpoint() {
        return Optional.ofNullable(ledger.state().checkpoint());
    }

    @Override
    public Subscription onCheckpoint(Consumer<Checkpoint> listener) {
        return onChanges((checkpoint, changes) -> listener.accept(checkpoint));
    }

    @Override
    public Subscription onChanges(ChangeListener listener) {
        ledger.addListener(listener);
        return () -> ledger.removeListener(listener);
    }

    @Override
    public Topic topic(BucketName bucket) {
        return reader.topic(bucket);
    }

    @Override
    public Topic topic(String definition, String index, String key) {
        return reader.topic(definition, index, key);
    }

    @Override
    public long generation(String definition, Checkpoint checkpoint) {
        return reader.generation(definition, checkpoint);
    }

    @Override
    public WriteCheckpoint requestWriteCheckpoint(
            ClientKey client, OptionalLong wanted, Map<String, SourcePosition> heads) {
        requireWritable();
        ledger.reopenIfFailed();
        return writeCheckpoints.request(client, wanted, heads);
    }

    @Override
    public Optional<WriteCheckpoint> writeCheckpoint(ClientKey client) {
        return writeCheckpoints.find(client);
    }

    @Override
    public Map<String, Integer> histories(Set<String> sources) {
        return writeCheckpoints.histories(sources);
    }

    @Override
    public boolean isReached(WriteCheckpoint wanted, Checkpoint checkpoint) {
        return writeCheckpoints.isReached(wanted, checkpoint);
    }

    @Override
    public List<BucketName> buckets(Checkpoint checkpoint) {
        return reader.buckets(checkpoint);
    }

    @Override
    public void operations(BucketName bucket, OpId after, Checkpoint checkpoint, Consumer<BucketOp> consumer) {
        reader.operations(bucket, after, checkpoint, ALL, consumer);
    }

    @Override
    public boolean operations(
            BucketName bucket, OpId after, Checkpoint checkpoint, PieceLimit limit, Consumer<BucketOp> consumer) {
        return reader.operations(bucket, after, checkpoint, limit, consumer);
    }

    @Override
    public BucketSum sum(BucketName bucket, Checkpoint checkpoint) {
        return reader.sum(bucket, checkpoint);
    }

    @Override
    public List<Lookup> lookups(String definition, String index, String key, Checkpoint checkpoint) {
        return reader.lookups(definition, index, key, checkpoint);
    }

    @Override
    public Compaction compact(Checkpoint upTo) {
        requireWritable();
        ledger.reopenIfFailed();
        return compactor.compact(upTo);
    }

    @Override
    public void close() {
        removal.close();
        if (!isReadOnly) {
            Holder.clear(path);
        }
        database.close();
    }

    /** Publishes what was sealed, drops what was not, goes on to remove what nobody sees. */
    private void finishInterrupted() {
        for (SourceRecord source : ledger.state().sources().values()) {
            if (source.publication() != null) {
                publisher.finish(source.name(), source.epoch());
            } else if (source.stages().transaction() != 0) {
                forgetTransaction(source, source.epoch());
            }
        }
        ledger.onRetired(removal::begin);
        if (!ledger.state().retired().isEmpty()) {
            removal.begin();
        }
    }

    private long lease(String source) {
        ledger.write(state -> {
            SourceRecord record = state.sources().get(source);
            if (record != null) {
                return state.with(record.leased());
            }
            Counters counters = state.counters().withNextSource();
            return state.with(counters)
                    .with(SourceRecord.first(source, counters.source()).leased());
        });
        return ledger.source(source).epoch();
    }

    private void forgetTransaction(SourceRecord source, long epoch) {
        Changes changes = ledger.newChanges();
        SourceMeta.forgetStage(source.number(), source.stages().transaction(), changes.buffer());
        ledger.write(source.name(), epoch, changes, r -> r.with(r.stages().withoutTransaction()));
    }

    private void requireWritable() {
        if (isReadOnly) {
            throw new IllegalStateException("the storage is opened for reading");
        }
    }
}
