package io.serai.storage;

import io.serai.bucket.BucketName;
import io.serai.bucket.BucketOp;
import io.serai.bucket.Lookup;
import io.serai.bucket.OpId;
import io.serai.change.RowKey;
import io.serai.change.SourcePosition;
import io.serai.error.SeraiException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Consumer;

/**
 * The storage of buckets: operations, row states, lookups and checkpoints of all sources. Thread-safe.
 *
 * <p>Visible is only what a {@link Checkpoint} shows: the operations up to its op id of the definitions that take part. A definition takes part
 * unless a source that writes it directly has not taken part yet. Nothing that a caller was told is stored is lost by a crash of the process
 * or of the machine: every write is synced before it returns.
 */
public interface BucketStorage extends AutoCloseable {
    /** A random text of 8 lower-case letters and digits, made when the storage was; a copy of the storage has the same. */
    String id();

    /** The generations of the sync config that are alive. */
    Generations generations();

    /**
     * Says which sync config there is to be. The first one is active at once, and so is one that comes before any checkpoint. Another one than the active
     * becomes the next generation, in the place of one that was being built: when all sources that have rows have built it, it is active, with one
     * checkpoint that shows all of it and nothing of what it does not have. Definitions that both have go on as they are. What no generation has
     * any more is removed in the background. Idempotent.
     *
     * @return the generations after this
     */
    Generations deploy(Deployment deployment);

    /**
     * Takes over the lease of {@code source} with a higher epoch: whoever held it before gets {@code STORAGE_FENCED} from then on. Unsealed
     * transaction stages of the source are dropped; its copy stage stays. Its rows are to be evaluated for all generations that are alive now.
     *
     * @param source the source's id, which a live generation has
     */
    SourceStorage acquire(String source);

    /** The sources that have state here. */
    Set<String> sources();

    /** Reads the durable state of a source without taking its lease; that of a source without state is empty. Entries as of the last commit. */
    SourceState state(String source);

    /**
     * The row as whole transactions of the source left it, with its places in buckets, or empty; without taking the lease. May be ahead of the newest
     * checkpoint. For people who look at one row: the cost grows with the number of buckets.
     */
    Optional<PlacedRow> row(String source, TableHandle table, RowKey key);

    /**
     * Removes all that is stored of a source but the epoch of its lease, in resumable pieces: its rows leave their buckets with REMOVE operations, which
     * the next checkpoint shows all at once. Whoever holds the lease is fenced. Idempotent.
     */
    void drop(String source);

    /** The newest checkpoint, or empty while no source has taken part. */
    Optional<Checkpoint> checkpoint();

    /** Whether the newest checkpoint shows the source: also one that is copied anew, as it was before. */
    default boolean isShown(String source) {
        return checkpoint()
                .map(checkpoint -> checkpoint.positions().containsKey(source))
                .orElse(false);
    }

    /** Is told of each new checkpoint, on the committing thread: return at once. Closing the handle ends it. */
    Subscription onCheckpoint(Consumer<Checkpoint> listener);

    /**
     * The buckets that have operations at the checkpoint, of the definitions that it shows, in the order of their names. This and all that reads at a
     * checkpoint throws {@link SeraiException} with {@code STORAGE_CHECKPOINT_GONE} when definitions that it shows are being removed, or a later one was compacted up to.
     */
    List<BucketName> buckets(Checkpoint checkpoint);

    /** Is told what each new checkpoint changed, on the committing thread: return at once. Closing the handle ends it. */
    Subscription onChanges(ChangeListener listener);

    /** What {@link #onChanges} calls new operations of the bucket, as of now: ask again when it was told of this. */
    Topic topic(BucketName bucket);

    /** What {@link #onChanges} calls another answer to {@link #lookups}. */
    Topic topic(String definition, String index, String key);

    /**
     * The number of the generation in which the definition was born that the checkpoint shows under this id, or that it will show: with the bucket's
     * name it names a bucket for ever.
     */
    long generation(String definition, Checkpoint checkpoint);

    /**
     * The next write checkpoint of a client, durable when this returns. It takes the place of the former one.
     *
     * @param wanted its id, as the client wants it; when the former one is not less, that stays. Empty for the next one
     * @param heads where the log of each source ends now
     */
    WriteCheckpoint requestWriteCheckpoint(ClientKey client, OptionalLong wanted, Map<String, SourcePosition> heads);

    /** The newest write checkpoint of a client, whether it was reached or not. */
    Optional<WriteCheckpoint> writeCheckpoint(ClientKey client);

    /** Of each of these sources, the number of its history, as a {@link WriteCheckpoint} has it. */
    Map<String, Integer> histories(Set<String> sources);

    /** Whether the checkpoint shows all that the sources had when it was asked for. A source that the active sync config lacks has nothing. */
    boolean isReached(WriteCheckpoint wanted, Checkpoint checkpoint);

    /** Hands the bucket's operations in ({@code after}, checkpoint], in op id order, to {@code consumer}. */
    void operations(BucketName bucket, OpId after, Checkpoint checkpoint, Consumer<BucketOp> consumer);

    /**
     * As above, but not more than a piece: at least one, if there is any.
     *
     * @return whether more follow
     */
    boolean operations(
            BucketName bucket, OpId after, Checkpoint checkpoint, PieceLimit limit, Consumer<BucketOp> consumer);

    /**
     * Makes buckets smaller without changing what clients end with that read them, from wherever: superseded operations become MOVE operations, and
     * what is left of rows that are gone, at the beginning of a bucket, becomes one CLEAR. Rows that stand before so many operations of others that these are ten times as
     * many as the rows are written again, with a checkpoint that shows them. Checksums stay as they are. A bucket of which less than a tenth is new since the last
     * time is left as it is. Operations behind the checkpoint are left, too; of checkpoints before it nothing can be read any more. Ends early, with
     * part of it done, when the thread is interrupted.
     *
     * @param upTo a checkpoint, not newer than the newest
     */
    Compaction compact(Checkpoint upTo);

    /** Count and checksum of the bucket at the checkpoint; costs the same whatever the number of operations. */
    BucketSum sum(BucketName bucket, Checkpoint checkpoint);

    /** The lookups of an index with this key as of the checkpoint. */
    List<Lookup> lookups(String definition, String index, String key, Checkpoint checkpoint);

    /** Closes it; unfinished stages stay and are finished or dropped when it opens again. */
    @Override
    void close();

    /** Ends what {@link #onCheckpoint} began. */
    interface Subscription extends AutoCloseable {
        @Override
        void close();
    }
}
