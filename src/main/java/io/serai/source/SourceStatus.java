package io.serai.source;

import io.serai.change.SourcePosition;
import io.serai.error.ErrorCode;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a source is doing, as `status`, health and metrics show it. Immutable.
 *
 * @param source its id
 * @param kind the kind of database
 * @param state what it does now
 * @param problem why it is not running, empty while it is
 * @param takesPart whether checkpoints show it
 * @param position the durable position, empty before the first
 * @param lagBytes log that the server had and that was not durable here when it was last heard of, or -1
 * @param lag time since the commit of the oldest transaction that was read and is not durable, zero when there is none; unknown where {@code lagBytes} is -1
 * @param tables the progress of each table's copy, those that are done included
 * @param incomplete rows that are being read by key because the log did not send all their columns
 * @param diverted rows that the route diverted or that were refused
 * @param repairs those that were asked for and are not done
 * @param rebuilt stored rows that were evaluated for the sync config that is being built, or -1 when none is
 * @param facts what the database says of its side, e.g. the WAL that the slot retains
 */
public record SourceStatus(
        String source,
        String kind,
        State state,
        Optional<Problem> problem,
        boolean takesPart,
        Optional<SourcePosition> position,
        long lagBytes,
        Duration lag,
        List<TableProgress> tables,
        long incomplete,
        List<DivertedRow> diverted,
        List<RepairProgress> repairs,
        long rebuilt,
        Map<String, String> facts) {
    /** Copies the collections. */
    public SourceStatus {
        tables = List.copyOf(tables);
        diverted = List.copyOf(diverted);
        repairs = List.copyOf(repairs);
        facts = Map.copyOf(facts);
    }

    /** What a source does. */
    public enum State {
        /** Its database is checked and prepared. */
        STARTING,
        /** It streams, and copies tables beside that. */
        COPYING,
        /** It streams. */
        STREAMING,
        /** It failed and tries again after a delay. */
        RETRYING,
        /** It was told to stop. */
        STOPPED
    }

    /** Why a source is not running. */
    public record Problem(ErrorCode code, String message, Instant since, int attempts, Optional<Instant> nextTry) {}

    /** How far the copy of a table is; {@code estimatedRows} is the planner's, or -1. */
    public record TableProgress(
            String table, long rows, long estimatedRows, int chunksDone, int chunks, double rowsPerSecond) {
        /** Whether all its chunks are written. */
        public boolean isDone() {
            return chunksDone == chunks;
        }
    }

    /** A row that the route diverted or that was refused; the key as text is for operators only, never for logs. */
    public record DivertedRow(String table, List<String> key, String reason) {}
}
