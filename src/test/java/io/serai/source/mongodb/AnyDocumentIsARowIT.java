package io.serai.source.mongodb;

import static org.assertj.core.api.Assertions.assertThat;

import io.serai.testsupport.MongoServer;
import io.serai.testsupport.MongoTestDatabase;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.bson.BsonArray;
import org.bson.BsonBinary;
import org.bson.BsonBoolean;
import org.bson.BsonDateTime;
import org.bson.BsonDecimal128;
import org.bson.BsonDocument;
import org.bson.BsonDouble;
import org.bson.BsonInt32;
import org.bson.BsonInt64;
import org.bson.BsonMaxKey;
import org.bson.BsonMinKey;
import org.bson.BsonNull;
import org.bson.BsonObjectId;
import org.bson.BsonString;
import org.bson.BsonTimestamp;
import org.bson.BsonValue;
import org.bson.RawBsonDocument;
import org.bson.types.Decimal128;
import org.bson.types.ObjectId;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Keys and fields of every kind. */
class AnyDocumentIsARowIT {
    @TempDir
    Path folder;

    private MongoTestDatabase database;

    @BeforeEach
    void create() {
        database = MongoServer.shared().createDatabase();
    }

    @AfterEach
    void drop() {
        database.close();
    }

    @ParameterizedTest
    @EnumSource(
            value = PostImages.class,
            names = {"OFF", "AUTO_CONFIGURE"})
    void keysOfEveryKindAreCopiedChangedAndDeleted(PostImages mode) throws Exception {
        List<BsonValue> keys = new ArrayList<>(List.of(
                new BsonInt32(0),
                new BsonString(""),
                BsonBoolean.FALSE,
                BsonNull.VALUE,
                new BsonDouble(Double.NaN),
                new BsonDouble(0.5),
                new BsonInt64(Long.MIN_VALUE),
                new BsonDecimal128(Decimal128.parse("0.1")),
                new BsonObjectId(new ObjectId()),
                new BsonBinary(UUID.randomUUID()),
                new BsonBinary((byte) 0, new byte[] {1}),
                new BsonDateTime(0),
                new BsonTimestamp(1, 1),
                new BsonMinKey(),
                new BsonMaxKey(),
                new BsonDocument(),
                new BsonDocument("a", new BsonArray(List.of(new BsonInt32(1), BsonNull.VALUE)))));
        keys.forEach(key -> database.collection("things").insertOne(thing(key, "copied")));
        try (MongoReplica replica = replica(mode, "SELECT name AS id, state FROM things")) {
            assertThat(replica.start().rows()).hasSize(keys.size()).allMatch(row -> row.contains("copied"));

            keys.forEach(key -> database.collection("things")
                    .updateOne(
                            equal(key),
                            new BsonDocument("$set", new BsonDocument("state", new BsonString("changed")))));
            assertThat(replica.rows()).hasSize(keys.size()).allMatch(row -> row.contains("changed"));

            keys.forEach(key -> database.collection("things").deleteOne(equal(key)));
            assertThat(replica.rows()).isEmpty();
        }
    }

    @Test
    void aNumberThatChangesItsTypeStaysTheSameRow() throws Exception {
        database.collection("things").insertOne(thing(new BsonInt32(1), "a"));
        try (MongoReplica replica = replica(PostImages.AUTO_CONFIGURE, "SELECT _id AS id, state FROM things")
                .start()) {
            replica.rows();

            database.collection("things").replaceOne(equal(new BsonInt32(1)), thing(new BsonDouble(1), "b"));
            assertThat(replica.rows()).containsExactly("{\"id\":1,\"state\":\"b\"}");

            database.collection("things").deleteOne(equal(new BsonInt64(1)));
            assertThat(replica.rows()).isEmpty();
        }
    }

    @Test
    void namesOfFieldsAreKeptAsTheyAre() throws Exception {
        try (MongoReplica replica = replica(PostImages.AUTO_CONFIGURE, "SELECT _id AS id, * FROM things")) {
            database.collection("things")
                    .insertOne(new BsonDocument("_id", new BsonInt32(1))
                            .append("b.c", new BsonInt32(1))
                            .append("$d", new BsonInt32(2))
                            .append("", new BsonInt32(3))
                            .append("10", new BsonInt32(4))
                            .append("2", new BsonInt32(5)));

            assertThat(replica.start().rows()).containsExactly("{\"id\":1,\"2\":5,\"10\":4,\"b.c\":1,\"$d\":2,\"\":3}");
        }
    }

    @Test
    void ofAFieldThatIsThereTwiceTheLastCountsAndWithinDocumentsBothStay() throws Exception {
        RawBsonDocument twice = withNames(
                new BsonDocument("_id", new BsonInt32(1))
                        .append("n", new BsonDocument("x", new BsonInt32(1)).append("y", new BsonInt32(2)))
                        .append("v", new BsonInt32(1))
                        .append("w", new BsonInt32(2)),
                'w',
                'v',
                'y',
                'x');
        try (MongoReplica replica = replica(PostImages.AUTO_CONFIGURE, "SELECT _id AS id, v, n FROM things")) {
            database.database().getCollection("things", RawBsonDocument.class).insertOne(twice);

            assertThat(replica.start().rows())
                    .containsExactly("{\"id\":1,\"v\":2,\"n\":\"{\\\"x\\\":1,\\\"x\\\":2}\"}");
        }
    }

    /** The document with other names of one letter: in a map each would be there once. */
    private static RawBsonDocument withNames(BsonDocument document, char... pairs) {
        byte[] bytes = new RawBsonDocument(document, new org.bson.codecs.BsonDocumentCodec())
                .getByteBuffer()
                .array()
                .clone();
        for (int i = 1; i + 1 < bytes.length; i++) {
            for (int pair = 0; pair < pairs.length; pair += 2) {
                if (bytes[i - 1] == BsonElements.INT32 && bytes[i] == pairs[pair] && bytes[i + 1] == 0) {
                    bytes[i] = (byte) pairs[pair + 1];
                }
            }
        }
        return new RawBsonDocument(bytes, 0, BsonElements.int32(bytes, 0));
    }

    private MongoReplica replica(PostImages mode, String query) {
        return new MongoReplica(folder, MongoSettings.of("shop", database.uri(), database.name(), mode), query);
    }

    private static BsonDocument equal(BsonValue key) {
        return new BsonDocument("_id", key);
    }

    private static BsonDocument thing(BsonValue key, String state) {
        String name = Objects.requireNonNull(key.getBsonType()).name() + key.hashCode();
        return new BsonDocument("_id", key).append("name", new BsonString(name)).append("state", new BsonString(state));
    }
}
