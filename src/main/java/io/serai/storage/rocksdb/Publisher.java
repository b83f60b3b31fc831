package io.serai.storage.rocksdb;

import io.serai.change.RowKey;
import io.serai.storage.RowState;
import io.serai.storage.rocksdb.SourceRecord.Publication;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/**
 * Finishes what is too large for one write: publishes sealed stages, and removes sources. Each piece is one write that also says how far it came, so
 * that whoever opens the storage after a crash goes on from there. While one piece is written the next is prepared: they share no row. Checkpoints are held until the last piece, by {@link Ledger}. Thread-safe;
 * of two that work at one source, the one with the older lease is fenced.
 */
final class Publisher {
    private final Store store;
    private final Database database;
    private final Ledger ledger;

    Publisher(Store store) {
        this.store = store;
        this.database = store.database();
        this.ledger = store.ledger();
    }

    /** Goes on with the source's publication until its end; answers at once when there is none. */
    void finish(String source, long epoch) {
        SourceRecord record = ledger.source(source);
        Publication publication = record.publication();
        if (publication == null) {
            return;
        }
        try (ExecutorService ahead = Executors.newSingleThreadExecutor(
                Thread.ofPlatform().name("serai-publish").daemon().factory())) {
            Piece piece = prepare(record, publication);
            while (true) {
                Publication rest = piece.rest();
                CompletableFuture<Piece> next =
                        rest == null ? null : CompletableFuture.supplyAsync(() -> prepare(record, rest), ahead);
                ledger.write(source, epoch, piece.changes(), r -> rest == null ? r.publicationEnded() : r.with(rest));
                if (next == null) {
                    return;
                }
                piece = await(next);
            }
        }
    }

    private static Piece await(CompletableFuture<Piece> piece) {
        try {
            return piece.join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
    }

    /** A piece that can be written, and what is left after it; null is nothing. */
    private record Piece(Changes changes, @Nullable Publication rest) {}

    private Piece prepare(SourceRecord source, Publication current) {
        Changes changes = ledger.newChanges();
        PieceReader reader = switch (current.kind()) {
            case TRANSACTION -> publish(source, current, source.stages().transaction(), changes);
            case COPY -> publish(source, current, source.stages().copy(), changes);
            case TRANSACTION_TO_COPY -> moveToCopy(source, current, changes);
            case DROP -> drop(source, current, changes);
        };
        return new Piece(changes, reader.isAtEnd() ? null : current.at(reader.last()));
    }

    private PieceReader publish(SourceRecord source, Publication current, int stage, Changes changes) {
        byte[] prefix = Keys.stage(source.number(), stage);
        PieceReader reader = new PieceReader(store, Family.STAGED, prefix, current.cursor());
        RowPiece piece = new RowPiece(Keys.STAGED_KEY_AT);
        reader.read((key, value) -> {
            RowState.Present present = StagedState.decode(value);
            piece.add(key, present == null ? RowState.Absent.ABSENT : present);
            return key.length
                    + value.length
                    + (present == null ? 0 : present.evaluated().writtenBytes());
        });
        compare(source, piece, changes);
        if (reader.isAtEnd()) {
            changes.buffer().deleteAll(Family.STAGED, prefix);
        }
        return reader;
    }

    private PieceReader moveToCopy(SourceRecord source, Publication current, Changes changes) {
        byte[] prefix = Keys.stage(source.number(), source.stages().transaction());
        byte[] copy = Keys.stage(source.number(), source.stages().copy());
        PieceReader reader = new PieceReader(store, Family.STAGED, prefix, current.cursor());
        reader.read((key, value) -> {
            byte[] moved = key.clone();
            System.arraycopy(copy, 0, moved, 0, copy.length);
            changes.buffer().put(Family.STAGED, moved, value);
            return (long) moved.length + value.length;
        });
        if (reader.isAtEnd()) {
            changes.buffer().deleteAll(Family.STAGED, prefix);
        }
        return reader;
    }

    private PieceReader drop(SourceRecord source, Publication current, Changes changes) {
        PieceReader reader = new PieceReader(store, Family.ROWS, Keys.rows(source.number()), current.cursor());
        RowPiece piece = new RowPiece(Keys.ROW_KEY_AT);
        reader.read((key, value) -> {
            piece.add(key, RowState.Absent.ABSENT);
            return (long) key.length + value.length;
        });
        compare(source, piece, changes);
        if (reader.isAtEnd()) {
            SourceMeta.forget(source.number(), changes.buffer());
        }
        return reader;
    }

    private void compare(SourceRecord source, RowPiece piece, Changes changes) {
        RowComparison comparison = new RowComparison(store, source, changes);
        piece.rows.forEach((table, states) ->
                comparison.compare(table, SourceMeta.names(database, source.number(), table), states));
    }

    /** Row states by table, from keys that end with table and row key. */
    private static final class RowPiece {
        private final Map<Integer, Map<RowKey, RowState>> rows = new LinkedHashMap<>();
        private final int keyAt;

        RowPiece(int keyAt) {
            this.keyAt = keyAt;
        }

        void add(byte[] key, RowState state) {
            int table = new Decoder(key, keyAt - Integer.BYTES).i32();
            RowKey rowKey = RowKey.ofBytes(Arrays.copyOfRange(key, keyAt, key.length));
            rows.computeIfAbsent(table, t -> new LinkedHashMap<>()).put(rowKey, state);
        }
    }
}
