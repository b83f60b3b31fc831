package io.serai.source;

import io.serai.change.RowKey;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads rows of tables beside the log, on a connection of its own. Confined to one thread; closing it from another thread ends a read in progress
 * with an exception. A read sees at least all that {@code delivered} held when it began: it waits until a snapshot does.
 */
public interface SnapshotReader extends AutoCloseable {
    /**
     * Whether the log that is open may lack changes of the table, or have some of them as they were before the catalog became what is stored: what was
     * open then is decoded with the former catalog, and may leave the server with it. Waits until all of that has ended; whatever opens the log after
     * the present {@link SourceDatabase#head} has it whole.
     */
    default boolean needsALaterLog(SourceTable table) throws SQLException, InterruptedException {
        return false;
    }

    /** Splits the table as it is now into ranges of about {@code targetBytes} each; rows that appear later come with the log. */
    List<ChunkRange> plan(SourceTable table, long targetBytes) throws SQLException, InterruptedException;

    /** Reads a range; ends early, with the rest, when the rows handed over exceed {@code maxBytes}. */
    ChunkRead read(SourceTable table, ChunkRange range, long maxBytes, Delivered delivered, RowSink sink)
            throws SQLException, InterruptedException;

    /** Reads the rows with these keys; those that do not exist are simply missing. */
    ChunkRead read(SourceTable table, List<RowKey> keys, Delivered delivered, RowSink sink)
            throws SQLException, InterruptedException;

    /** Reads a whole table in one snapshot, which stays open until the sink has taken the last row: for a table without a key. */
    void read(SourceTable table, Delivered delivered, WholeSink sink) throws SQLException, InterruptedException;

    @Override
    void close();

    /** Takes the rows of a read. */
    interface RowSink {
        /** One complete row, encoded as in {@link io.serai.change.RowImage} for the table's relation; the sink owns the array. */
        void row(byte[] image) throws SQLException, InterruptedException;
    }

    /** Takes the rows of a whole table. */
    interface WholeSink extends RowSink {
        /** Makes the attempt while nothing that the log delivers is decided on; answers whether it succeeded. */
        boolean take(Attempt attempt) throws SQLException, InterruptedException;
    }

    /** Tries to take a snapshot that sees at least all that was delivered. */
    @FunctionalInterface
    interface Attempt {
        /** What the snapshot sees; null when that is not enough. */
        @Nullable
        Snapshot take() throws SQLException;
    }

    /** Which transactions of the log a snapshot sees. Immutable. */
    @FunctionalInterface
    interface Snapshot {
        /** What it sees of a transaction's changes. */
        Sight of(SourceTransaction transaction);
    }

    /** What a snapshot sees of a transaction. */
    enum Sight {
        /** All of it. */
        ALL,
        /** Nothing. */
        NOTHING,
        /** All or nothing: the transaction was being committed when the snapshot was taken. */
        UNCERTAIN
    }
}
