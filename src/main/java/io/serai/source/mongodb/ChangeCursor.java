package io.serai.source.mongodb;

import com.mongodb.MongoCommandException;
import io.serai.change.ClusterTime;
import java.util.ArrayDeque;
import java.util.Deque;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonString;
import org.bson.BsonTimestamp;
import org.bson.RawBsonDocument;
import org.jspecify.annotations.Nullable;

/**
 * One change stream: its events in order, and how far it has come. Opened when it is first read; opened again by itself where an event is too large
 * to be sent whole, and where what it watches was dropped. Confined to one thread.
 */
final class ChangeCursor implements AutoCloseable {
    private static final int NEAR_SECONDS = 15;

    private final Server server;
    private final Watch watch;
    private final String fullDocument;
    private final Deque<ChangeEvent> events = new ArrayDeque<>();
    /** Where it is opened again: at a token, or where there is none yet at a time. */
    private @Nullable BsonDocument token;

    private long openAt;
    private long passed;
    private boolean hasMore;
    private boolean isNearEnd;
    private boolean isOfRouter;
    private @Nullable CommandCursor cursor;

    /**
     * A stream of the events after {@code from}.
     *
     * @param fullDocument as {@code $changeStream} takes it
     */
    ChangeCursor(Server server, Watch watch, ClusterTime from, String fullDocument) {
        this.server = server;
        this.watch = watch;
        this.fullDocument = fullDocument;
        this.openAt = from.value() + 1;
        this.passed = from.value();
    }

    /** The events that were read and not taken. */
    Deque<ChangeEvent> events() {
        return events;
    }

    /** All events up to this time were read; unsigned. */
    long passed() {
        return passed;
    }

    /** Whether the last reply had events, so that more may be there, and the last of them is not known to be complete. */
    boolean hasMore() {
        return hasMore;
    }

    /** Whether the last reply came to what was written a moment before; the log of a busy server may never be at its end. */
    boolean isNearEnd() {
        return isNearEnd;
    }

    /** Reads the next batch; an empty one after {@code waitMillis}. */
    void read(int waitMillis) throws InterruptedException {
        try {
            CommandCursor open = cursor;
            if (open == null) {
                open = CommandCursor.open(server, watch.commandDatabase(), watch.command(options()));
                cursor = open;
                isOfRouter = server.isRouter();
                take(open, true);
            } else {
                open.next(waitMillis);
                take(open, false);
            }
        } catch (MongoCommandException e) {
            if (e.getErrorCode() != Failures.OBJECT_TOO_LARGE) {
                throw e;
            }
            close();
            readLargeEvent();
        }
    }

    @Override
    public void close() {
        CommandCursor open = cursor;
        cursor = null;
        if (open != null) {
            open.close();
        }
    }

    /** The next event is too large to be sent: it comes without what makes it large, alone. */
    private void readLargeEvent() throws InterruptedException {
        BsonDocument command = watch.command(options());
        command.getArray("pipeline")
                .add(new BsonDocument(
                        "$unset",
                        new BsonArray(java.util.List.of(
                                new BsonString("fullDocument"), new BsonString("updateDescription")))));
        command.put("cursor", new BsonDocument("batchSize", new BsonInt32(1)));
        try (CommandCursor lean = CommandCursor.open(server, watch.commandDatabase(), command)) {
            if (!lean.batch().next()) {
                lean.next(1); // the first batch may come before the event was looked for
            }
            take(lean, false);
        }
    }

    private void take(CommandCursor from, boolean isFirst) {
        byte[] bytes = from.bytes();
        BsonElements batch = from.batch();
        boolean isEmpty = true;
        boolean isInvalid = false;
        while (batch.next()) {
            isEmpty = false;
            ChangeEvent event = new ChangeEvent(bytes, batch.value());
            isInvalid = event.kind() == ChangeEvent.Kind.INVALIDATE;
            events.add(event);
        }
        hasMore = !isEmpty;
        if (isInvalid) {
            long end = events.getLast().time();
            close();
            token = null;
            openAt = end + 1;
            advance(end);
        } else if (from.token() >= 0) {
            advance(from, isFirst, isEmpty);
        }
        isNearEnd = seconds(from.operationTime().value()) - seconds(passed) <= NEAR_SECONDS;
    }

    /** A cluster time has them in its upper half. */
    private static long seconds(long time) {
        return time >>> Integer.SIZE;
    }

    /**
     * With a batch, events at the time of the token may still follow; without one, none does, unless that time is still the one at which the stream was
     * opened, of which nothing was looked at, and unless a router of a sharded cluster sent it, which may still wait for a shard.
     */
    private void advance(CommandCursor from, boolean isFirst, boolean isEmpty) {
        byte[] bytes = from.bytes();
        long time = ResumeToken.time(bytes, from.token());
        if (!isFirst || !isEmpty) {
            token = new RawBsonDocument(bytes, from.token(), BsonElements.int32(bytes, from.token())).clone();
            advance(isEmpty && time != openAt && !isOfRouter ? time : time - 1);
        }
    }

    private void advance(long time) {
        if (Long.compareUnsigned(time, passed) > 0) {
            passed = time;
        }
    }

    private BsonDocument options() {
        BsonDocument options = new BsonDocument("fullDocument", new BsonString(fullDocument));
        return token == null
                ? options.append("startAtOperationTime", new BsonTimestamp(openAt))
                : options.append("resumeAfter", token);
    }
}
