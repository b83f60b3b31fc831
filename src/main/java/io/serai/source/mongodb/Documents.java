package io.serai.source.mongodb;

import com.mongodb.MongoCommandException;
import io.serai.change.ClusterTime;
import io.serai.change.TableRef;
import io.serai.source.SourceTable;
import java.util.Collection;
import java.util.UUID;
import org.bson.BsonArray;
import org.bson.BsonBinary;
import org.bson.BsonDocument;
import org.bson.BsonString;

/** Parts of commands that read documents. */
final class Documents {
    private Documents() {}

    /** The filter that finds the documents with these keys, and, where a collation takes other keys for equal, those. */
    static BsonDocument withKeys(Collection<byte[]> keys) {
        BsonArray values = new BsonArray();
        keys.forEach(key -> values.add(DocumentKey.value(key)));
        return new BsonDocument("_id", new BsonDocument("$in", values));
    }

    /** What tells the collection from another of the same name. */
    static BsonBinary uuid(SourceTable table) {
        return new BsonBinary(UUID.fromString(table.identity()));
    }

    /** About how many documents there are; -1 when the server does not say. */
    static long count(Server server, TableRef table) throws InterruptedException {
        try {
            return server.run(table.schema(), new BsonDocument("count", new BsonString(table.name())))
                    .document()
                    .getNumber("n")
                    .longValue();
        } catch (MongoCommandException e) {
            return -1;
        }
    }

    /** The time of a refusal: what led to it happened before. */
    static ClusterTime operationTime(MongoCommandException refusal) {
        return new ClusterTime(
                refusal.getResponse().getTimestamp("operationTime").getValue());
    }
}
