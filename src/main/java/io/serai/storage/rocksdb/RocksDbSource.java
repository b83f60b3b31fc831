package io.serai.storage.rocksdb;

import io.serai.change.RowKey;
import io.serai.storage.Generations;
import io.serai.storage.RowState;
import io.serai.storage.SourceBatch;
import io.serai.storage.SourceState;
import io.serai.storage.SourceStorage;
import io.serai.storage.StoredRow;
import io.serai.storage.StoredRows;
import io.serai.storage.TableHandle;
import io.serai.storage.rocksdb.Database.Cursor;
import io.serai.storage.rocksdb.SourceRecord.Publication;
import io.serai.storage.rocksdb.SourceRecord.Stages;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** A source's session. Reads are thread-safe, writes come from one thread at a time. */
final class RocksDbSource implements SourceStorage {
    /** How many bytes of rows one read answers before it ends early. */
    private static final long READ_BYTES = 4 << 20;

    private final Store store;
    private final Database database;
    private final Ledger ledger;
    private final Publisher publisher;
    private final String name;
    private final long epoch;
    private final Set<TableHandle> named = new HashSet<>();
    private final Generations generations;
    private volatile Set<String> unbuilt;
    private volatile boolean isEnded;

    /** The session of a source that was acquired just now, with this state. */
    RocksDbSource(Store store, Publisher publisher, StorageState acquired, String name, long epoch) {
        this.store = store;
        this.database = store.database();
        this.ledger = store.ledger();
        this.publisher = publisher;
        this.name = name;
        this.epoch = epoch;
        this.generations = acquired.generations();
        this.unbuilt =
                acquired.unbuilt(Objects.requireNonNull(acquired.sources().get(name)));
    }

    @Override
    public long epoch() {
        return epoch;
    }

    @Override
    public Generations generations() {
        return generations;
    }

    @Override
    public SourceState state() {
        SourceRecord source = ledger.source(name);
        return new SourceState(
                Optional.ofNullable(source.position()),
                source.takesPart(),
                SourceMeta.entries(database, source.number()));
    }

    @Override
    public @Nullable StoredRow row(TableHandle table, RowKey key) {
        SourceRecord source = ledger.source(name);
        for (int stage :
                new int[] {source.stages().transaction(), source.stages().copy()}) {
            byte[] staged = stage == 0
                    ? null
                    : database.get(Family.STAGED, Keys.staged(source.number(), stage, table.number(), key.bytes()));
            if (staged != null) {
                return StagedState.isAbsent(staged) ? null : StagedState.image(key, staged);
            }
        }
        byte[] stored = database.get(Family.ROWS, Keys.row(source.number(), table.number(), key.bytes()));
        return stored == null ? null : RowRecord.image(key, stored);
    }

    @Override
    public StoredRows rows(TableHandle table, @Nullable RowKey after, int limit) {
        SourceRecord source = ledger.source(name);
        byte[] prefix = Keys.rows(source.number(), table.number());
        if (!source.isCopyStaged()) {
            List<StoredRow> rows = new ArrayList<>();
            RowKey last =
                    scan(Family.ROWS, prefix, after, limit, (key, value) -> rows.add(RowRecord.image(key, value)));
            return new StoredRows(rows, last);
        }
        return rowsWithStaged(source, table, after, limit);
    }

    private StoredRows rowsWithStaged(SourceRecord source, TableHandle table, @Nullable RowKey after, int limit) {
        NavigableMap<RowKey, StoredRow> rows = new TreeMap<>();
        RowKey last = scan(
                Family.ROWS,
                Keys.rows(source.number(), table.number()),
                after,
                limit,
                (key, value) -> rows.put(key, RowRecord.image(key, value)));
        RowKey lastStaged = scan(
                Family.STAGED,
                Keys.staged(source.number(), source.stages().copy(), table.number()),
                after,
                limit,
                (key, value) -> {
                    if (StagedState.isAbsent(value)) {
                        rows.remove(key);
                    } else {
                        rows.put(key, StagedState.image(key, value));
                    }
                });
        last = last == null || lastStaged != null && lastStaged.compareTo(last) < 0 ? lastStaged : last;
        return new StoredRows(List.copyOf((last == null ? rows : rows.headMap(last, true)).values()), last);
    }

