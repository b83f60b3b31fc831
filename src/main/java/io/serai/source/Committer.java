package io.serai.source;

import io.serai.change.RowKey;
import io.serai.change.SourcePosition;
import io.serai.source.RoutedBatch.Listing;
import io.serai.storage.RowState.Absent;
import io.serai.storage.SourceBatch;
import io.serai.storage.SourceStorage;
import io.serai.storage.StoredRow;
import io.serai.storage.StoredRows;
import io.serai.storage.TableHandle;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * The commit thread of a source: everything that the source writes passes here, one write after the other. Only here are chunks joined to the
 * stream, and only what is durable here is acknowledged (I1). {@link #run} is confined to its thread; the rest is thread-safe.
 */
final class Committer {
    private static final int STREAM_SLOTS = 2;
    private static final Duration PATIENCE = Duration.ofMillis(100);
    private static final int SWEPT_AT_ONCE = 4096;
    private static final Duration CHUNK_PATIENCE = Duration.ofMillis(10);

    /** What the thread is asked to write. */
    sealed interface Work {
        /** Whole transactions. */
        record Transactions(RoutedBatch batch) implements Work {}

        /** A part of the transaction that is being staged. */
        record Part(RoutedBatch batch) implements Work {}

        /** The last part of the transaction that was staged, with the position after it. */
        record Seal(RoutedBatch batch) implements Work {}

        /** A chunk that was read, or rows that were read by key. */
        record Chunk(ReadChunk chunk) implements Work {}

        /** The ranges of a table that is to be copied. */
        record Plan(SourceTable table, List<ChunkRange> ranges) implements Work {}

        /** Stored rows that were evaluated for definitions that came after them. */
        record Rebuilt(Rebuilder.Piece piece) implements Work {}

        /** The end of a table's repair, after the rows that were sent through the route again; no transaction is being staged. */
        record Resent(SourceTable table) implements Work {}
    }

    private final SourceStorage storage;
    private final LogReader log;
    private final Delivered delivered;
    private final ChangedKeys changedKeys;
    private final Listings listings;
    private final CopyState copies;
    private final Copier copier;
    private final Resending resending;
    private final Rebuilder rebuilder;
    private final boolean mayBuild;
    private final Progress progress;
    private final ReadJoiner reads;

    private final LinkedBlockingQueue<Work> inbox = new LinkedBlockingQueue<>();
    private final Semaphore streamSlots = new Semaphore(STREAM_SLOTS);
    private final ConcurrentLinkedDeque<RoutedBatch> inFlight = new ConcurrentLinkedDeque<>();
    private final List<Work.Plan> plans = new ArrayList<>();
    /** Tables that are copied once the stream has passed the look that found them. */
    private final List<SourceTable> unplanned;
    /** How far the former rows of renewed tables have left. */
    private final Map<SourceTable, RowKey> sweptTo = new HashMap<>();

    private volatile SourcePosition position;
    private volatile boolean takesPart;
    private volatile boolean ending;
    private volatile boolean ended;
    private byte[] storedDelivered;
    private volatile boolean staging;
    private volatile boolean planning;
    private volatile boolean isWriting = true;
    private boolean sweeping;

    Committer(
            SourceStorage storage,
            SourcePosition position,
            LogReader log,
            Delivered delivered,
            ChangedKeys changedKeys,
            Listings listings,
            CopyState copies,
            Copier copier,
            Resending resending,
            Rebuilder rebuilder,
            boolean mayBuild,
            Progress progress) {
        this.storage = storage;
        this.position = position;
        this.takesPart = storage.state().takesPart();
        this.log = log;
        this.delivered = delivered;
        this.storedDelivered = delivered.encoded();
        this.changedKeys = changedKeys;
        this.listings = listings;
        this.copies = copies;
        this.unplanned = copies.unplanned();
        this.copier = copier;
        this.resending = resending;
        this.rebuilder = rebuilder;
        this.mayBuild = mayBuild;
        this.progress = progress;
        this.reads = new ReadJoiner(storage, changedKeys, listings, copies, copier, rebuilder, progress);
    }

    /** Writes until {@link #end} is called and everything that was submitted is written. */
    void run() throws InterruptedException {
        settle();
        while (true) {
            isWriting = false;
            Work work = inbox.poll(patience().toNanos(), TimeUnit.NANOSECONDS);
            isWriting = true;
            if (work != null) {
                write(work);
            } else if (ending) {
                return;
            } else if (reads.isWaiting() || planning) {
                log.requestPosition();
            }
            settle();
        }
    }

    /** Fails whoever hands over from now on; called when {@link #run} has returned and its failure is known. */
    void refuse() {
        ended = true;
        streamSlots.release(STREAM_SLOTS);
    }

    /** Hands over what the stream brought; blocks while the thread is behind. */
    void submit(Work work) throws InterruptedException {
        streamSlots.acquire();
        if (ended) {
            streamSlots.release();
            throw new CancellationException("the commit thread has ended");
        }
        batchOf(work).ifPresent(inFlight::addFirst);
        inbox.add(work);
    }

    /** Hands over what was read beside the stream; never blocks. */
    void submitRead(Work work) {
        inbox.add(work);
    }

    /** Makes {@link #run} return when everything that was submitted is written. */
    void end() {
        ending = true;
    }

    /** Whether nothing is being written or waits to be. */
    boolean isIdle() {
        return streamSlots.availablePermits() >= STREAM_SLOTS && inbox.isEmpty();
    }

    /** The batches that are not durable yet, newest first. */
    Iterable<RoutedBatch> inFlightNewestFirst() {
        return inFlight;
    }

    /** Whether the row is listed as incomplete. */
    boolean isIncomplete(TableHandle table, RowKey key) {
        return listings.get(table, key) instanceof Listing.Incomplete;
    }

    /** The durable position. */
    SourcePosition position() {
        return position;
    }

    /** Waits until the stream has passed all that was committed before this call, and answers where that is. For reading threads. */
    SourcePosition awaitHead(SourceDatabase database) throws SQLException, InterruptedException {
        SourcePosition head = database.head();
        while (!position.covers(head)) {
            log.requestPosition();
            TimeUnit.NANOSECONDS.sleep(CHUNK_PATIENCE.toNanos());
        }
        return head;
    }

    /** Whether the source takes part in checkpoints. */
    boolean takesPart() {
        return takesPart;
    }

    /** Whether every definition has what the stored rows give it. */
    boolean isBuilt() {
        return storage.unbuilt().isEmpty();
    }

    /** Whether something may be noted as done that is not durable yet. */
    boolean isWriting() {
        return isWriting;
    }

    /** Whether a large transaction is being staged or published. */
    boolean isStaging() {
        return staging;
    }

    /** Whether a read waits for the stream to pass it. */
    boolean awaitsPosition() {
        return copier.isWorking() || planning;
    }

    private Duration patience() {
        if (sweeping && !staging) {
            return Duration.ZERO;
        }
        return reads.isWaiting() || planning ? CHUNK_PATIENCE : PATIENCE;
    }

    private void write(Work work) throws InterruptedException {
        switch (work) {
            case Work.Transactions transactions -> {
                RoutedBatch batch = transactions.batch();
                commit(batch, listings.apply(batch, batch.rows()));
                noteChanged(batch);
                written(batch);
            }
            case Work.Part part -> {
                RoutedBatch batch = part.batch();
                staging = true;
                Runnable afterwards = listings.apply(batch, batch.rows());
                storage.stage(batch.rows());
                afterwards.run();
                noteChanged(batch);
                written(batch);
            }
            case Work.Seal seal -> {
                RoutedBatch batch = seal.batch();
                Runnable afterwards = listings.apply(batch, batch.rows());
                addTransactions(batch);
                storage.seal(batch.rows());
                staging = false;
                afterwards.run();
                noteChanged(batch);
                reached(batch);
                written(batch);
            }
            case Work.Chunk chunk -> reads.add(chunk.chunk());
            case Work.Plan plan -> plans.add(plan);
            case Work.Rebuilt pieces -> reads.add(pieces.piece());
            case Work.Resent resent -> writeResent(resent.table());
        }
    }

    private void writeResent(SourceTable table) {
        SourceBatch entries = new SourceBatch();
        entries.entry(Entries.repair(table.handle().number()), null);
        storage.commit(entries);
        resending.done(table);
        progress.advanced();
    }

    private void commit(RoutedBatch batch, Runnable afterwards) {
        addTransactions(batch);
        storage.commit(batch.rows());
        afterwards.run();
        reached(batch);
    }

    /** What the reads did not see, and the last transaction, belong to the position with which they are stored. */
    private void addTransactions(RoutedBatch batch) {
        byte[] encoded = delivered.encoded();
        if (!Arrays.equals(encoded, storedDelivered)) {
            batch.rows().entry(Entries.DELIVERED, encoded);
            storedDelivered = encoded;
        }
        if (batch.last() != null) {
            batch.rows().entry(Entries.LAST, Entries.encode(batch.last()));
        }
    }

    /** The write is durable: now, and not before, the source is told; but of the last transaction only with a later position. */
    private void reached(RoutedBatch batch) {
        SourcePosition reached = batch.rows().position();
        if (reached != null) {
            position = reached;
            log.acknowledge(batch.last() == null ? reached : batch.last().commitAt());
        }
    }

    private void noteChanged(RoutedBatch batch) {
        batch.rows().truncated().forEach(changedKeys::changedAll);
        batch.rows().rows().forEach((table, states) -> changedKeys.changed(table, states.keySet()));
        batch.listings().forEach((table, rows) -> changedKeys.changed(table, rows.keySet()));
    }

    private void written(RoutedBatch batch) {
        inFlight.removeLastOccurrence(batch);
        streamSlots.release();
        progress.advanced();
    }

    /** Does what became possible: chunks that the stream has passed, the next rows to be read by key, taking part. */
    private void settle() throws InterruptedException {
        if (staging) {
            return; // nothing else of the source is written before the transaction is published
        }
        plans.forEach(this::writePlan);
        plans.clear();
        reads.join(position);
        unplanned.removeIf(this::planIfPassed);
        planning = !unplanned.isEmpty();
        sweep();
        reads.readIncomplete();
        if (copies.isDone() && listings.incompleteCount() == 0 && rebuilder.isDone()) {
            becomeWhole();
        }
    }

    /**
     * All rows are stored and evaluated: what waited for that may be shown. The generation that was built is active last, because it must not be
     * before the source's rows are in checkpoints.
     */
    private void becomeWhole() {
        if (!takesPart) {
            storage.takePart(new SourceBatch());
            takesPart = true;
            progress.advanced();
        }
        if (mayBuild && !storage.unbuilt().isEmpty()) {
            storage.built();
            progress.advanced();
        }
    }

    private boolean planIfPassed(SourceTable table) {
        boolean passed =
                table.renewal() == null || position.covers(table.renewal().since());
        if (passed) {
            copier.plan(table);
        }
        return passed;
    }

    /** Lets a piece of the rows leave that are from before a table was renewed and that neither the copy nor the stream has touched since. */
    private void sweep() {
        sweeping = false;
        for (SourceTable table : copies.sweepable(position)) {
            if (listings.incomplete(table.handle(), 1).isEmpty()) {
                sweep(table);
            }
        }
    }

    private void sweep(SourceTable table) {
        StoredRows rows = storage.rows(table.handle(), sweptTo.get(table), SWEPT_AT_ONCE);
        RoutedBatch batch = new RoutedBatch();
        for (StoredRow row : rows.rows()) {
            if (isLeftOver(row, table)) {
                batch.put(table.handle(), row.key(), Absent.ABSENT);
            }
        }
        Runnable afterwards = listings.apply(batch, batch.rows());
        if (rows.last() == null) {
            copies.swept(table, batch.rows());
        } else {
            sweptTo.put(table, rows.last());
            sweeping = true;
        }
        storage.commit(batch.rows());
        afterwards.run();
        noteChanged(batch);
        progress.advanced();
    }

    private static boolean isLeftOver(StoredRow row, SourceTable table) {
        return table.isGone()
                || row.relation() != table.relationNumber()
                || table.isKeyless() && RowCount.of(row.image()).rows() <= 0;
    }

    private void writePlan(Work.Plan plan) {
        SourceBatch entries = new SourceBatch();
        copies.plan(plan.table(), plan.ranges(), entries);
        storage.commit(entries);
        copier.copy(plan.table(), copies.remaining(plan.table()));
    }

    private static Optional<RoutedBatch> batchOf(Work work) {
        return switch (work) {
            case Work.Transactions transactions -> Optional.of(transactions.batch());
            case Work.Part part -> Optional.of(part.batch());
            case Work.Seal seal -> Optional.of(seal.batch());
            case Work.Chunk chunk -> Optional.empty();
            case Work.Plan plan -> Optional.empty();
            case Work.Rebuilt pieces -> Optional.empty();
            case Work.Resent resent -> Optional.empty();
        };
    }
}
