package io.serai.source.mongodb;

import static org.assertj.core.api.Assertions.assertThat;

import io.serai.testsupport.MongoServer;
import io.serai.testsupport.MongoTestDatabase;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.bson.BsonArray;
import org.bson.BsonBinary;
import org.bson.BsonBoolean;
import org.bson.BsonDateTime;
import org.bson.BsonDbPointer;
import org.bson.BsonDecimal128;
import org.bson.BsonDocument;
import org.bson.BsonDouble;
import org.bson.BsonInt32;
import org.bson.BsonInt64;
import org.bson.BsonJavaScript;
import org.bson.BsonJavaScriptWithScope;
import org.bson.BsonMaxKey;
import org.bson.BsonMinKey;
import org.bson.BsonNull;
import org.bson.BsonObjectId;
import org.bson.BsonRegularExpression;
import org.bson.BsonString;
import org.bson.BsonSymbol;
import org.bson.BsonTimestamp;
import org.bson.BsonUndefined;
import org.bson.BsonValue;
import org.bson.types.Decimal128;
import org.bson.types.ObjectId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each BSON type as a field, in a document and in an array, read by the copy, by the stream with images, and by the stream without. */
class ValuesOfEveryTypeIT {
    private static final UUID ID = UUID.fromString("12345678-1234-4234-8234-123456789abc");
    private static final ObjectId OBJECT_ID = new ObjectId("65a1b2c3d4e5f60718293a4b");

    /** The value, and its JSON as a field, as a member of a document, and as a slot of an array; null for a member that is omitted. */
    private record Case(BsonValue value, String field, String member, String slot) {
        private Case(BsonValue value, String everywhere) {
            this(value, everywhere, everywhere, everywhere);
        }
    }

    private static final Map<String, Case> CASES = new TreeMap<>(Map.ofEntries(
            Map.entry("string", new Case(new BsonString("a\"ü"), "\"a\\\"ü\"")),
            Map.entry("symbol", new Case(new BsonSymbol("s"), "\"s\"")),
            Map.entry("int32", new Case(new BsonInt32(-7), "-7")),
            Map.entry("int64", new Case(new BsonInt64(Long.MAX_VALUE), "9223372036854775807")),
            Map.entry("double", new Case(new BsonDouble(1.5), "1.5")),
            Map.entry("integral", new Case(new BsonDouble(3), "3")),
            Map.entry("minusZero", new Case(new BsonDouble(-0.0), "0")),
            Map.entry("large", new Case(new BsonDouble(1e21), "1000000000000000000000", "1e+21", "1e+21")),
            Map.entry("nan", new Case(new BsonDouble(Double.NaN), "null")),
            Map.entry("decimal", new Case(new BsonDecimal128(Decimal128.parse("1.50")), "\"1.50\"")),
            Map.entry("decimalExponent", new Case(new BsonDecimal128(Decimal128.parse("1E+3")), "\"1E+3\"")),
            Map.entry("true", new Case(BsonBoolean.TRUE, "1")),
            Map.entry("false", new Case(BsonBoolean.FALSE, "0")),
            Map.entry("null", new Case(BsonNull.VALUE, "null")),
            Map.entry("undefined", new Case(new BsonUndefined(), "null", "", "null")),
            Map.entry("minKey", new Case(new BsonMinKey(), "null")),
            Map.entry("maxKey", new Case(new BsonMaxKey(), "null")),
            Map.entry("objectId", new Case(new BsonObjectId(OBJECT_ID), "\"" + OBJECT_ID.toHexString() + "\"")),
            Map.entry("date", new Case(new BsonDateTime(1678117620001L), "\"2023-03-06 15:47:00.001Z\"")),
            Map.entry("year12345", new Case(new BsonDateTime(327403382400000L), "\"+012345-01-01 00:00:00.000Z\"")),
            Map.entry("yearMinus43", new Case(new BsonDateTime(-63517824000000L), "\"-000043-03-15 00:00:00.000Z\"")),
            Map.entry("uuid", new Case(new BsonBinary(ID), "\"" + ID + "\"")),
            Map.entry("timestamp", new Case(new BsonTimestamp(1, 2), "4294967298")),
            Map.entry(
                    "regex",
                    new Case(
                            new BsonRegularExpression("^a", "i"),
                            "\"{\\\"pattern\\\":\\\"^a\\\",\\\"options\\\":\\\"i\\\"}\"",
                            "{\"pattern\":\"^a\",\"options\":\"i\"}",
                            "{\"pattern\":\"^a\",\"options\":\"i\"}")),
            Map.entry(
                    "code",
                    new Case(
                            new BsonJavaScript("f()"),
                            "\"{\\\"code\\\":\\\"f()\\\",\\\"scope\\\":null}\"",
                            "{\"code\":\"f()\",\"scope\":null}",
                            "{\"code\":\"f()\",\"scope\":null}")),
            Map.entry(
                    "codeWithScope",
                    new Case(
                            new BsonJavaScriptWithScope("f()", new BsonDocument("x", new BsonInt32(1))),
                            "\"{\\\"code\\\":\\\"f()\\\",\\\"scope\\\":{\\\"x\\\":1}}\"",
                            "{\"code\":\"f()\",\"scope\":{\"x\":1}}",
                            "{\"code\":\"f()\",\"scope\":{\"x\":1}}")),
            Map.entry(
                    "pointer",
                    new Case(
                            new BsonDbPointer("shop.items", OBJECT_ID),
                            "\"{\\\"collection\\\":\\\"items\\\",\\\"oid\\\":\\\"" + OBJECT_ID.toHexString()
                                    + "\\\",\\\"db\\\":\\\"shop\\\",\\\"fields\\\":{}}\"",
                            "{\"collection\":\"items\",\"oid\":\"" + OBJECT_ID.toHexString()
                                    + "\",\"db\":\"shop\",\"fields\":{}}",
                            "{\"collection\":\"items\",\"oid\":\"" + OBJECT_ID.toHexString()
                                    + "\",\"db\":\"shop\",\"fields\":{}}"))));

