package io.serai.source;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.serai.change.SourcePosition;
import io.serai.source.Entries.CopyProgress;
import io.serai.source.SourceStatus.TableProgress;
import io.serai.storage.SourceBatch;
import io.serai.storage.SourceState;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * How far the copy of each table is, as it is stored: changes are made by the commit thread, which writes the entries of each change with the
 * rows that it belongs to. Thread-safe.
 */
final class CopyState {
    @GuardedBy("this")
    private final Map<SourceTable, Map<Integer, ChunkRange>> remaining = new HashMap<>();

    @GuardedBy("this")
    private final Map<SourceTable, @Nullable CopyProgress> progress = new HashMap<>();

    /** Tables whose former rows are still to leave. */
    @GuardedBy("this")
    private final Set<SourceTable> renewed = new LinkedHashSet<>();

    private final Collection<SourceTable> tables;
    private final Map<SourceTable, Long> estimates = new HashMap<>();
    private final long startedNanos = System.nanoTime();

    @GuardedBy("this")
    private final Map<SourceTable, Long> rowsSinceStart = new HashMap<>();

    CopyState(Collection<SourceTable> tables, SourceState state) {
        this.tables = List.copyOf(tables);
        for (SourceTable table : this.tables) {
            int number = table.handle().number();
            if (table.renewal() != null) {
                renewed.add(table);
            }
            estimates.put(table, Entries.estimate(state, number));
            progress.put(table, Entries.progress(state, number));
            remaining.put(table, new TreeMap<>(Entries.chunks(state, number)));
        }
    }

    /** Notes the ranges of a table's copy. */
    synchronized void plan(SourceTable table, List<ChunkRange> ranges, SourceBatch entries) {
        int number = table.handle().number();
        Map<Integer, ChunkRange> chunks = new TreeMap<>();
        for (ChunkRange range : ranges) {
            chunks.put(chunks.size(), range);
            entries.entry(Entries.chunk(number, chunks.size() - 1), Entries.text(range.text()));
        }
        remaining.put(table, chunks);
        store(table, new CopyProgress(chunks.size(), 0, 0), entries);
    }

    /** Notes that a chunk is written; what is left of its range becomes a chunk of its own. */
    synchronized void written(ReadChunk chunk, SourceBatch entries) {
        SourceTable table = chunk.table();
        int number = table.handle().number();
        CopyProgress next = planned(table).written(chunk.rowCount());
        ChunkChain chain = Objects.requireNonNull(chunk.chain());
        remainingOf(table).remove(chain.number());
        entries.entry(Entries.chunk(number, chain.number()), null);
        if (chunk.rest().isPresent()) {
            ChunkRange rest = chunk.rest().get();
            entries.entry(Entries.chunk(number, next.chunks()), Entries.text(rest.text()));
            remainingOf(table).put(next.chunks(), rest);
            chain.goesOnAs(next.chunks());
            next = next.withOneMoreChunk();
        }
        rowsSinceStart.merge(table, chunk.rowCount(), Long::sum);
        store(table, next, entries);
    }

    /** Tables whose copy is not planned yet. */
    synchronized List<SourceTable> unplanned() {
        List<SourceTable> unplanned = new ArrayList<>();
        for (SourceTable table : tables) {
            if (progress.get(table) == null && !table.isGone()) {
                unplanned.add(table);
            }
        }
        return unplanned;
    }

    /** The ranges that are still to be written, by chunk number. */
    synchronized Map<Integer, ChunkRange> remaining(SourceTable table) {
        return Map.copyOf(remainingOf(table));
    }

    /** The tables. */
    Collection<SourceTable> tables() {
        return tables;
    }

    /** Whether every table is copied, and what former rows had to leave has left. */
    synchronized boolean isDone() {
        for (SourceTable table : tables) {
            if (!isCopied(table)) {
                return false;
            }
        }
        return renewed.isEmpty();
    }

    /** Tables whose former rows can leave once the stream has reached {@code position}: nothing brings a row of them back. */
    synchronized List<SourceTable> sweepable(SourcePosition position) {
        List<SourceTable> sweepable = new ArrayList<>();
        for (SourceTable table : renewed) {
            if (isCopied(table)
                    && position.covers(Objects.requireNonNull(table.renewal()).since())) {
                sweepable.add(table);
            }
        }
        return sweepable;
    }

    /** Notes that a table's former rows have left. */
    synchronized void swept(SourceTable table, SourceBatch entries) {
        int number = table.handle().number();
        entries.entry(Entries.renewal(number), null);
        if (table.isGone()) {
            entries.entry(Entries.table(number), null);
            entries.entry(Entries.estimate(number), null);
            entries.entry(Entries.relation(table.relationNumber()), null);
        }
        renewed.remove(table);
    }

    /** Whether every row of the table was written. */
    synchronized boolean isCopied(SourceTable table) {
        CopyProgress of = progress.get(table);
        return table.isGone() || of != null && of.isDone();
    }

    /** Whether every row of the table was written, and what former rows had to leave has left. */
    synchronized boolean isDone(SourceTable table) {
        return isCopied(table) && !renewed.contains(table);
    }

    /** How many rows of the table were written. */
    synchronized long rows(SourceTable table) {
        CopyProgress of = progress.get(table);
        return of == null ? 0 : of.rows();
    }

    /** What `status` shows of it. */
    synchronized List<TableProgress> report() {
        double seconds = Math.max(0.001, (System.nanoTime() - startedNanos) / 1e9);
        List<TableProgress> report = new ArrayList<>();
        for (SourceTable table : tables) {
            if (table.isGone()) {
                continue;
            }
            CopyProgress of = progress.get(table);
            double rate = of != null && of.isDone() ? 0 : rowsSinceStart.getOrDefault(table, 0L) / seconds;
            report.add(
                    of == null
                            ? new TableProgress(
                                    table.table().toString(), 0, estimates.getOrDefault(table, -1L), 0, 1, 0)
                            : new TableProgress(
                                    table.table().toString(),
                                    of.rows(),
                                    estimates.getOrDefault(table, -1L),
                                    of.chunksDone(),
                                    of.chunks(),
                                    rate));
        }
        return report;
    }

    @GuardedBy("this")
    private void store(SourceTable table, CopyProgress next, SourceBatch entries) {
        progress.put(table, next);
        entries.entry(Entries.planned(table.handle().number()), Entries.encode(next));
    }

    @GuardedBy("this")
    private CopyProgress planned(SourceTable table) {
        CopyProgress of = progress.get(table);
        if (of == null) {
            throw new IllegalStateException("the copy of " + table.table() + " is not planned");
        }
        return of;
    }

    @GuardedBy("this")
    private Map<Integer, ChunkRange> remainingOf(SourceTable table) {
        return remaining.computeIfAbsent(table, t -> new TreeMap<>());
    }
}
