package io.serai.storage.rocksdb;

import io.serai.change.SourcePosition;
import io.serai.storage.Checkpoint;
import io.serai.storage.ClientKey;
import io.serai.storage.WriteCheckpoint;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** The newest write checkpoint of each client. Thread-safe. */
final class WriteCheckpoints {
    private final Database database;
    private final Ledger ledger;
    /** Comes before the commit lock. */
    private final ReentrantLock lock = new ReentrantLock();

    WriteCheckpoints(Store store) {
        this.database = store.database();
        this.ledger = store.ledger();
    }

    WriteCheckpoint request(ClientKey client, OptionalLong wanted, Map<String, SourcePosition> heads) {
        lock.lock();
        try {
            Optional<WriteCheckpoint> former = find(client);
            long last = former.map(WriteCheckpoint::id).orElse(0L);
            if (former.isPresent() && wanted.isPresent() && wanted.getAsLong() <= last) {
                return former.get();
            }
            WriteCheckpoint next = new WriteCheckpoint(
                    wanted.orElseGet(() -> Math.addExact(last, 1)), heads, histories(heads.keySet()));
            Changes changes = ledger.newChanges();
            changes.buffer().put(Family.META, Keys.writeCheckpoint(client), encode(next));
            ledger.write(state -> state, changes);
            return next;
        } finally {
            lock.unlock();
        }
    }

    Map<String, Integer> histories(Set<String> sources) {
        Map<String, SourceRecord> records = ledger.state().sources();
        Map<String, Integer> histories = new HashMap<>();
        sources.forEach(source -> histories.put(source, lastStage(records.get(source))));
        return histories;
    }

    private static int lastStage(@Nullable SourceRecord source) {
        return source == null ? 0 : source.stages().last();
    }

    Optional<WriteCheckpoint> find(ClientKey client) {
        byte[] stored = database.get(Family.META, Keys.writeCheckpoint(client));
        return stored == null ? Optional.empty() : Optional.of(decode(stored));
    }

    boolean isReached(WriteCheckpoint wanted, Checkpoint checkpoint) {
        StorageState state = ledger.state();
        for (Map.Entry<String, SourcePosition> head : wanted.heads().entrySet()) {
            String source = head.getKey();
            boolean isInUse = state.generations()
                    .active()
                    .filter(active -> active.deployment().sources().containsKey(source))
                    .isPresent();
            if (isInUse && !isReached(source, head.getValue(), wanted, checkpoint, state)) {
                return false;
            }
        }
        return true;
    }

    private static boolean isReached(
            String source, SourcePosition head, WriteCheckpoint wanted, Checkpoint checkpoint, StorageState state) {
        SourcePosition shown = checkpoint.positions().get(source);
        SourceRecord record = state.sources().get(source);
        if (shown == null || record == null || !record.takesPart()) {
            return false;
        }
        if (record.stages().history() > wanted.histories().getOrDefault(source, 0)) {
            // The head is of a log that no position compares with. What took its place is shown by the newest
            // checkpoint.
            return checkpoint.equals(state.checkpoint()) && !state.isCheckpointDue();
        }
        return shown.covers(head);
    }

    private static byte[] encode(WriteCheckpoint checkpoint) {
        Encoder out =
                new Encoder(128).i64(checkpoint.id()).varint(checkpoint.heads().size());
        checkpoint.heads().forEach((source, head) -> {
            Positions.write(out.text(source), head);
            out.i32(checkpoint.histories().getOrDefault(source, 0));
        });
        return out.toBytes();
    }

    private static WriteCheckpoint decode(byte[] stored) {
        Decoder in = new Decoder(stored);
        long id = in.i64();
        Map<String, SourcePosition> heads = new HashMap<>();
        Map<String, Integer> histories = new HashMap<>();
        for (int left = in.varint(); left > 0; left--) {
            String source = in.text();
            heads.put(source, Objects.requireNonNull(Positions.read(in)));
            histories.put(source, in.i32());
        }
        return new WriteCheckpoint(id, heads, histories);
    }
}
