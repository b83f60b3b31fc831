package io.serai.source;

import io.serai.change.SourcePosition;
import io.serai.error.ErrorCode;
import io.serai.error.SeraiException;
import io.serai.source.SourceStatus.Problem;
import io.serai.source.SourceStatus.State;
import io.serai.storage.BucketStorage;
import io.serai.storage.Generations;
import io.serai.storage.SourceState;
import io.serai.storage.SourceStorage;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Replicates one source into the storage, for ever: tries a {@link Session}, and when it ends with a failure says so and tries again after a delay
 * that grows to a cap. Thread-safe.
 */
public final class Replication implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Replication.class);
    private static final Duration LOOK_AGAIN = Duration.ofMillis(50);
    private static final Duration STOPS_BY_ITSELF = Duration.ofSeconds(3);
    private static final Duration STREAMS_AGAIN = Duration.ofSeconds(5);

    private final String source;
    private final String connectionTag;
    private final SourceDatabase database;
    private final BucketStorage storage;
    private final LiveRules rules;
    private final ChangeRoute route;
    private final ReplicationSettings settings;
    private final ThreadFactory threads;
    private final Clock clock;

    private final Progress progress = new Progress();
    private final AtomicInteger waiters = new AtomicInteger();
    private final RuleFailures ruleFailures;
    private final Thread supervisor;
    private final BucketStorage.Subscription rulesSubscription;
    private final Set<Integer> suspects = ConcurrentHashMap.newKeySet();
    private final PendingRepairs repairs = new PendingRepairs();
    private final Map<Integer, Long> resent = new ConcurrentHashMap<>();
    private volatile @Nullable Session session;
    private volatile @Nullable Problem problem;
    private volatile State state = State.STARTING;
    private volatile boolean rulesChanged;
    private volatile boolean stopping;

    /** A replication that does nothing before {@link #start}; {@code database} is closed with it, {@code storage} is not. */
    public Replication(
            String source,
            String connectionTag,
            SourceDatabase database,
            BucketStorage storage,
            LiveRules rules,
            ChangeRoute route,
            ReplicationSettings settings,
            ThreadFactory threads,
            Clock clock) {
        this.source = source;
        this.connectionTag = connectionTag;
        this.database = database;
        this.storage = storage;
        this.rules = rules;
        this.route = route;
        this.settings = settings;
        this.threads = threads;
        this.clock = clock;
        this.ruleFailures = new RuleFailures(source);
        this.rulesSubscription = rules.onChange(this::rulesChanged);
        this.supervisor = threads.newThread(this::supervise);
        supervisor.setName("serai-" + source);
    }

    /** The source's id. */
    public String source() {
        return source;
    }

    /** The source's database. */
    public SourceDatabase database() {
        return database;
    }

    /** Starts the threads and returns at once; failures are retried and shown in {@link #status}. */
    public void start() {
        supervisor.start();
    }

    /** What it is doing. */
    public SourceStatus status() {
        Session current = session;
        Running running = current == null ? null : current.running();
        State shown = state;
        if (running != null && shown == State.STARTING) {
            shown = running.committer().takesPart() && running.copies().isDone() ? State.STREAMING : State.COPYING;
        }
        if (running == null || shown == State.RETRYING || shown == State.STOPPED) {
            return stored(shown);
        }
        SourcePosition position = running.committer().position();
        SourcePosition read = running.queue().lastRead();
        boolean behind = read != null && !position.covers(read);
        return new SourceStatus(
                source,
                database.kind(),
                shown,
                Optional.empty(),
                storage.isShown(source),
                Optional.of(position),
                behind && read != null ? database.bytesBetween(position, read) : 0,
                behind ? running.sinceLastBegun(clock) : Duration.ZERO,
                running.copies().report(),
                running.listings().incompleteCount(),
                running.diverted(),
                running.repairs(),
                running.isBuilt() ? -1 : running.rebuilder().rows(),
                facts(current));
    }

    /** What the storage knows while nothing streams. */
    private SourceStatus stored(State shown) {
        SourceState stored = storage.state(source);
        StoredTables tables = StoredTables.of(stored, database);
        Listings listings = new Listings(Entries.listings(stored));
        return new SourceStatus(
                source,
                database.kind(),
                shown,
                Optional.ofNullable(problem),
                storage.isShown(source),
                stored.position(),
                -1,
                Duration.ZERO,
                tables.tables().stream()
                        .filter(table -> !table.isGone())
                        .map(tables::progress)
                        .toList(),
                listings.incompleteCount(),
                listings.divertedRows(tables.tables()),
                StoredTables.repairs(stored),
                -1,
                Map.of());
    }

    private Map<String, String> facts(@Nullable Session current) {
        SeraiException obstacle = current == null ? null : current.obstacle();
        if (obstacle == null) {
            return database.facts();
        }
        Map<String, String> facts = new HashMap<>(database.facts());
        facts.put("new-sync-config", "not built: " + text(obstacle));
        return facts;
    }

    /**
     * Asks for a repair of these tables, by number: the source begins again and does it. What was asked for is durable when this returns.
     *
     * @return false when {@code patience} or the replication ended first: then nothing is asked for
     */
    public boolean repair(Repair repair, Set<Integer> tables, Duration patience) throws InterruptedException {
        PendingRepairs.Request request = repairs.ask(repair, tables);
        Session current = session;
        if (current != null) {
            current.stop();
        }
        progress.advanced();
        return repairs.await(request, patience);
    }

    /** Why it failed and waits for its next try; empty while it does not. */
    public Optional<Problem> problem() {
        return state == State.RETRYING ? Optional.ofNullable(problem) : Optional.empty();
    }

    /** How far a repair of the table with this number is, which was asked for before; empty while the source does not stream. */
    public Optional<RepairProgress> repairProgress(Repair repair, int table) {
        Session current = session;
        Running running = current == null || state == State.RETRYING ? null : current.running();
        return Optional.ofNullable(running)
                .map(now -> now.tables().stream()
                        .filter(candidate -> candidate.handle().number() == table)
                        .findFirst()
                        .map(found -> now.progress(found, repair))
                        .orElseGet(() -> new RepairProgress("", repair, true, 0, 0)));
    }

    /** How many rows a query of the sync rules failed for, since the start of the process. */
    public long ruleFailures() {
        return ruleFailures.count();
    }

    /** Bytes of log that were read and wait for the route. */
    public long queuedBytes() {
        Session current = session;
        Running running = current == null ? null : current.running();
        return running == null ? 0 : running.queue().bytes();
    }

    /**
     * Waits until a checkpoint covers all that the source had committed when this was called, copies and incomplete rows included.
     *
     * @return false when {@code patience} or the replication ended first
     */
    public boolean awaitCaughtUp(Duration patience) throws InterruptedException {
        Instant deadline = clock.instant().plus(patience);
        long asked = System.nanoTime();
        SourcePosition head = null;
        waiters.incrementAndGet();
        try {
            while (!stopping && clock.instant().isBefore(deadline)) {
                long seen = progress.count();
                if (head == null) {
                    head = headIfAnswered();
                }
                Session current = session;
                Running running = current == null ? null : current.running();
                if (current != null && running != null && !current.hasLookedSince(asked)) {
                    current.look();
                    running = null;
                }
                if (head != null
                        && current != null
                        && running != null
                        && running.hasCaughtUp(head)
                        && isBuilt(current)
                        && isShown(head)) {
                    return true;
                }
                progress.await(seen, LOOK_AGAIN);
            }
            return false;
        } finally {
            waiters.decrementAndGet();
        }
    }

    /**
     * A position that all that the source has committed is at or before; the stream will pass it also when nothing more happens. Only a server whose
     * log is proved to go on from what is stored is asked: positions of another one are not to be compared with it.
     *
     * @throws SeraiException when the database cannot be asked, or does not stream within seconds
     */
    public SourcePosition head() throws InterruptedException {
        Instant deadline = clock.instant().plus(STREAMS_AGAIN);
        do {
            long seen = progress.count();
            Session current = session;
            if (current != null && current.isStreaming()) {
                SourcePosition head = askedHead();
                if (current.isStreaming()) {
                    return head;
                }
            }
            progress.await(seen, LOOK_AGAIN);
        } while (!stopping && clock.instant().isBefore(deadline));
        Problem last = problem;
        ErrorCode code = last == null || state != State.RETRYING ? ErrorCode.SOURCE_CONNECTION_FAILED : last.code();
        throw new SeraiException(
                code, "The source does not stream at the moment", "source " + source, "Look at `serai status`.");
    }

    private SourcePosition askedHead() throws InterruptedException {
        try {
            return database.head();
        } catch (SQLException e) {
            throw database.explain(e);
        }
    }

    /** Lets the position become durable as soon as the stream has reached it, and not only now and then, until the answer is closed. */
    public BucketStorage.Subscription expectPosition() {
        waiters.incrementAndGet();
        return waiters::decrementAndGet;
    }

    /** Stops: what was routed in whole transactions is made durable first, within seconds. */
    @Override
    public void close() {
        stopping = true;
        rulesSubscription.close();
        Session current = session;
        if (current != null) {
            current.stop();
        }
        progress.advanced();
        boolean interrupted = false;
        while (supervisor.isAlive()) {
            try {
                supervisor.join(STOPS_BY_ITSELF.toMillis());
                endConnecting(current);
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        database.close();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** A session that does not stream yet may hang in a connection: closing the database ends that. */
    private void endConnecting(@Nullable Session current) {
        if (supervisor.isAlive() && (current == null || current.running() == null)) {
            database.close();
            supervisor.interrupt();
        }
    }

    private void supervise() {
        Backoff backoff = new Backoff(settings.maxRetryDelay());
        int attempts = 0;
        try {
            while (!stopping) {
                Throwable failure = tryOnce();
                database.endSession();
                if (stopping) {
                    return;
                }
                if (failure == null) {
                    continue; // it ended because a repair was asked for, or the rules are others
                }
                if (hasAdvanced()) {
                    backoff.reset();
                    attempts = 0;
                }
                attempts++;
                SeraiException explained = failure instanceof SeraiException known ? known : database.explain(failure);
                Duration delay = backoff.next(explained.code().isTransient());
                report(explained, attempts, delay);
                pause(delay);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            repairs.end();
            state = State.STOPPED;
            LOG.atInfo().addKeyValue("source", source).log("Source stopped");
        }
    }

    private boolean hasAdvanced() {
        Session last = session;
        Running ran = last == null ? null : last.running();
        return ran != null && ran.hasAdvanced();
    }

    private @Nullable Throwable tryOnce() {
        session = null;
        state = State.STARTING;
        rulesChanged = false;
        try (SourceStorage writer = storage.acquire(source)) {
            Session attempt = session(writer.generations());
            session = attempt;
            if (stopping || rulesChanged) {
                return null;
            }
            repairs.writeAll(writer);
            return run(attempt, writer);
        } catch (Throwable e) { // the outermost frame: every failure is shown and retried
            return e;
        }
    }

    /** Why the session ended, or null when it was told to; one that could not stream leaves nothing unbuilt that needs no stream. */
    private static @Nullable Throwable run(Session attempt, SourceStorage writer) {
        try {
            attempt.run(writer);
            return null;
        } catch (Throwable e) { // every failure is shown and retried
            try {
                if (attempt.running() == null) {
                    attempt.rebuildAlone(writer);
                }
            } catch (InterruptedException interrupt) {
                Thread.currentThread().interrupt();
            } catch (RuntimeException another) {
                e.addSuppressed(another);
            }
            return e;
        }
    }

    private Session session(Generations generations) {
        RulesInUse inUse = RulesInUse.of(generations, rules.of(generations), connectionTag, database.defaultSchema());
        return new Session(
                source,
                database,
                inUse,
                route,
                ruleFailures,
                settings,
                threads,
                clock,
                progress,
                () -> waiters.get() > 0,
                suspects,
                resent);
    }

    /** The rows are to be evaluated for other generations: the next session does. */
    private void rulesChanged() {
        rulesChanged = true;
        Session current = session;
        if (current != null) {
            current.stop();
        }
        progress.advanced();
    }

    private void report(SeraiException failure, int attempts, Duration delay) {
        Problem former = problem;
        Instant now = clock.instant();
        Instant since = former != null && former.attempts() < attempts ? former.since() : now;
        problem = new Problem(failure.code(), text(failure), since, attempts, Optional.of(now.plus(delay)));
        state = State.RETRYING;
        progress.advanced();
        var event = failure.code().isTransient() ? LOG.atWarn() : LOG.atError();
        event.addKeyValue("source", source)
                .addKeyValue("attempt", attempts)
                .addKeyValue("retryInMillis", delay.toMillis())
                .addKeyValue("failure", text(failure))
                .setCause(
                        failure.code() == ErrorCode.BUG || failure.code() == ErrorCode.SOURCE_ROUTE_FAILED
                                ? failure.getCause()
                                : null)
                .log("The source stopped and is tried again");
    }

    private void pause(Duration delay) throws InterruptedException {
        Instant end = clock.instant().plus(delay);
        long seen = progress.count();
        while (!stopping
                && !repairs.areAsked()
                && !rulesChanged
                && clock.instant().isBefore(end)) {
            progress.await(seen, Duration.between(clock.instant(), end));
            seen = progress.count();
        }
    }

    /** Whether the newest sync config is active, and the session evaluates for no other. */
    private boolean isBuilt(Session current) {
        Generations now = storage.generations();
        return now.next().isEmpty() && current.generations().equals(now);
    }

    /** A checkpoint can be later than the position that it covers: it is held while a large transaction of any source is published. */
    private boolean isShown(SourcePosition head) {
        SourcePosition shown = storage.checkpoint()
                .map(checkpoint -> checkpoint.positions().get(source))
                .orElse(null);
        return shown != null && shown.covers(head);
    }

    private @Nullable SourcePosition headIfAnswered() throws InterruptedException {
        try {
            return askedHead();
        } catch (SeraiException e) {
            LOG.atDebug().addKeyValue("source", source).setCause(e).log("The head of the log cannot be asked now");
            return null;
        }
    }

    private static String text(SeraiException failure) {
        return String.valueOf(failure.getMessage());
    }
}
