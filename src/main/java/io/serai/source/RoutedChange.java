package io.serai.source;

import io.serai.bucket.EvaluatedRow;
import io.serai.change.Row;
import io.serai.change.RowChange;
import io.serai.change.RowImage;
import io.serai.change.RowKey;
import io.serai.change.SourcePosition;
import io.serai.change.Value;
import io.serai.error.ErrorCode;
import io.serai.error.SeraiException;
import io.serai.syncrules.TableEvaluator;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A change on its way through a route, and what became of it. The steps of the route call it in order: {@link #complete}, {@link #evaluate},
 * {@link #store}. Meant for the thread that routes it; a call from another thread after the route returned is an error, never a silent loss,
 * so all state is guarded by this object's monitor.
 */
public final class RoutedChange {
    /** What became of the change. */
    enum Outcome {
        /** A filter stopped it, or nothing took it. */
        FILTERED,
        /** The storage step took it. */
        STORED,
        /** It has unknown columns and no earlier image to take them from. */
        INCOMPLETE,
        /** The route's own handler handled an exception. */
        DIVERTED,
        /** It cannot be stored: not convertible, or too large. */
        REFUSED
    }

    /** Where a change comes from. */
    enum Origin {
        /** The log of the source. */
        LOG,
        /** A copy that read the row. */
        COPY,
        /** The storage: the row goes through the route again as it is. */
        STORAGE,
        /** The log of the source, which took away one of several equal rows: this is the row that the others still are. */
        REMAINDER
    }

    private final String source;
    private final SourceTable table;
    private final SourceTransaction transaction;
    private final Origin origin;
    private final EarlierImages earlier;
    private final TableEvaluator evaluator;
    private final TableEvaluator.FailureListener failures;
    private final Sender sender;

    private RowChange change;
    private Outcome outcome = Outcome.FILTERED;
    private @Nullable Row row;
    private EvaluatedRow evaluated = EvaluatedRow.NOTHING;
    private String reason = "";
    private boolean passedPostImage;
    private boolean returned;

    RoutedChange(
            String source,
            SourceTable table,
            RowChange change,
            SourceTransaction transaction,
            Origin origin,
            EarlierImages earlier,
            TableEvaluator evaluator,
            TableEvaluator.FailureListener failures,
            Sender sender) {
        this.source = source;
        this.table = table;
        this.change = change;
        this.transaction = transaction;
        this.origin = origin;
        this.earlier = earlier;
        this.evaluator = evaluator;
        this.failures = failures;
        this.sender = sender;
    }

    /** The source's id. */
    public String source() {
        return source;
    }

    /** The change; after {@link #complete} with a complete image. */
    public synchronized RowChange change() {
        return change;
    }

    /** The place of the transaction's commit in the log; of a snapshot row, the position when its chunk was read. */
    public SourcePosition position() {
        return transaction.commitAt();
    }

    /** The transaction's id at the source, or 0 for a snapshot row. */
    public long transactionId() {
        return transaction.id();
    }

    /** When the transaction was committed at the source; of a snapshot row, when its chunk was read. */
    public Instant commitTime() {
        return transaction.commitTime();
    }

    /** Whether the log did not bring it: the row was read by a copy, or comes from the storage. */
    public boolean isSnapshot() {
        return switch (origin) {
            case COPY, STORAGE -> true;
            case LOG, REMAINDER -> false;
        };
    }

    /** Whether its source stops, so that it comes again unless it is stored by now; what a step fails with may have come of that alone. */
    public boolean isStopping() {
        return sender.isStopping();
    }

    /**
     * Takes unknown columns from the row's earlier image, this source's own earlier writes included.
     *
     * @return false when that is not possible: the change is noted as incomplete, and the route ends here for it; so it does for an image that cannot
     *     be a row, which is refused
     */
    public synchronized boolean complete() {
        requireOpen();
        passedPostImage = true;
        RowImage image = change.after();
        if (image == null) {
            return true;
        }
        if (image.isComplete()) {
            image.obstacle().ifPresent(this::refuse);
            return outcome != Outcome.REFUSED;
        }
        RowKey earlierKey = switch (change) {
            case RowChange.Update update -> update.oldKey();
            case RowChange.Insert insert -> insert.key();
            case RowChange.Delete delete -> delete.key();
            case RowChange.Truncate truncate -> throw new IllegalStateException("a truncate has no image");
        };
        RowImage before = earlier.image(table, earlierKey);
        if (before == null || !before.relation().equals(image.relation())) {
            outcome = Outcome.INCOMPLETE;
            return false;
        }
        RowImage completed = image.completedFrom(before);
        change = switch (change) {
            case RowChange.Insert insert -> new RowChange.Insert(insert.key(), completed);
            case RowChange.Update update -> new RowChange.Update(update.oldKey(), update.key(), completed);
            case RowChange.Delete delete -> delete;
            case RowChange.Truncate truncate -> truncate;
        };
        return true;
    }

    /** Evaluates the sync rules over {@code given}: the change's own, or what the route made of it. Nothing is stored yet. */
    public synchronized EvaluatedRow evaluate(Row given) {
        requireOpen();
        if (!passedPostImage) {
            throw new SeraiException(
                    ErrorCode.SOURCE_ROUTE_INCOMPLETE,
                    "A change reached the sync rules without having passed postImage",
                    "source " + source,
                    "Put the postImage step first.");
        }
        return evaluator.evaluate(given, failures);
    }

    /**
     * Takes what the rules made of the change for the open batch. Nothing is durable when this returns.
     *
     * @param given the row that was evaluated; null after a delete or truncate
     * @throws SeraiException {@code STORE_TAKEN_TWICE} the second time, and after the route returned
     */
    public synchronized void store(@Nullable Row given, EvaluatedRow made) {
        requireOpen();
        if (outcome == Outcome.STORED) {
            throw takenTwice("A change reached serai-storage a second time");
        }
        outcome = Outcome.STORED;
        row = given;
        evaluated = made;
    }

    /**
     * What the change gives the payloads of an event, as {@link TableEvaluator#payloads} says: nothing unless it was stored, has a row, and happened
     * at the source or was read there.
     */
    public synchronized List<Map<String, Value>> payloads(String event) {
        requireOpen();
        boolean fires = switch (origin) {
            case LOG, COPY -> true;
            case STORAGE, REMAINDER -> false;
        };
        Row stored = row;
        if (!fires || outcome != Outcome.STORED || stored == null) {
            return List.of();
        }
        return evaluator.payloads(event, stored, failures);
    }

    /** Notes that the row cannot be stored; it leaves its buckets and its key is listed with the reason (no row data). */
    public synchronized void refuse(String why) {
        requireOpen();
        outcome = Outcome.REFUSED;
        evaluated = EvaluatedRow.NOTHING;
        reason = why;
    }

    /** Notes that the route's own handler handled {@code cause}; what was stored before is taken back. */
    public synchronized void divert(Throwable cause) {
        requireOpen();
        outcome = Outcome.DIVERTED;
        evaluated = EvaluatedRow.NOTHING;
        reason = cause.getClass().getName();
    }

    /** Whether a step has said what becomes of it; a change of which none did is filtered. */
    public synchronized boolean isSettled() {
        return outcome != Outcome.FILTERED;
    }

    synchronized void end() {
        returned = true;
    }

    synchronized Outcome outcome() {
        return outcome;
    }

    synchronized EvaluatedRow evaluated() {
        return evaluated;
    }

    synchronized String reason() {
        return reason;
    }

    /** Whether the change passed the postImage step, which every route has first. */
    synchronized boolean passedPostImage() {
        return passedPostImage;
    }

    private void requireOpen() {
        if (returned) {
            SeraiException late = takenTwice("A change reached a Serai step after its exchange had returned");
            sender.cameLate(late);
            throw late;
        }
    }

    private SeraiException takenTwice(String what) {
        return new SeraiException(
                ErrorCode.STORE_TAKEN_TWICE,
                what,
                "source " + source + ", table " + table.table(),
                ErrorCode.STORE_TAKEN_TWICE.remedy());
    }

    /** Who sent the change through the route. */
    interface Sender {
        /** Whether it stops: what a step fails with may have come of that alone. */
        boolean isStopping();

        /** A step took the change when what became of it was settled already; called by the step's thread. */
        void cameLate(SeraiException failure);
    }

    /** Where the earlier image of a row is found. */
    @FunctionalInterface
    interface EarlierImages {
        /** The row's newest image, open and uncommitted batches included, or null. */
        @Nullable
        RowImage image(SourceTable table, RowKey key);
    }
}
