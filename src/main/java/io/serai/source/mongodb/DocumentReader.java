package io.serai.source.mongodb;

import com.mongodb.MongoCommandException;
import io.serai.change.RowKey;
import io.serai.source.ChunkRange;
import io.serai.source.ChunkRead;
import io.serai.source.Delivered;
import io.serai.source.SnapshotReader;
import io.serai.source.SourceTable;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonString;
import org.bson.BsonTimestamp;
import org.bson.BsonValue;
import org.bson.RawBsonDocument;
import org.jspecify.annotations.Nullable;

/**
 * Reads documents beside the stream. A read waits on the server until it sees what the stream has delivered, and is followed by a marker: on a database
 * where nothing else is written, the stream would come to what was read only when the server writes its own no-op, seconds later.
 */
final class DocumentReader implements SnapshotReader {
    private static final int SAMPLED_PER_CHUNK = 12;
    private static final int MAX_SAMPLED = 20_000;
    private static final int SIZED = 100;
    /** The server walks through the whole collection for a sample of more than a twentieth. */
    private static final int SMALL_PART = 21;

    private final Server server;
    private final DeliveredTime delivered;
    private final Marker marker;
    private volatile boolean closed;

    DocumentReader(Server server, DeliveredTime delivered, Marker marker) {
        this.server = server;
        this.delivered = delivered;
        this.marker = marker;
    }

    /** Writes what the stream delivers next. */
    interface Marker {
        void write() throws InterruptedException;
    }

    /** Bounds are taken from a random sample of the keys, in the order of the index. */
    @Override
    public List<ChunkRange> plan(SourceTable table, long targetBytes) throws InterruptedException {
        long documents = Documents.count(server, table.table());
        long chunks = documents < SIZED ? 1 : documents * averageBytes(table) / targetBytes + 1;
        List<ChunkRange> ranges = new ArrayList<>();
        BsonValue from = null;
        if (chunks > 1) {
            List<BsonValue> sample = sample(table, sampled(documents, chunks));
            for (int i = 1; i < chunks && i < sample.size(); i++) {
                BsonValue to = sample.get((int) ((long) i * sample.size() / Math.min(chunks, sample.size())));
                if (!to.equals(from)) {
                    ranges.add(new ChunkBounds(from, to).range());
                    from = to;
                }
            }
        }
        ranges.add(new ChunkBounds(from, null).range());
        return ranges;
    }

    @Override
    public ChunkRead read(SourceTable table, ChunkRange range, long maxBytes, Delivered seen, RowSink sink)
            throws SQLException, InterruptedException {
        ChunkBounds bounds = ChunkBounds.parse(range);
        BsonDocument command = find(table).append("hint", new BsonDocument("_id", new BsonInt32(1)));
        if (bounds.min() != null) {
            command.append("min", new BsonDocument("_id", bounds.min()));
        }
        if (bounds.max() != null) {
            command.append("max", new BsonDocument("_id", bounds.max()));
        }
        return marked(read(table, command, maxBytes, bounds, sink));
    }

    @Override
    public ChunkRead read(SourceTable table, List<RowKey> keys, Delivered seen, RowSink sink)
            throws SQLException, InterruptedException {
        BsonDocument command = find(table)
                .append(
                        "filter",
                        Documents.withKeys(
                                keys.stream().map(key -> key.values().get(0)).toList()));
        return marked(read(table, command, Long.MAX_VALUE, null, sink));
    }

    @Override
    public void read(SourceTable table, Delivered seen, WholeSink sink) {
        throw new IllegalStateException("a collection has a key");
    }

    @Override
    public void close() {
        closed = true;
    }

    private ChunkRead marked(ChunkRead read) throws InterruptedException {
        marker.write();
        return read;
    }

    private ChunkRead read(
            SourceTable table, BsonDocument command, long maxBytes, @Nullable ChunkBounds bounds, RowSink sink)
            throws SQLException, InterruptedException {
        long bytes = 0;
        try (CommandCursor cursor = CommandCursor.open(server, table.table().schema(), command)) {
            while (true) {
                BsonElements batch = cursor.batch();
                while (batch.next()) {
                    if (bytes > maxBytes && bounds != null) {
                        BsonValue next = id(cursor.bytes(), batch.value());
                        return new ChunkRead(
                                cursor.operationTime(),
                                Optional.of(bounds.from(next).range()));
                    }
                    byte[] image = BsonDocumentType.image(cursor.bytes(), batch.value());
                    bytes += image.length;
                    sink.row(image);
                }
                if (!cursor.isOpen()) {
                    return new ChunkRead(cursor.operationTime(), Optional.empty());
                }
                if (closed) {
                    throw new InterruptedException("the reader was closed");
                }
                cursor.next();
            }
        } catch (MongoCommandException e) {
            if (e.getErrorCode() == Failures.COLLECTION_UUID_MISMATCH) {
                // It was dropped or renamed: its rows stay until that is found.
                return new ChunkRead(Documents.operationTime(e), Optional.empty());
            }
            throw e;
        }
    }

    /** A find that sees what the stream has delivered, of this collection and no other that has its name. */
    private BsonDocument find(SourceTable table) {
        return new BsonDocument("find", new BsonString(table.table().name()))
                .append("collectionUUID", Documents.uuid(table))
                .append(
                        "readConcern",
                        new BsonDocument("level", new BsonString("majority"))
                                .append(
                                        "afterClusterTime",
                                        new BsonTimestamp(delivered.latest().value())));
    }

    private long averageBytes(SourceTable table) throws InterruptedException {
        long bytes = 0;
        int documents = 0;
        try (CommandCursor cursor = CommandCursor.open(
                server,
                table.table().schema(),
                new BsonDocument("find", new BsonString(table.table().name())).append("limit", new BsonInt32(SIZED)))) {
            BsonElements batch = cursor.batch();
            while (batch.next()) {
                bytes += BsonElements.int32(cursor.bytes(), batch.value());
                documents++;
            }
        }
        return documents == 0 ? 0 : bytes / documents + 1;
    }

    private static int sampled(long documents, long chunks) {
        long most = Math.clamp(documents / SMALL_PART, 1, MAX_SAMPLED);
        return (int) Math.min(most, chunks * SAMPLED_PER_CHUNK);
    }

    private List<BsonValue> sample(SourceTable table, int size) throws InterruptedException {
        BsonArray pipeline = new BsonArray(List.of(
                new BsonDocument("$sample", new BsonDocument("size", new BsonInt32(size))),
                new BsonDocument("$project", new BsonDocument("_id", new BsonInt32(1))),
                new BsonDocument("$sort", new BsonDocument("_id", new BsonInt32(1)))));
        List<BsonValue> keys = new ArrayList<>();
        try (CommandCursor cursor = CommandCursor.open(
                server,
                table.table().schema(),
                new BsonDocument("aggregate", new BsonString(table.table().name()))
                        .append("pipeline", pipeline)
                        .append("cursor", new BsonDocument()))) {
            while (true) {
                BsonElements batch = cursor.batch();
                while (batch.next()) {
                    keys.add(id(cursor.bytes(), batch.value()));
                }
                if (!cursor.isOpen()) {
                    return keys;
                }
                cursor.next();
            }
        }
    }

    private static BsonValue id(byte[] bytes, int document) {
        return Objects.requireNonNull(
                new RawBsonDocument(bytes, document, BsonElements.int32(bytes, document)).get("_id"));
    }
}
