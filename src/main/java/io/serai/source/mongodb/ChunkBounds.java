package io.serai.source.mongodb;

import io.serai.source.ChunkRange;
import org.bson.BsonDocument;
import org.bson.BsonValue;
import org.bson.json.JsonMode;
import org.bson.json.JsonWriterSettings;
import org.jspecify.annotations.Nullable;

/**
 * A range of {@code _id}s in the order of the index. Immutable.
 *
 * @param min the first, or null for the beginning
 * @param max the first that is not in it, or null for the end
 */
record ChunkBounds(@Nullable BsonValue min, @Nullable BsonValue max) {
    private static final JsonWriterSettings EXACT =
            JsonWriterSettings.builder().outputMode(JsonMode.EXTENDED).build();

    static ChunkBounds parse(ChunkRange range) {
        BsonDocument bounds = BsonDocument.parse(range.text());
        return new ChunkBounds(bounds.get("min"), bounds.get("max"));
    }

    ChunkRange range() {
        BsonDocument bounds = new BsonDocument();
        if (min != null) {
            bounds.append("min", min);
        }
        if (max != null) {
            bounds.append("max", max);
        }
        return new ChunkRange(bounds.toJson(EXACT));
    }

    /** The range from this value on. */
    ChunkBounds from(BsonValue next) {
        return new ChunkBounds(next, max);
    }
}
