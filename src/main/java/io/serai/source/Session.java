package io.serai.source;

import io.serai.change.SourcePosition;
import io.serai.error.ErrorCode;
import io.serai.error.SeraiException;
import io.serai.source.SourceDatabase.Start;
import io.serai.storage.Generations;
import io.serai.storage.SourceBatch;
import io.serai.storage.SourceState;
import io.serai.storage.SourceStorage;
import io.serai.storage.TableHandle;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One try at replicating a source, from its check to the first failure: a reader, a route thread, a commit thread and threads that copy. Nothing
 * in memory outlives it; the next try begins at what is stored. {@link #run} is called once; {@link #stop} and the looks are thread-safe.
 */
final class Session {
    private static final Logger LOG = LoggerFactory.getLogger(Session.class);
    private static final Duration READ_PATIENCE = Duration.ofMillis(100);
    private static final Duration KEEP_ALIVE = Duration.ofSeconds(1);
    private static final Duration DRAIN = Duration.ofSeconds(10);
    private static final Duration INTERRUPTED = Duration.ofSeconds(5);

    private final String source;
    private final SourceDatabase database;
    private final RulesInUse rules;
    private final TableSelection selection;

    private final Router router;
    private final ReplicationSettings settings;
    private final ThreadFactory threads;
    private final Clock clock;
    private final Progress progress;
    private final BooleanSupplier positionAwaited;
    /** Numbers of tables that an earlier session found to be not what is stored; thread-safe, emptied when they are renewed. */
    private final Set<Integer> suspects;
    /** How many rows of a table went through the route again, by its number; thread-safe. */
    private final Map<Integer, Long> resent;

    private final Semaphore looksAsked = new Semaphore(0);
    private volatile long lookBeganNanos = System.nanoTime();

    private final CompletableFuture<@Nullable Throwable> end = new CompletableFuture<>();
    private volatile @Nullable Running running;
    private volatile @Nullable SeraiException obstacle;
    private volatile boolean stopping;

    Session(
            String source,
            SourceDatabase database,
            RulesInUse rules,
            Router router,
            ReplicationSettings settings,
            ThreadFactory threads,
            Clock clock,
            Progress progress,
            BooleanSupplier positionAwaited,
            Set<Integer> suspects,
            Map<Integer, Long> resent) {
        this.source = source;
        this.database = database;
        this.rules = rules;
        this.selection = rules.tables();
        this.router = router;
        this.settings = settings;
        this.threads = threads;
        this.clock = clock;
        this.progress = progress;
        this.positionAwaited = positionAwaited;
        this.suspects = suspects;
        this.resent = resent;
    }

    /**
     * Replicates until {@link #stop} is called, then returns, or until something fails, then throws it. Transactions that were read whole before are
     * durable in both cases.
     */
    void run(SourceStorage storage) throws Throwable {
        reportWarnings(check());
        if (obstacle != null) {
            LOG.atError()
                    .addKeyValue("source", source)
                    .addKeyValue("failure", obstacle.getMessage())
                    .log("The new sync config is not built: its tables cannot be replicated; the former one is used");
        }
        SourceState stored = storage.state();
        if (stored.position().isEmpty()) {
            begin(storage);
        } else {
            verifyOrStartOver(storage, stored);
        }
        SourcePosition lookedAt = renewTables(storage);
        if (!Entries.tables(storage.state(), database).equals(Entries.tables(stored, database))) {
            check(); // what was stored just now may be newer than what was checked
        }
        SourceState state = storage.state();
        SourcePosition position = state.position().orElseThrow();
        List<SourceTable> tables = List.copyOf(Entries.tables(state, database).values());
        if (stopping) {
            return;
        }
        byte[] delivered = state.entries().getOrDefault(Entries.DELIVERED, new byte[0]);
        try (LogReader log = database.log(position, Entries.last(state, database), tables, selection, lookedAt)) {
            try {
                replicate(storage, state, position, tables, log, database.delivered(delivered));
            } catch (SeraiException e) {
                if (e.code() == ErrorCode.SOURCE_LOST_HISTORY) {
                    remember(storage, e);
                }
                throw e;
            } finally {
                suspects.addAll(log.alteredTables());
            }
        }
    }

    /**
     * Builds the newest generation from what is stored, with no stream beside: its database cannot be had. Does nothing where that would not make it whole.
     */
    void rebuildAlone(SourceStorage storage) throws InterruptedException {
        SourceState state = storage.state();
        Listings listings = new Listings(Entries.listings(state));
        List<SourceTable> tables = List.copyOf(Entries.tables(state, database).values());
        boolean isWhole = state.takesPart()
                && !rules.hasNewTables()
                && listings.incompleteCount() == 0
                && new CopyState(tables, state).isDone();
        if (storage.unbuilt().isEmpty() || !isWhole) {
            return;
        }
        Rebuilder rebuilder = new Rebuilder(
                storage, tables, router.rebuilding(storage.unbuilt()), new ChangedKeys(), listings, clock);
        SourceTransaction now = new SourceTransaction(0, state.position().orElseThrow(), clock.instant());
        BooleanSupplier isStaging = () -> false;
        for (Rebuilder.Piece piece = rebuilder.next(isStaging);
                piece != null && !stopping;
                piece = rebuilder.next(isStaging)) {
            rebuilder.route(piece, now);
            listings.apply(piece.batch(), piece.batch().rows());
            storage.commit(piece.batch().rows());
            rebuilder.written(piece, false);
        }
        if (rebuilder.isDone()) {
            storage.built();
        }
    }

    /** Compares the catalog with what is stored, and stores what is different; answers where it looked. */
    private SourcePosition renewTables(SourceStorage storage) throws SQLException, InterruptedException {
        SourceState state = storage.state();
        NavigableMap<Integer, SourceTable> tables = Entries.tables(state, database);
        CatalogLook look = Renewals.withReadAgain(
                state, tables.values(), database.compare(List.copyOf(tables.values()), suspects, selection));
        if (!look.differences().isEmpty()) {
            storage.commit(Renewals.write(state, tables, look));
            for (CatalogLook.Difference difference : look.differences()) {
                LOG.atInfo()
                        .addKeyValue("source", source)
                        .addKeyValue("found", difference.text())
                        .log("A table is followed as the catalog has it now");
            }
        }
        suspects.clear();
        return look.at();
    }

    /** Asks for a look at the catalog now. */
    void look() {
        looksAsked.release();
    }

    /** Whether a look at the catalog that led to nothing, or to this session, began after this {@link System#nanoTime}. */
    boolean hasLookedSince(long nanos) {
        return lookBeganNanos - nanos > 0;
    }

    /** Ends the session soon: the transactions that were routed whole become durable, the rest is read again later. */
    void stop() {
        stopping = true;
        end.complete(null);
    }

    /** The generations that it evaluates rows for. */
    Generations generations() {
        return rules.generations();
    }

    /** What runs, or null before the stream was opened. */
    @Nullable
    Running running() {
        return running;
    }

    /** The warnings of the check; an error fails the session. */
    private List<Finding> check() throws SQLException, InterruptedException {
        List<Finding> warnings = new ArrayList<>();
        List<Finding> errors = new ArrayList<>();
        for (Finding finding : database.check(rules.newestTables())) {
            (finding.severity() == Finding.Severity.ERROR ? errors : warnings).add(finding);
        }
        obstacle = errors.isEmpty() ? null : failedCheck(errors);
        if (obstacle != null && !canServeTheActiveOne()) {
            throw obstacle;
        }
        return warnings;
    }

    /** Whether what the check found keeps only the next generation from being built. */
    private boolean canServeTheActiveOne() throws SQLException, InterruptedException {
        return rules.generations().next().isPresent()
                && database.check(rules.activeTables()).stream()
                        .noneMatch(finding -> finding.severity() == Finding.Severity.ERROR);
    }

    /** What keeps the next generation from being built, while the active one is served; null for nothing. */
    @Nullable
    SeraiException obstacle() {
        return obstacle;
    }

    private void reportWarnings(List<Finding> warnings) {
        for (Finding finding : warnings) {
            LOG.atWarn()
                    .addKeyValue("code", finding.code().code())
                    .addKeyValue("source", source)
                    .addKeyValue("found", finding.found())
                    .addKeyValue("fix", finding.fix())
                    .log("The check of the source has a warning");
        }
    }

    private SeraiException failedCheck(List<Finding> errors) {
        Finding first = errors.get(0);
        String others = errors.size() == 1 ? "" : " (and " + (errors.size() - 1) + " more: run `serai check`)";
        return new SeraiException(
                first.code(),
                first.found() + "; needed: " + first.needed() + others,
                "source " + source,
                first.fix().isEmpty() ? first.code().remedy() : first.fix());
    }

    /** The first start: the log is kept for us before the tables are looked at, and both are stored in one write. */
    private void begin(SourceStorage storage) throws SQLException, InterruptedException {
        Start start = database.prepare();
        SourceBatch batch = new SourceBatch();
        addStart(start, batch);
        int number = 0;
        for (CatalogTable table : database.tables(selection)) {
            SourceTable stored = new SourceTable(
                    new TableHandle(number, table.relation().table()), number, table.relation(), table.identity());
            batch.entry(Entries.relation(number), Entries.encode(table.relation()));
            batch.entry(Entries.table(number), Entries.encode(stored));
            batch.entry(Entries.estimate(number), Entries.text(Long.toString(table.estimatedRows())));
            number++;
        }
        storage.commit(batch);
        LOG.atInfo()
                .addKeyValue("source", source)
                .addKeyValue("position", start.position().text())
                .addKeyValue("tables", number)
                .log("Source prepared");
    }

    /**
     * Proves that the log goes on from the stored position, or deals with its loss. A loss is stored before anything is done about it: a server that
     * went back may have grown past the stored position when it is asked again, and would seem to go on.
     */
    private void verifyOrStartOver(SourceStorage storage, SourceState state) throws SQLException, InterruptedException {
        byte[] known = state.entries().get(Entries.LOST);
        SeraiException loss = known == null
                ? lossOf(storage, state)
                : new SeraiException(
                        ErrorCode.SOURCE_LOST_HISTORY, Entries.text(known), "", ErrorCode.SOURCE_LOST_HISTORY.remedy());
        if (loss == null) {
            return;
        }
        boolean waits = settings.onLostHistory() == OnLostHistory.WAIT;
        if (known == null && (!waits || loss.code() == ErrorCode.SOURCE_LOST_HISTORY)) {
            remember(storage, loss);
        }
        if (waits) {
            throw loss;
        }
        startOver(storage, state, loss);
    }

    private static void remember(SourceStorage storage, SeraiException loss) {
        SourceBatch batch = new SourceBatch();
        batch.entry(Entries.LOST, Entries.text(loss.found()));
        storage.commit(batch);
    }

    private @Nullable SeraiException lossOf(SourceStorage storage, SourceState state)
            throws SQLException, InterruptedException {
        try {
            verify(storage, start(state), state.position().orElseThrow(), Entries.last(state, database));
            return null;
        } catch (SeraiException e) {
            if (e.code().isLostHistory()) {
                return e;
            }
            throw e;
        }
    }

    /** Nothing of what is stored belongs to the log that begins now; all tables are copied again, and only differences become operations. */
    private void startOver(SourceStorage storage, SourceState state, SeraiException cause)
            throws SQLException, InterruptedException {
        Start start = database.prepare();
        SourceBatch batch =
                Renewals.write(state, Entries.tables(state, database), database.tables(selection), start.position());
        addStart(start, batch);
        batch.entry(Entries.LOST, null);
        storage.startOver(batch);
        LOG.atWarn()
                .addKeyValue("code", cause.code().code())
                .addKeyValue("source", source)
                .addKeyValue("found", cause.found())
                .addKeyValue("position", start.position().text())
                .log("History is lost: the source is copied again, and what was copied before is served meanwhile");
    }

    private static void addStart(Start start, SourceBatch batch) {
        batch.position(start.position());
        batch.entry(Entries.START, Entries.text(start.identity()));
        batch.entry(Entries.DELIVERED, start.delivered());
        batch.entry(Entries.LAST, null);
    }

    /** What the database answers is stored before a later position is, because only up to this one the former answer holds. */
    private void verify(SourceStorage storage, Start start, SourcePosition stored, @Nullable SourceTransaction last)
            throws SQLException, InterruptedException {
        Start proved = database.verify(start, stored, last);
        if (!proved.identity().equals(start.identity())) {
            SourceBatch batch = new SourceBatch();
            batch.entry(Entries.START, Entries.text(proved.identity()));
            storage.commit(batch);
        }
    }

    private static Start start(SourceState state) {
        byte[] identity = state.entries().get(Entries.START);
        return new Start(state.position().orElseThrow(), identity == null ? "" : Entries.text(identity), null);
    }

    private void replicate(
            SourceStorage storage,
            SourceState state,
            SourcePosition position,
            List<SourceTable> tables,
            LogReader log,
            Delivered delivered)
            throws Throwable {
        LogQueue queue = new LogQueue(settings.queueBytes(), delivered);
        ChangedKeys changedKeys = new ChangedKeys();
        Listings listings = new Listings(Entries.listings(state));
        CopyState copies = new CopyState(tables, state);
        KeylessTables keyless = new KeylessTables(tables, copies, suspects);
        Copier copier = new Copier(database, router, copies, changedKeys, delivered, settings, clock, queue, keyless);
        Resending resending = new Resending(storage, state, tables, listings, resent);
        Rebuilder rebuilder =
                new Rebuilder(storage, tables, router.rebuilding(storage.unbuilt()), changedKeys, listings, clock);
        Committer committer = new Committer(
                storage,
                position,
                log,
                delivered,
                changedKeys,
                listings,
                copies,
                copier,
                resending,
                rebuilder,
                obstacle == null,
                progress);
        StreamRouter stream = new StreamRouter(
                queue,
                router,
                committer,
                storage,
                settings.maxBatchBytes(),
                () -> positionAwaited.getAsBoolean() || committer.awaitsPosition(),
                keyless,
                resending,
                clock);
        running =
                new Running(position, queue, stream, committer, copies, copier, listings, resending, rebuilder, tables);
        LOG.atInfo()
                .addKeyValue("source", source)
                .addKeyValue("position", position.text())
                .addKeyValue("copying", !copies.isDone())
                .log("Streaming");

        Thread committing = start("commit", committer::run, committer::refuse);
        Thread routing = start("route", stream::run);
        Thread reading = start("read", () -> read(log, queue));
        List<Thread> beside = new ArrayList<>();
        for (int i = 0; i < settings.snapshotThreads(); i++) {
            beside.add(start("copy-" + i, () -> copier.run(committer)));
            if (!rebuilder.isDone()) {
                beside.add(start("rebuild-" + i, () -> rebuilder.run(committer)));
            }
        }
        beside.add(start("catalog", () -> compareAgainAndAgain(tables)));

        Throwable failure = await();
        stopping = true;
        copier.end();
        rebuilder.end();
        beside.forEach(Thread::interrupt);
        if (failure == null) {
            stream.hurry();
        }
        join(reading, INTERRUPTED);
        routing.join(DRAIN.toMillis());
        stream.hurry(); // before it is interrupted: what a step makes of an interrupt must not be taken for the
        // change's fate
        join(routing, INTERRUPTED);
        committer.end();
        join(committing, DRAIN);
        for (Thread thread : beside) {
            join(thread, INTERRUPTED);
        }
        if (failure != null) {
            throw failure;
        }
    }

    private @Nullable Throwable await() throws InterruptedException {
        try {
            return end.get();
        } catch (ExecutionException e) {
            return e.getCause();
        }
    }

    private void read(LogReader log, LogQueue queue) throws SQLException, InterruptedException {
        try {
            long spoke = System.nanoTime();
            while (!stopping) {
                if (queue.isFull()) {
                    queue.awaitSpace(READ_PATIENCE);
                    if (System.nanoTime() - spoke > KEEP_ALIVE.toNanos()) {
                        log.keepAlive();
                        spoke = System.nanoTime();
                    }
                } else {
                    log.read(queue, READ_PATIENCE);
                    queue.flush();
                }
            }
        } finally {
            queue.end();
        }
    }

    private void compareAgainAndAgain(List<SourceTable> tables) throws SQLException, InterruptedException {
        while (!stopping) {
            if (looksAsked.tryAcquire(settings.catalogInterval().toNanos(), TimeUnit.NANOSECONDS)) {
                looksAsked.drainPermits();
            }
            long began = System.nanoTime();
            CatalogLook look = database.compare(tables, Set.of(), selection);
            if (!look.differences().isEmpty()) {
                throw new SeraiException(
                        ErrorCode.SOURCE_TABLE_CHANGED,
                        look.differences().get(0).text(),
                        "source " + source,
                        ErrorCode.SOURCE_TABLE_CHANGED.remedy());
            }
            if (obstacle != null && isMended()) {
                stop();
                return;
            }
            lookBeganNanos = began;
            progress.advanced();
        }
    }

    private boolean isMended() throws SQLException, InterruptedException {
        return database.check(rules.newestTables()).stream()
                .noneMatch(finding -> finding.severity() == Finding.Severity.ERROR);
    }

    private Thread start(String role, Body body) {
        return start(role, body, () -> {});
    }

    private Thread start(String role, Body body, Runnable afterwards) {
        Thread thread = threads.newThread(() -> {
            try {
                body.run();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                failUnlessStopping(e);
            } catch (Throwable e) { // the outermost frame of a thread: whatever it is, it ends the session
                failUnlessStopping(e);
            } finally {
                afterwards.run();
            }
        });
        thread.setName("serai-" + source + "-" + role);
        thread.start();
        return thread;
    }

    private void failUnlessStopping(Throwable failure) {
        if (!stopping) {
            end.complete(failure);
        } else {
            LOG.atDebug().addKeyValue("source", source).setCause(failure).log("A thread ended while the session stops");
        }
    }

    /** Waits for a thread; one that does not end in time is interrupted, so that nothing of this session outlives its lease. */
    private void join(Thread thread, Duration patience) throws InterruptedException {
        thread.join(patience.toMillis());
        while (thread.isAlive()) {
            thread.interrupt();
            thread.join(INTERRUPTED.toMillis());
            if (thread.isAlive()) {
                LOG.atWarn()
                        .addKeyValue("code", ErrorCode.SOURCE_ROUTE_FAILED.code())
                        .addKeyValue("source", source)
                        .addKeyValue("thread", thread.getName())
                        .log("A thread does not end although it was interrupted; the source starts again when it has");
            }
        }
    }

    private interface Body {
        void run() throws Exception;
    }

    /** The parts of a session that streams, for looks from outside. */
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
            List<SourceTable> tables) {
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
    }
}
