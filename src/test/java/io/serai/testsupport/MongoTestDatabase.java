package io.serai.testsupport;

import com.mongodb.WriteConcern;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoDatabase;
import org.bson.BsonDocument;
import org.bson.Document;

/** A database of one test, whose writes are acknowledged by a majority. Thread-safe. */
public final class MongoTestDatabase implements AutoCloseable {
    private final MongoServer server;
    private final String name;

    MongoTestDatabase(MongoServer server, String name) {
        this.server = server;
        this.name = name;
    }

    public MongoServer server() {
        return server;
    }

    public String name() {
        return name;
    }

    /** As service.yaml takes it, for the administrator. */
    public String uri() {
        return server.uri(name);
    }

    /** As the driver sees it. */
    public MongoDatabase database() {
        return server.client().getDatabase(name).withWriteConcern(WriteConcern.MAJORITY);
    }

    /** A collection of raw documents. */
    public MongoCollection<BsonDocument> collection(String collection) {
        return database().getCollection(collection, BsonDocument.class);
    }

    /** Runs a command in the database. */
    public Document run(Document command) {
        return database().runCommand(command);
    }

    @Override
    public void close() {
        database().drop();
    }
}
