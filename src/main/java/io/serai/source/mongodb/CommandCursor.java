package io.serai.source.mongodb;

import com.mongodb.MongoException;
import com.mongodb.client.ClientSession;
import io.serai.change.ClusterTime;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonInt64;
import org.bson.BsonString;

/** A cursor that is read batch by batch, with what each reply says besides. Confined to one thread. */
final class CommandCursor implements AutoCloseable {
    private final Server server;
    private final ClientSession session;
    private final String database;
    private final String collection;
    private Reply reply;
    private long id;
    private int batch;
    private int token;

    private CommandCursor(Server server, ClientSession session, String database, Reply first) {
        this.server = server;
        this.session = session;
        this.database = database;
        this.reply = first;
        this.collection = parse();
    }

    /** Runs the command, whose reply is a cursor with its first batch. */
    static CommandCursor open(Server server, String database, BsonDocument command) throws InterruptedException {
        ClientSession session = server.session();
        boolean done = false;
        try {
            CommandCursor cursor = new CommandCursor(server, session, database, server.run(session, database, command));
            done = true;
            return cursor;
        } finally {
            if (!done) {
                session.close();
            }
        }
    }

    /** Asks for the next batch; of a change stream an empty one after {@code waitMillis}. */
    void next(int waitMillis) throws InterruptedException {
        BsonDocument command = new BsonDocument("getMore", new BsonInt64(id))
                .append("collection", new BsonString(collection))
                .append("maxTimeMS", new BsonInt32(waitMillis));
        reply = server.run(session, database, command);
        parse();
    }

    /** Asks for the next batch of a cursor that has an end. */
    void next() throws InterruptedException {
        reply = server.run(
                session,
                database,
                new BsonDocument("getMore", new BsonInt64(id)).append("collection", new BsonString(collection)));
        parse();
    }

    /** Whether the server may have more. */
    boolean isOpen() {
        return id != 0;
    }

    /** The bytes that the batch is in. */
    byte[] bytes() {
        return reply.bytes();
    }

    /** The documents of the batch: elements that are documents. */
    BsonElements batch() {
        return new BsonElements(reply.bytes(), batch);
    }

    /** Where the position after the batch begins, a resume token; -1 when there is none. */
    int token() {
        return token;
    }

    /** All that was read is at or before this time. */
    ClusterTime operationTime() {
        return reply.operationTime();
    }

    @Override
    public void close() {
        try {
            if (id != 0 && !server.isGone()) {
                server.run(
                        session,
                        database,
                        new BsonDocument("killCursors", new BsonString(collection))
                                .append("cursors", new BsonArray(java.util.List.of(new BsonInt64(id)))));
            }
        } catch (MongoException | IllegalStateException e) {
            // it ends with its connection, or by itself
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            session.close();
        }
    }

    /** Finds the parts of a reply; answers the collection's name. */
    private String parse() {
        BsonElements elements = reply.elements();
        if (!elements.find("cursor")) {
            throw new IllegalStateException("a reply without a cursor");
        }
        String namespace = "";
        token = -1;
        BsonElements cursor = new BsonElements(reply.bytes(), elements.value());
        while (cursor.next()) {
            if (cursor.isNamed("id")) {
                id = cursor.number();
            } else if (cursor.isNamed("ns")) {
                namespace = cursor.text();
            } else if (cursor.isNamed("postBatchResumeToken")) {
                token = cursor.value();
            } else if (cursor.isNamed("firstBatch") || cursor.isNamed("nextBatch")) {
                batch = cursor.value();
            }
        }
        return namespace.substring(namespace.indexOf('.') + 1);
    }
}
