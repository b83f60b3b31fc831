package io.serai.source.mongodb;

import io.serai.change.TableRef;
import org.bson.BsonArray;
import org.bson.BsonBoolean;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonString;
import org.bson.BsonValue;

/**
 * What one change stream watches. Immutable.
 *
 * @param database empty for the whole cluster
 * @param collection empty for the whole database
 */
record Watch(String database, String collection) {
    /** The whole cluster. */
    static final Watch CLUSTER = new Watch("", "");

    /** One collection. */
    static Watch of(TableRef table) {
        return new Watch(table.schema(), table.name());
    }

    /** One database. */
    static Watch of(String database) {
        return new Watch(database, "");
    }

    /** The database that the command goes to. */
    String commandDatabase() {
        return database.isEmpty() ? "admin" : database;
    }

    /** The command that opens the stream with these options of {@code $changeStream}. */
    BsonDocument command(BsonDocument options) {
        BsonDocument stage = options.clone().append("showExpandedEvents", BsonBoolean.TRUE);
        if (database.isEmpty()) {
            stage.append("allChangesForCluster", BsonBoolean.TRUE);
        }
        BsonValue target = collection.isEmpty() ? new BsonInt32(1) : new BsonString(collection);
        BsonArray pipeline = new BsonArray();
        pipeline.add(new BsonDocument("$changeStream", stage));
        return new BsonDocument("aggregate", target)
                .append("pipeline", pipeline)
                .append("cursor", new BsonDocument());
    }
}
