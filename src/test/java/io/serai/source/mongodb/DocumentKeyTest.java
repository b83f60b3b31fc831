package io.serai.source.mongodb;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
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
import org.bson.BsonSymbol;
import org.bson.BsonTimestamp;
import org.bson.BsonValue;
import org.bson.RawBsonDocument;
import org.bson.codecs.BsonDocumentCodec;
import org.bson.types.Decimal128;
import org.bson.types.ObjectId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class DocumentKeyTest {
    @Test
    void numbersOfEqualValueAreOneKey() {
        List<BsonValue> ones = List.of(
                new BsonInt32(1),
                new BsonInt64(1),
                new BsonDouble(1.0),
                decimal("1"),
                decimal("1.000"),
                decimal("0.1E+1"));

        assertThat(ones).extracting(DocumentKeyTest::key).containsOnly("1");
        assertThat(Stream.of(new BsonInt32(0), new BsonDouble(-0.0), decimal("-0"), decimal("0E+5"), decimal("-0E-3")))
                .extracting(DocumentKeyTest::key)
                .containsOnly("0");
        assertThat(key(new BsonDouble(0.5))).isEqualTo(key(decimal("0.50")));
        assertThat(key(new BsonDouble(Double.NaN))).isEqualTo(key(decimal("NaN")));
        assertThat(key(new BsonDouble(Double.NEGATIVE_INFINITY))).isEqualTo(key(decimal("-Infinity")));
        assertThat(key(new BsonDouble(0x1p63))).isEqualTo(key(decimal("9223372036854775808")));
    }

    @Test
    void numbersThatDifferAreTwoKeys() {
        assertThat(key(new BsonDouble(0.1))).isNotEqualTo(key(decimal("0.1"))); // the double is a little more
        assertThat(key(new BsonInt64(Long.MAX_VALUE))).isNotEqualTo(key(new BsonDouble(Long.MAX_VALUE)));
        assertThat(key(new BsonInt32(1))).isNotEqualTo(key(new BsonString("1")));
        assertThat(key(new BsonInt32(1))).isNotEqualTo(key(BsonBoolean.TRUE));
    }

    @Test
    void nestedNumbersAreFoldedToo() {
        assertThat(key(new BsonDocument("a", new BsonArray(List.of(new BsonDouble(1))))))
                .isEqualTo(key(new BsonDocument("a", new BsonArray(List.of(decimal("1.0"))))))
                .isEqualTo("{\"a\":[1]}");
    }

    @Test
    void theOrderOfFieldsCounts() {
        assertThat(key(new BsonDocument("a", new BsonInt32(1)).append("b", new BsonInt32(2))))
                .isNotEqualTo(key(new BsonDocument("b", new BsonInt32(2)).append("a", new BsonInt32(1))));
    }

    @Test
    void aSymbolIsItsString() {
        assertThat(key(new BsonSymbol("a"))).isEqualTo(key(new BsonString("a")));
    }

    static List<BsonValue> values() {
        return List.of(
                new BsonString("a\"b"),
                new BsonInt64(Long.MIN_VALUE),
                new BsonDouble(0.1),
                new BsonDouble(1e300),
                new BsonDouble(Double.NaN),
                decimal("0.1"),
                decimal("1E+6000"),
                BsonBoolean.FALSE,
                BsonNull.VALUE,
                new BsonObjectId(new ObjectId()),
                new BsonDateTime(-1),
                new BsonTimestamp(-1L),
                new BsonBinary(UUID.randomUUID()),
                new BsonBinary((byte) 3, new byte[] {1, 2}),
                new BsonMinKey(),
                new BsonMaxKey(),
                new BsonDocument("$oid", new BsonString("no id")),
                new BsonDocument("a.b", new BsonDocument("$$c", new BsonArray(List.of(BsonNull.VALUE)))));
    }

    @ParameterizedTest
    @MethodSource("values")
    void aKeyFindsItsDocument(BsonValue value) {
        String key = key(value);

        BsonValue found = DocumentKey.value(key.getBytes(StandardCharsets.UTF_8));

        assertThat(key(found)).isEqualTo(key);
    }

    private static BsonDecimal128 decimal(String text) {
        return new BsonDecimal128(Decimal128.parse(text));
    }

    private static String key(BsonValue value) {
        byte[] bytes = new RawBsonDocument(new BsonDocument("_id", value), new BsonDocumentCodec())
                .getByteBuffer()
                .array();
        BsonElements elements = new BsonElements(bytes, 0);
        elements.next();
        return new String(DocumentKey.of(bytes, elements.type(), elements.value()), StandardCharsets.UTF_8);
    }
}
