package io.serai.source.mongodb;

import com.mongodb.MongoCommandException;
import io.serai.change.ClusterTime;
import io.serai.change.RowImage;
import io.serai.change.RowKey;
import io.serai.source.LogSink;
import io.serai.source.LogSink.Kind;
import io.serai.source.SourceTable;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.bson.BsonDocument;
import org.bson.BsonString;
import org.bson.BsonTimestamp;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the documents of some keys as they were at a time, and hands on those that there were as changed and the others as gone. Where the server
 * cannot go back so far, they are read as they are now, and it is said how late that may be. Confined to the reader's thread.
 */
final class MissingImages implements ChangeReader.Step {
    private static final Logger LOG = LoggerFactory.getLogger(MissingImages.class);

    private final Server server;
    private final SourceTable table;
    private final Set<RowKey> keys;
    private final ClusterTime at;
    private final Consumer<ClusterTime> readLater;

    private String collection;
    private boolean isNow;
    private @Nullable CommandCursor cursor;

    /** @param readLater is told the time of what was read later than {@code at} */
    MissingImages(
            Server server, SourceTable table, List<RowKey> keys, ClusterTime at, Consumer<ClusterTime> readLater) {
        this.server = server;
        this.table = table;
        this.keys = new LinkedHashSet<>(keys);
        this.at = at;
        this.readLater = readLater;
        this.collection = table.table().name();
    }

    @Override
    public boolean run(LogSink sink) throws InterruptedException {
        CommandCursor open = cursor;
        try {
            if (open == null) {
                open = CommandCursor.open(server, table.table().schema(), command());
                cursor = open;
            } else {
                open.next();
            }
        } catch (MongoCommandException e) {
            close();
            return refused(e);
        }
        handOn(open, sink);
        if (isNow) {
            readLater.accept(open.operationTime());
        }
        if (open.isOpen()) {
            return false;
        }
        close();
        for (RowKey key : keys) {
            sink.change(
                    Kind.DELETE, table, BsonDocumentType.keyImage(key.values().get(0)), null);
        }
        return true;
    }

    @Override
    public void close() {
        CommandCursor open = cursor;
        cursor = null;
        if (open != null) {
            open.close();
        }
    }

    private void handOn(CommandCursor from, LogSink sink) {
        BsonElements batch = from.batch();
        while (batch.next()) {
            byte[] image = BsonDocumentType.image(from.bytes(), batch.value());
            // A collation finds keys, too, that are others.
            if (keys.remove(new RowImage(table.relation(), image).key())) {
                sink.change(Kind.UPDATE, table, null, image);
            }
        }
    }

    /** Goes on in another way, or leaves the rows as they are until the stream says what became of the collection. */
    private boolean refused(MongoCommandException refusal) {
        int code = refusal.getErrorCode();
        LOG.atDebug()
                .addKeyValue("collection", table.table())
                .addKeyValue("at", at)
                .addKeyValue("error", refusal.getErrorCodeName())
                .log("Documents cannot be read as they were");
        if (code == Failures.COLLECTION_UUID_MISMATCH) {
            BsonDocument response = refusal.getResponse();
            if (response.isString("actualCollection")
                    && !response.getString("actualCollection").getValue().equals(collection)) {
                collection = response.getString("actualCollection").getValue();
                isNow = true;
                return false;
            }
            readLater.accept(Documents.operationTime(refusal));
            return true;
        }
        if (code == Failures.UNAUTHORIZED && !collection.equals(table.table().name())) {
            readLater.accept(Documents.operationTime(refusal));
            return true;
        }
        boolean isBehind = code == Failures.SNAPSHOT_TOO_OLD
                || code == Failures.SNAPSHOT_UNAVAILABLE
                || code == Failures.INVALID_OPTIONS;
        if (isBehind && !isNow) {
            isNow = true;
            return false;
        }
        throw refusal;
    }

    private BsonDocument command() {
        BsonDocument readConcern = isNow
                ? new BsonDocument("level", new BsonString("majority"))
                        .append("afterClusterTime", new BsonTimestamp(at.value()))
                : new BsonDocument("level", new BsonString("snapshot"))
                        .append("atClusterTime", new BsonTimestamp(at.value()));
        return new BsonDocument("find", new BsonString(collection))
                .append(
                        "filter",
                        Documents.withKeys(
                                keys.stream().map(key -> key.values().get(0)).toList()))
                .append("collectionUUID", Documents.uuid(table))
                .append("readConcern", readConcern);
    }
}
