package io.serai.source;

import io.serai.change.SourcePosition;
import io.serai.error.ErrorCode;
import io.serai.error.SeraiException;
import io.serai.storage.Generations;
import io.serai.storage.SourceState;
import io.serai.storage.SourceStorage;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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
    private final Opening opening;

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
    private volatile boolean stopping;

    Session(
            String source,
            SourceDatabase database,
            RulesInUse rules,
            ChangeRoute route,
            RuleFailures failures,
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
        this.opening = new Opening(source, database, rules, settings.onLostHistory(), suspects);
        this.router = new Router(source, rules.rows(), route, failures, new Sender());
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
        SourcePosition lookedAt = opening.open(storage);
        SourceState state = storage.state();
        SourcePosition position = state.position().orElseThrow();
        List<SourceTable> tables = List.copyOf(Entries.tables(state, database).values());
        if (stopping) {
            return;
        }
        byte[] delivered = state.entries().getOrDefault(Entries.DELIVERED, new byte[0]);
        try (LogReader log =
                database.log(position, Entries.last(state, database), tables, opening.selection(), lookedAt)) {
            try {
                replicate(storage, state, position, tables, log, database.delivered(delivered));
            } catch (SeraiException e) {
                if (e.code() == ErrorCode.SOURCE_LOST_HISTORY) {
                    Opening.remember(storage, e);
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

    /** Whether the stream was opened, and nothing has ended it yet. */
    boolean isStreaming() {
        return running != null && !end.isDone();
    }

    /** What keeps the next generation from being built, while the active one is served; null for nothing. */
    @Nullable
    SeraiException obstacle() {
        return opening.obstacle();
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
                opening.obstacle() == null,
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
        running = new Running(
                position, queue, stream, committer, copies, copier, listings, resending, rebuilder, tables, resent);
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
            CatalogLook look = database.compare(tables, Set.of(), opening.selection());
            if (!look.differences().isEmpty()) {
                throw new SeraiException(
                        ErrorCode.SOURCE_TABLE_CHANGED,
                        look.differences().get(0).text(),
                        "source " + source,
                        ErrorCode.SOURCE_TABLE_CHANGED.remedy());
            }
            if (opening.obstacle() != null && opening.isMended()) {
                stop();
                return;
            }
            lookBeganNanos = began;
            progress.advanced();
        }
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

    private final class Sender implements RoutedChange.Sender {
        @Override
        public boolean isStopping() {
            return stopping;
        }

        @Override
        public void cameLate(SeraiException failure) {
            end.complete(failure);
        }
    }

    private interface Body {
        void run() throws Exception;
    }
}