    /** Hands over some rows behind {@code after}, and answers the last of them, or null when there are no more. */
    private @Nullable RowKey scan(
            Family family, byte[] prefix, @Nullable RowKey after, int limit, BiConsumer<RowKey, byte[]> consumer) {
        byte[] from = after == null
                ? prefix
                : new Encoder(64).raw(prefix).raw(after.bytes()).u8(0).toBytes();
        try (Cursor cursor = database.scan(family, from, Keys.behind(prefix))) {
            RowKey last = null;
            long bytes = 0;
            for (int left = limit; left > 0 && bytes < READ_BYTES; left--) {
                if (!cursor.next()) {
                    return null;
                }
                byte[] key = cursor.key();
                byte[] value = cursor.value();
                last = RowKey.ofBytes(Arrays.copyOfRange(key, prefix.length, key.length));
                consumer.accept(last, value);
                bytes += value.length;
            }
            return last;
        }
    }

    @Override
    public void commit(SourceBatch batch) {
        SourceRecord source = beginWrite();
        requireWhole(source, batch);
        write(() -> {
            Changes changes = changes(source, batch);
            ledger.write(name, epoch, changes, r -> r.reached(batch.position()));
        });
    }

    @Override
    public void stage(SourceBatch part) {
        SourceRecord source = beginWrite();
        if (part.position() != null) {
            throw new IllegalArgumentException("the position comes with the seal");
        }
        Stages stages = source.stages().withTransaction();
        write(() -> {
            Changes changes = stage(source, stages.transaction(), part);
            SourceMeta.stageEntries(source.number(), stages.transaction(), part.entries(), changes.buffer());
            ledger.write(name, epoch, changes, r -> r.with(stages));
        });
    }

    @Override
    public void seal(SourceBatch last) {
        SourceRecord source = beginWrite();
        if (last.position() == null) {
            throw new IllegalArgumentException("a transaction ends at a position");
        }
        Stages stages = source.stages().withTransaction();
        Publication.Kind kind =
                source.isCopyStaged() ? Publication.Kind.TRANSACTION_TO_COPY : Publication.Kind.TRANSACTION;
        write(() -> {
            Changes changes = stage(source, stages.transaction(), last);
            SourceMeta.applyStagedEntries(database, source.number(), stages.transaction(), changes.buffer());
            SourceMeta.writeEntries(source.number(), last.entries(), changes.buffer());
            ledger.write(name, epoch, changes, r -> r.with(stages).sealed(last.position(), kind));
            publisher.finish(name, epoch);
        });
    }

    @Override
    public void startOver(SourceBatch first) {
        SourceRecord source = beginWrite();
        requireWhole(source, first);
        if (first.position() == null) {
            throw new IllegalArgumentException("a copy begins at a position");
        }
        write(() -> {
            Changes changes = ledger.newChanges();
            SourceMeta.writeEntries(source.number(), first.entries(), changes.buffer());
            ledger.write(name, epoch, changes, r -> r.startedOver().reached(first.position()));
        });
    }

    @Override
    public Set<String> unbuilt() {
        return unbuilt;
    }

    @Override
    public void built() {
        SourceRecord source = beginWrite();
        requireWhole(source, new SourceBatch());
        write(() -> ledger.write(
                name,
                epoch,
                ledger.newChanges(),
                r -> r.builtFor(generations.newest().orElseThrow().number())));
        unbuilt = Set.of();
    }