    @TempDir
    Path folder;

    @Test
    void areTheSameFromTheCopyAndFromTheStream() throws Exception {
        for (PostImages mode : List.of(PostImages.AUTO_CONFIGURE, PostImages.OFF)) {
            try (MongoTestDatabase database = MongoServer.shared().createDatabase();
                    MongoReplica replica = new MongoReplica(
                            folder.resolve(mode.name()),
                            MongoSettings.of("shop", database.uri(), database.name(), mode),
                            "SELECT _id AS id, * FROM matrix")) {
                database.collection("matrix").insertOne(document("copied"));
                database.collection("matrix").insertOne(document("updated"));
                replica.start().rows();

                database.collection("matrix").insertOne(document("streamed"));
                database.collection("matrix")
                        .updateOne(
                                new BsonDocument("_id", new BsonString("updated")),
                                new BsonDocument("$set", new BsonDocument("last", new BsonInt32(1))));

                assertThat(replica.rows())
                        .containsExactly(
                                row("copied"), row("streamed"), row("updated").replaceFirst("}$", ",\"last\":1}"));
            }
        }
    }

    @Test
    void blobsAreBytesInFiltersAndHaveNoJson() throws Exception {
        try (MongoTestDatabase database = MongoServer.shared().createDatabase();
                MongoReplica replica = new MongoReplica(
                        folder,
                        MongoSettings.of("shop", database.uri(), database.name(), PostImages.AUTO_CONFIGURE),
                        "SELECT _id AS id, hex(b) AS b, typeof(b) AS t, d, a FROM blobs")) {
            BsonBinary bytes = new BsonBinary(new byte[] {1, (byte) 0xab});
            database.collection("blobs")
                    .insertOne(new BsonDocument("_id", new BsonInt32(1))
                            .append("b", bytes)
                            .append("d", new BsonDocument("b", bytes).append("x", new BsonInt32(1)))
                            .append("a", new BsonArray(List.of(bytes, new BsonInt32(1)))));

            assertThat(replica.start().rows())
                    .containsExactly(
                            "{\"id\":1,\"b\":\"01AB\",\"t\":\"blob\",\"d\":\"{\\\"x\\\":1}\",\"a\":\"[null,1]\"}");
        }
    }

    private static BsonDocument document(String id) {
        BsonDocument document = new BsonDocument("_id", new BsonString(id));
        BsonDocument nested = new BsonDocument();
        BsonArray array = new BsonArray();
        CASES.forEach((name, of) -> {
            document.append(name, of.value());
            nested.append(name, of.value());
            array.add(of.value());
        });
        return document.append("nested", nested).append("array", array);
    }

    private static String row(String id) {
        StringBuilder fields = new StringBuilder("{\"id\":\"" + id + "\"");
        StringBuilder nested = new StringBuilder();
        StringBuilder array = new StringBuilder();
        CASES.forEach((name, of) -> {
            fields.append(",\"").append(name).append("\":").append(of.field());
            if (!of.member().isEmpty()) {
                nested.append(nested.isEmpty() ? "" : ",")
                        .append("\"" + name + "\":")
                        .append(of.member());
            }
            array.append(array.isEmpty() ? "" : ",").append(of.slot());
        });
        return fields + ",\"nested\":" + quoted("{" + nested + "}") + ",\"array\":" + quoted("[" + array + "]") + "}";
    }

    private static String quoted(String json) {
        return '"' + json.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }
}
