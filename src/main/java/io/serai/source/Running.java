package io.serai.source;

import io.serai.change.SourcePosition;
import io.serai.source.SourceStatus.DivertedRow;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * The parts of a session that streams, for looks from outside. Thread-safe.
 *
 * @param resent how many rows of a table went through the route again, by its number
 */
record Running(
        SourcePosition from,
        LogQueue queue,
        StreamRouter stream,
        Committer committer,
        CopyState copies,
        Copier copier,
        Listings listings,
        Resending resending,
        Rebuilder rebuilder,
        List<SourceTable> tables,
        Map<Integer, Long> resent) {
    /** Whether something became durable since the session began. */
    boolean hasAdvanced() {
        return committer.position().compareTo(from) > 0;
    }

    /** Whether no stored row is still to be evaluated for a definition that came later. */
    boolean isBuilt() {
        return committer.isBuilt();
    }

    /** Whether the storage covers the position, and nothing that it entails is left to be read. */
    boolean hasCaughtUp(SourcePosition head) {
        return committer.takesPart()
                && !committer.isStaging()
                && committer.position().covers(head)
                && listings.incompleteCount() == 0
                && copies.isDone()
                && isBuilt()
                && !resending.isPending()
                && !committer.isWriting(); // asked last
    }

    /** How far this repair of a table is, or the one that follows from it. */
    RepairProgress progress(SourceTable table, Repair asked) {
        Repair pending = resending.pending(table);
        boolean isDone = pending == null && (asked != Repair.COPY || copies.isDone(table));
        long rows = asked == Repair.COPY
                ? copies.rows(table)
                : resent.getOrDefault(table.handle().number(), 0L);
        return new RepairProgress(
                table.table().toString(),
                pending == null ? asked : pending,
                isDone,
                rows,
                listings.diverted(table.handle()).size());
    }

    /** The repairs that are not done. */
    List<RepairProgress> repairs() {
        return tables.stream()
                .filter(table -> resending.pending(table) != null)
                .map(table -> progress(table, Repair.RESYNC))
                .toList();
    }

    /** How long ago the transaction was committed that the route is at. */
    Duration sinceLastBegun(Clock clock) {
        Instant last = stream.lastBegun();
        Duration since = last == null ? Duration.ZERO : Duration.between(last, clock.instant());
        return since.isNegative() ? Duration.ZERO : since;
    }

    /** The rows that the route diverted or that were refused. */
    List<DivertedRow> diverted() {
        return listings.divertedRows(tables);
    }
}
