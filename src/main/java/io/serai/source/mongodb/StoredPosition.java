package io.serai.source.mongodb;

import com.mongodb.MongoCommandException;
import io.serai.change.ClusterTime;
import io.serai.error.ErrorCode;
import io.serai.error.SeraiException;
import io.serai.source.SourceTransaction;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonTimestamp;
import org.jspecify.annotations.Nullable;

/** Proves that the change stream of a server goes on from a stored position. */
final class StoredPosition {
    private final Server server;
    private final MongoSettings settings;

    StoredPosition(Server server, MongoSettings settings) {
        this.server = server;
        this.settings = settings;
    }

    /**
     * Opens streams at the position and at the last event before it.
     *
     * @throws SeraiException {@code SOURCE_LOST_HISTORY} when the position fell out of the oplog, or the server is another or was restored
     */
    void verify(ClusterTime stored, @Nullable SourceTransaction last) throws InterruptedException {
        Reply hello = server.run("admin", new BsonDocument("hello", new BsonInt32(1)));
        ClusterTime now = hello.operationTime();
        // A router of a sharded cluster may hear of the latest time only later.
        if (hello.document().containsKey("setName") && !now.covers(stored)) {
            throw lost("The server stands at cluster time " + now + ", before the stored position " + stored
                    + ": it is another, or was restored");
        }
        Watch own = new Watch(settings.database(), Catalog.CHECKPOINTS);
        try {
            open(own, new BsonDocument("startAtOperationTime", new BsonTimestamp(stored.value())));
        } catch (MongoCommandException e) {
            throw isLost(e) ? lost("The oplog does not reach back to the stored position " + stored) : e;
        }
        if (last != null) {
            verify((ClusterTime) last.commitAt());
        }
    }

    /** That an event has fallen out of the oplog proves nothing; that it never was in it does. */
    private void verify(ClusterTime last) throws InterruptedException {
        int blank = last.event().lastIndexOf(' ');
        int dot = last.event().indexOf('.');
        if (blank < 0 || dot < 0) {
            return;
        }
        Watch collection =
                new Watch(last.event().substring(0, dot), last.event().substring(dot + 1, blank));
        try {
            open(
                    collection,
                    new BsonDocument(
                            "resumeAfter", ResumeToken.parse(last.event().substring(blank + 1))));
        } catch (MongoCommandException e) {
            if (e.getErrorCode() == Failures.CHANGE_STREAM_FATAL) {
                throw lost("The last event before the stored position, at cluster time " + last
                        + ", is not in the server's oplog: it is another server, or was restored");
            }
            if (e.getErrorCode() != Failures.CHANGE_STREAM_HISTORY_LOST) {
                throw e;
            }
        }
    }

    /** Opens a stream and reads one batch, which is when the server looks for the place. */
    private void open(Watch watch, BsonDocument options) throws InterruptedException {
        try (CommandCursor cursor = CommandCursor.open(server, watch.commandDatabase(), watch.command(options))) {
            if (!cursor.batch().next()) {
                cursor.next(1);
            }
        }
    }

    private static boolean isLost(MongoCommandException failure) {
        return failure.getErrorCode() == Failures.CHANGE_STREAM_HISTORY_LOST
                || failure.getErrorCode() == Failures.CHANGE_STREAM_FATAL;
    }

    private SeraiException lost(String found) {
        return new SeraiException(
                ErrorCode.SOURCE_LOST_HISTORY, found, settings.where(), ErrorCode.SOURCE_LOST_HISTORY.remedy());
    }
}
