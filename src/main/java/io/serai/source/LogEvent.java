package io.serai.source;

import io.serai.change.SourcePosition;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What waits between the log's reader and the route thread. Immutable; arrays are handed over, never written. */
sealed interface LogEvent {
    /** About how many bytes of heap it holds. */
    default int weight() {
        return 48;
    }

    /** A transaction begins. */
    record Begin(SourceTransaction transaction) implements LogEvent {
        Begin(long id, SourcePosition commitAt, Instant commitTime) {
            this(new SourceTransaction(id, commitAt, commitTime));
        }
    }

    /** A row changed. */
    @SuppressWarnings("ArrayRecordComponent") // handed over, never written
    record Change(LogSink.Kind kind, SourceTable table, byte @Nullable [] before, byte @Nullable [] after)
            implements LogEvent {
        @Override
        public int weight() {
            return 80 + (before == null ? 0 : before.length) + (after == null ? 0 : after.length);
        }
    }

    /** Tables lost all rows. */
    record Truncate(List<SourceTable> tables) implements LogEvent {}

    /** The transaction is whole. */
    record Commit(SourcePosition position) implements LogEvent {}

    /** The log was read up to here with no transaction open. */
    record Idle(SourcePosition position) implements LogEvent {}

    /** Rows that the copy of a table without a key read; the log has passed all that they have seen. */
    record Copied(SourceTable table, SourceTransaction read, List<byte[]> rows, int weight) implements LogEvent {}

    /** The copy of a table without a key is complete. */
    record CopyEnd(ReadChunk chunk) implements LogEvent {}
}