    @Override
    public void takePart(SourceBatch last) {
        SourceRecord source = beginWrite();
        requireWhole(source, last);
        write(() -> {
            Changes changes = changes(source, last);
            ledger.write(
                    name,
                    epoch,
                    changes,
                    r -> r.isCopyStaged()
                            ? r.sealed(last.position(), Publication.Kind.COPY)
                            : r.reached(last.position()).takingPart());
            publisher.finish(name, epoch);
        });
    }

    /** A stage that is open stays until the source is acquired or the storage is opened: nobody sees it. */
    @Override
    public void close() {
        isEnded = true;
    }

    private SourceRecord beginWrite() {
        if (isEnded) {
            throw new IllegalStateException("the session is closed or a write of it failed; acquire the source again");
        }
        SourceRecord source = ledger.source(name);
        return source.isDecided() ? source : ledger.write(name, epoch, ledger.newChanges(), this::decided);
    }

    /** Decides with the first write, under the commit lock, whether the first copy may go to the buckets directly. */
    private SourceRecord decided(SourceRecord source) {
        return source.registration() == null
                ? source
                : source.decided(ledger.state().mayFillDirectly(source));
    }

    private void write(Runnable action) {
        try {
            action.run();
        } catch (RuntimeException | Error e) {
            isEnded = true;
            throw e;
        }
    }

    /** The changes of whole transactions: differences to what is stored, or states for the copy stage. */
    private Changes changes(SourceRecord source, SourceBatch batch) {
        Changes changes = ledger.newChanges();
        writeNames(source, batch, changes);
        if (source.isCopyStaged()) {
            addStates(source, source.stages().copy(), batch, changes);
        } else {
            RowComparison comparison = new RowComparison(store, source, changes);
            batch.rows().forEach((table, states) -> comparison.compare(table.number(), table.table(), states));
        }
        SourceMeta.writeEntries(source.number(), batch.entries(), changes.buffer());
        return changes;
    }

    /** The changes that add a part to a stage; what it truncates is added before, in writes of its own. */
    private Changes stage(SourceRecord source, int stage, SourceBatch part) {
        for (TableHandle table : part.truncated()) {
            new TruncateExpansion(store, source, epoch).write(table);
        }
        Changes changes = ledger.newChanges();
        writeNames(source, part, changes);
        addStates(source, stage, part, changes);
        return changes;
    }

    private void addStates(SourceRecord source, int stage, SourceBatch batch, Changes changes) {
        Encoder record = new Encoder(1024);
        batch.rows()
                .forEach((table, states) -> states.forEach((key, state) -> {
                    byte[] staged = Keys.staged(source.number(), stage, table.number(), key.bytes());
                    RowState next = state instanceof RowState.Rebuilt rebuilt ? merged(staged, rebuilt) : state;
                    if (next != null) {
                        record.clear();
                        StagedState.write(record, next);
                        changes.buffer().put(Family.STAGED, staged, record);
                    }
                }));
    }

    /** What is staged under the key, rebuilt; null when the row is not staged, for what is published of it is replaced by what comes. */
    private @Nullable RowState merged(byte[] staged, RowState.Rebuilt rebuilt) {
        byte[] before = database.get(Family.STAGED, staged);
        RowState.Present present = before == null ? null : StagedState.decode(before);
        return present == null ? null : StagedState.merged(present, rebuilt);
    }

    private void writeNames(SourceRecord source, SourceBatch batch, Changes changes) {
        for (TableHandle table : batch.rows().keySet()) {
            if (named.add(table)) {
                SourceMeta.writeNames(source.number(), table.number(), table.table(), changes.buffer());
            }
        }
    }

    private static void requireWhole(SourceRecord source, SourceBatch batch) {
        if (source.stages().transaction() != 0) {
            throw new IllegalStateException("the stage of a transaction is open");
        }
        if (!batch.truncated().isEmpty()) {
            throw new IllegalArgumentException("a truncate is staged");
        }
    }
}
