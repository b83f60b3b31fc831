package io.serai.source.mongodb;

import io.serai.change.ClusterTime;
import io.serai.change.RowKey;
import io.serai.change.SourcePosition;
import io.serai.source.LogReader;
import io.serai.source.LogSink;
import io.serai.source.LogSink.Kind;
import io.serai.source.SourceTable;
import io.serai.source.TableSelection;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Reads the change streams of a source as a log of transactions: the events of one cluster time. Where an event lacks the document after a change, some
 * transactions become one, and the documents that are missing are read as they were at its end. Confined to one thread, except
 * {@link #requestPosition} and {@link #close}.
 */
final class ChangeReader implements LogReader {
    /** How much is made one transaction at most, unless the source did. */
    private static final int EVENTS_AT_ONCE = 4096;

    private static final int BYTES_AT_ONCE = 4 << 20;
    private static final int KEYS_AT_ONCE = 1000;

    /** When more than this is held of a transaction, it is handed on in parts. */
    private static final int HELD_BYTES = 8 << 20;

    private static final int FEW_STREAMS = 10;
    private static final int FEW_STREAMS_WAIT_MILLIS = 10;
    private static final int MANY_STREAMS_WAIT_MILLIS = 50;

    private final Server server;
    private final MongoSettings settings;
    private final KnownCollections collections;
    private final DeliveredTime delivered;
    private final MergedStream stream;
    private final AtomicBoolean positionAsked = new AtomicBoolean();
    private final Deque<Step> steps = new ArrayDeque<>();

    /** The transaction whose first part was handed on before its end was read; unsigned, 0 for none. */
    private long partial;

    private boolean isOpen;

    /** What was read may be from as late as this time: nothing is whole before the streams have passed it; unsigned, 0 for none. */
    private long inexactUntil;

    private long reached;

    ChangeReader(
            Server server,
            Watches watches,
            MongoSettings settings,
            TableSelection selection,
            List<SourceTable> tables,
            Catalog catalog,
            ClusterTime from,
            DeliveredTime delivered) {
        this.server = server;
        this.settings = settings;
        this.delivered = delivered;
        this.reached = from.value();
        this.collections = new KnownCollections(server, watches, settings, selection, tables, catalog);
        String fullDocument = settings.postImages() == PostImages.OFF ? "default" : "whenAvailable";
        this.stream = new MergedStream(watches.list().stream()
                .map(watch -> new ChangeCursor(server, watch, from, fullDocument))
                .toList());
    }

    @Override
    public void read(LogSink sink, Duration patience) throws InterruptedException {
        if (handOn(sink)) {
            stream.read(wait(patience));
            if (stream.isNearEnd()) {
                server.caughtUp();
            }
            plan();
            handOn(sink);
        }
    }

    /** Cursors live for minutes without being read. */
    @Override
    public void keepAlive() {}

    @Override
    public void requestPosition() {
        positionAsked.set(true);
    }

    /** Other events that contradict what is stored end the session, too, which then sees by itself what became of it. */
    @Override
    public Set<Integer> alteredTables() {
        return collections.moved();
    }

    /** The server keeps its log whatever is read of it. */
    @Override
    public void acknowledge(SourcePosition durable) {}

    @Override
    public void close() {
        steps.forEach(Step::close);
        stream.close();
    }

    private int wait(Duration patience) {
        if (positionAsked.getAndSet(false)) {
            return 1;
        }
        if (stream.size() == 1) {
            return Math.toIntExact(patience.toMillis());
        }
        return stream.size() <= FEW_STREAMS ? FEW_STREAMS_WAIT_MILLIS : MANY_STREAMS_WAIT_MILLIS;
    }

    /** Hands on what is planned; false when the sink is full before the end. */
    private boolean handOn(LogSink sink) throws InterruptedException {
        while (!steps.isEmpty()) {
            if (sink.isFull()) {
                return false;
            }
            Step step = steps.element();
            if (step.run(sink)) {
                steps.remove();
            }
        }
        return !sink.isFull();
    }

    /** Makes steps of the transactions that are complete, and of the beginning of one that is too large to wait for its end. */
    private void plan() throws InterruptedException {
        long passed = collections.passed(stream.passed());
        endPart(passed);
        List<ChangeEvent> events = new ArrayList<>();
        long bytes = 0;
        for (ChangeEvent event = stream.peek();
                event != null && isAtMost(event.time(), passed);
                event = stream.peek()) {
            boolean isNext = !events.isEmpty() && events.getLast().time() != event.time();
            if (isNext && (events.size() >= EVENTS_AT_ONCE || bytes >= BYTES_AT_ONCE)) {
                planWhole(events);
                events = new ArrayList<>();
                bytes = 0;
            }
            if (collections.contradicts(event)) {
                long time = event.time();
                events.removeIf(earlier -> earlier.time() == time); // with the event that they belong to
                planWhole(events);
                steps.add(new Contradiction(event));
                return;
            }
            stream.take();
            if (collections.table(event) != null) {
                events.add(event);
                bytes += event.weight();
            }
        }
        planWhole(events);
        endPart(passed);
        planPart(passed);
        if (partial == 0) {
            steps.add(new Passed(passed));
        }
    }

    private void planWhole(List<ChangeEvent> events) {
        if (events.isEmpty()) {
            return;
        }
        if (partial != 0 && events.getFirst().time() != partial) { // what was left of it is of no interest
            steps.add(new End(partial));
            partial = 0;
        }
        if (events.getFirst().time() == partial) { // the end of a transaction of which parts were handed on
            List<ChangeEvent> rest =
                    events.stream().filter(event -> event.time() == partial).toList();
            planTransaction(rest, true);
            partial = 0;
            planWhole(events.subList(rest.size(), events.size()));
        } else if (events.stream().anyMatch(ChangeEvent::lacksImage)) {
            planTransaction(events, true);
        } else {
            int start = 0;
            for (int i = 1; i <= events.size(); i++) {
                if (i == events.size()
                        || events.get(i).time() != events.get(start).time()) {
                    planTransaction(events.subList(start, i), true);
                    start = i;
                }
            }
        }
    }

    /** A transaction of which parts were handed on ends when it is passed, and no event of it is left. */
    private void endPart(long passed) {
        ChangeEvent next = stream.peek();
        if (partial != 0 && isAtMost(partial, passed) && (next == null || next.time() != partial)) {
            steps.add(new End(partial));
            partial = 0;
        }
    }

    /** When the transaction that comes next is large, what there is of it is handed on. */
    private void planPart(long passed) {
        ChangeEvent next = stream.peek();
        if (next == null || next.time() - 1 != passed && partial != next.time() || stream.bytes() < HELD_BYTES) {
            return;
        }
        long time = next.time();
        List<ChangeEvent> part = new ArrayList<>();
        for (ChangeEvent event = next; event != null && event.time() == time; event = stream.peek()) {
            if (collections.contradicts(event)) {
                steps.add(new Contradiction(event));
                return;
            }
            stream.take();
            if (collections.table(event) != null) {
                part.add(event);
            }
        }
        if (!part.isEmpty()) {
            planTransaction(part, false);
            partial = time;
        }
    }

    private void planTransaction(List<ChangeEvent> events, boolean isWhole) {
        ChangeEvent last = events.getLast();
        steps.add(new Changes(List.copyOf(events), last));
        Map<SourceTable, Set<RowKey>> missing = new LinkedHashMap<>();
        if (events.stream().anyMatch(ChangeEvent::lacksImage)) {
            for (ChangeEvent event : events) {
                SourceTable table = collections.table(event);
                if (table != null) {
                    Set<RowKey> keys = missing.computeIfAbsent(table, t -> new LinkedHashSet<>());
                    RowKey key = RowKey.of(List.of(event.key()));
                    if (event.lacksImage()) {
                        keys.add(key);
                    } else {
                        keys.remove(key);
                    }
                }
            }
        }
        missing.forEach((table, keys) -> planReads(table, List.copyOf(keys), last));
        if (isWhole) {
            steps.add(new End(last.time()));
        }
    }

    private void planReads(SourceTable table, List<RowKey> keys, ChangeEvent last) {
        for (int i = 0; i < keys.size(); i += KEYS_AT_ONCE) {
            List<RowKey> some = keys.subList(i, Math.min(keys.size(), i + KEYS_AT_ONCE));
            steps.add(new MissingImages(server, table, some, new ClusterTime(last.time()), this::readLater));
        }
    }

    /** What was read may be as late as {@code time}. */
    private void readLater(ClusterTime time) {
        if (Long.compareUnsigned(time.value(), inexactUntil) > 0) {
            inexactUntil = time.value();
        }
    }

    private static boolean isAtMost(long time, long other) {
        return Long.compareUnsigned(time, other) <= 0;
    }

    /** A step of handing on. */
    interface Step {
        /** Does it, or a part of it; answers whether it is done. */
        boolean run(LogSink sink) throws InterruptedException;

        /** Gives up what it holds. */
        default void close() {}
    }

    /** Begins a transaction unless one is open, and hands on the changes whose documents are there. */
    private final class Changes implements Step {
        private final List<ChangeEvent> events;
        private final ChangeEvent last;

        private Changes(List<ChangeEvent> events, ChangeEvent last) {
            this.events = events;
            this.last = last;
        }

        @Override
        public boolean run(LogSink sink) {
            delivered.began(last.time());
            if (!isOpen) {
                sink.begin(last.time(), last.position(), last.wallTime());
                isOpen = true;
            }
            for (ChangeEvent event : events) {
                SourceTable table = collections.table(event);
                if (table != null && !event.lacksImage()) {
                    switch (event.kind()) {
                        case INSERT -> sink.change(Kind.INSERT, table, null, event.image());
                        case DELETE -> sink.change(Kind.DELETE, table, BsonDocumentType.keyImage(event.key()), null);
                        default -> sink.change(Kind.UPDATE, table, null, event.image());
                    }
                }
            }
            return true;
        }
    }

    /** Ends a transaction, unless what was read in it may be later: then it goes on. */
    private final class End implements Step {
        private final long time;

        private End(long time) {
            this.time = time;
        }

        @Override
        public boolean run(LogSink sink) {
            if (isAtMost(inexactUntil, time)) {
                sink.commit(new ClusterTime(time));
                reached = time;
                isOpen = false;
                inexactUntil = 0;
            }
            return true;
        }
    }

    /** The streams have come so far. */
    private final class Passed implements Step {
        private final long time;

        private Passed(long time) {
            this.time = time;
        }

        @Override
        public boolean run(LogSink sink) {
            if (isOpen) {
                return new End(time).run(sink);
            }
            if (Long.compareUnsigned(time, reached) > 0) {
                sink.idle(new ClusterTime(time));
                reached = time;
            }
            return true;
        }
    }

    /** Collections are not what is stored. */
    private final class Contradiction implements Step {
        private final ChangeEvent event;

        private Contradiction(ChangeEvent event) {
            this.event = event;
        }

        @Override
        public boolean run(LogSink sink) {
            throw KnownCollections.changed(event.table(), "was made, dropped or renamed", settings);
        }
    }
}
