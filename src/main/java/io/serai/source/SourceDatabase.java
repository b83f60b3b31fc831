package io.serai.source;

import io.serai.change.ColumnType;
import io.serai.change.SourcePosition;
import io.serai.error.SeraiException;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One source database as the life cycle sees it; what differs between Postgres, MySQL and MongoDB is behind this. Thread-safe. Connections are
 * opened as they are needed; {@link #close} ends those that are left.
 */
public interface SourceDatabase extends AutoCloseable {
    /** The kind's name as in service.yaml, e.g. {@code postgresql}. */
    String kind();

    /** The schema of tables that the sync config names without one. */
    String defaultSchema();

    /** Compares the database with what replication needs, for the tables that the selection wants; changes nothing. */
    List<Finding> check(TableSelection selection) throws SQLException, InterruptedException;

    /** The statements that prepare the database for the selection, to be run by its owner ({@code serai setup}). */
    String setup(TableSelection selection) throws SQLException, InterruptedException;

    /** The tables that the selection wants and that are published, as they are now. Tables that this version cannot replicate throw. */
    List<CatalogTable> tables(TableSelection selection) throws SQLException, InterruptedException;

    /** Creates what keeps the log for us (a slot), dropping what an attempt that stored nothing left, and answers where the stream begins. */
    Start prepare() throws SQLException, InterruptedException;

    /**
     * Proves that the log goes on from the stored position.
     *
     * @param last the last transaction before {@code stored}, or null when none is known
     * @return what is to be stored instead of {@code start} before a later position is: it differs when the server was promoted
     * @throws SeraiException {@code SOURCE_LOST_HISTORY} or a code of the database's own family when it does not
     */
    Start verify(Start start, SourcePosition stored, @Nullable SourceTransaction last)
            throws SQLException, InterruptedException;

    /**
     * Compares the catalog with the tables as they are stored.
     *
     * @param suspects numbers of stored tables that the log described differently: they count as altered, whatever the catalog says now
     * @throws SeraiException when a table that is wanted is one that this version cannot replicate
     */
    CatalogLook compare(List<SourceTable> stored, Set<Integer> suspects, TableSelection selection)
            throws SQLException, InterruptedException;

    /** What the log has delivered and reads may not see, as it was stored, or as {@link Start#delivered} gave it. */
    Delivered delivered(byte[] encoded);

    /**
     * Opens the log after {@code from}; changes of tables that the selection does not want are skipped, and so are those before {@code lookedAt}
     * of tables that are not stored.
     *
     * @param last the last transaction before {@code from}: unless it was acknowledged, the log begins with it, which proves that it goes on from
     *     there; null when none is known. A log that has another transaction before {@code from} fails with {@code SOURCE_LOST_HISTORY}
     */
    LogReader log(
            SourcePosition from,
            @Nullable SourceTransaction last,
            List<SourceTable> tables,
            TableSelection selection,
            SourcePosition lookedAt)
            throws SQLException, InterruptedException;

    /** What the log that is kept for us is called at the server, for a reader that is not ours: a slot, or the number of a replica. */
    default String logName() {
        throw new UnsupportedOperationException("only Serai reads the log of " + kind());
    }

    /**
     * Leaves the log to a reader that is not ours, instead of {@link #log}: gives up what {@link #prepare} and {@link #verify} keep open for it.
     *
     * @throws SeraiException when such a reader would lose changes of these tables
     */
    default void leaveLog(List<SourceTable> tables) throws SQLException, InterruptedException {
        throw new UnsupportedOperationException("only Serai reads the log of " + kind());
    }

    /** The position that {@link SourcePosition#text} gave. */
    SourcePosition position(String text);

    /** Opens a connection for reads beside the log. */
    SnapshotReader snapshotReader() throws SQLException, InterruptedException;

    /** A position that all commits up to now are at or before; writes a marker where the log would not reach it by itself. */
    SourcePosition head() throws SQLException, InterruptedException;

    /** What {@code serai status} shows of the database's side, e.g. the WAL that the slot retains; empty when it cannot be asked. */
    Map<String, String> facts();

    /** What the server is that was asked last, in words, e.g. {@code primary, Postgres 17.5}; empty when it cannot be asked. */
    String server();

    /** Bytes of log between the positions, or -1 when positions do not tell. */
    long bytesBetween(SourcePosition earlier, SourcePosition later);

    /** Drops what {@link #prepare} created. Idempotent. */
    void teardown() throws SQLException, InterruptedException;

    /** The type that {@link ColumnType#encoded} gave. */
    ColumnType columnType(String encoded);

    /** Gives up what a session keeps that has ended, with or without a log: the address may lead to another server from now on. */
    default void endSession() throws InterruptedException {}

    /** What a failure of the driver means: a code, and whether it passes. */
    SeraiException explain(Throwable failure);

    @Override
    void close();

    /**
     * Where a stream begins.
     *
     * @param position the stream delivers exactly the transactions after it
     * @param identity what names the server, timeline, database and slot, in a text of the database's own
     * @param delivered the first stored form of {@link Delivered}, or null for none
     */
    @SuppressWarnings("ArrayRecordComponent") // written once, to the storage
    record Start(SourcePosition position, String identity, byte @Nullable [] delivered) {}
}
