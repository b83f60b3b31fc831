package io.serai.storage;

import io.serai.change.RowKey;
import io.serai.error.SeraiException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The one writer of a source, by its lease. Reads are thread-safe; writes come from one thread at a time. Each write is atomic and durable
 * (synced) when it returns, or nothing of it is stored and it throws; after a failed write, close the session and acquire again.
 *
 * <p>Rows that were written before the source takes part are in no checkpoint. Whether they are written to their buckets directly or to the
 * source's copy stage is decided by the storage when the source is first acquired, and stored.
 *
 * <p>Every write throws {@link SeraiException} with {@code STORAGE_FENCED} when another session took the lease, and
 * {@code STORAGE_WRITE_FAILED} when it could not be made durable.
 */
public interface SourceStorage extends AutoCloseable {
    /** The fencing epoch of this session's lease. */
    long epoch();

    /** The generations that were alive when the session was acquired, for which rows are to be evaluated. */
    Generations generations();

    /** The durable state as of the last write. */
    SourceState state();

    /** The row as this source's writes left it, its open stages included, or null when it is not there. */
    @Nullable
    StoredRow row(TableHandle table, RowKey key);

    /**
     * Up to {@code limit} rows of the table behind {@code after}, fewer where they are large, in the order of their keys, as this source's whole
     * transactions left them.
     *
     * @param after null for the beginning
     */
    StoredRows rows(TableHandle table, @Nullable RowKey after, int limit);

    /**
     * Writes whole transactions, or rows of a copy: rows are compared with what is stored, and only differences become operations. When the source
     * takes part, a new checkpoint shows them. Not allowed while a transaction's stage is open.
     */
    void commit(SourceBatch batch);

    /**
     * Writes a part of one transaction, durable but in no checkpoint, and opens the transaction's stage with its first part. The batch has no
     * position. Entries become part of the state only with the seal.
     */
    void stage(SourceBatch part);

    /**
     * Writes the last part with the position after the transaction in one write that seals the stage, then publishes it: compares, makes
     * operations, in resumable pieces, while checkpoints are held. When this returns the transaction is published; after a crash in between the
     * storage goes on when it opens. Of a source that does not take part and has a copy stage, the transaction moves into that.
     */
    void seal(SourceBatch last);

    /**
     * Begins the source's copy anew, at the position of the batch, which may be before the stored one: from now on it does not take part, and what
     * it writes is staged. Checkpoints go on to show what they showed of it, until {@link #takePart}.
     */
    void startOver(SourceBatch first);

    /**
     * The definitions of the generations that were alive when the session was acquired that lack what rows which were stored before give them. Each such
     * row is to be written again, as {@link RowState.Rebuilt} or anew; then {@link #built} is called.
     */
    Set<String> unbuilt();

    /** Notes that no definition is {@link #unbuilt} any more. The generation that waited for it may become active with this, so a
     * source that is to take part does so first. */
    void built();

    /** Writes the batch and lets the source take part from now on; publishes its copy stage if it has one. Idempotent. */
    void takePart(SourceBatch last);

    /** Gives the session up, and with it the stage of an open transaction. The lease itself stays until the next acquires it. */
    @Override
    void close();
}
