package io.serai.source.mongodb;

import static io.serai.source.mongodb.BsonElements.float64;
import static io.serai.source.mongodb.BsonElements.int32;
import static io.serai.source.mongodb.BsonElements.int64;

import io.serai.change.Value;
import java.util.Arrays;

/** The SQLite values of the fields of a document. */
final class BsonValues {
    private static final double LONG_RANGE = 0x1p63;

    private BsonValues() {}

    /** The value of this type at {@code value}; nested ones keep {@code bytes}. */
    static Value of(byte[] bytes, byte type, int value) {
        return switch (type) {
            case BsonElements.DOUBLE -> number(float64(bytes, value));
            case BsonElements.STRING, BsonElements.SYMBOL -> Value.of(BsonElements.text(bytes, value));
            case BsonElements.BINARY ->
                BsonJson.isUuid(bytes, value)
                        ? Value.of(BsonJson.uuid(bytes, value))
                        : new Value.BlobValue(Arrays.copyOfRange(bytes, value + 5, value + 5 + int32(bytes, value)));
            case BsonElements.OBJECT_ID -> Value.of(BsonJson.objectId(bytes, value));
            case BsonElements.BOOLEAN -> Value.of(bytes[value] != 0);
            case BsonElements.DATE -> new BsonDate(int64(bytes, value));
            case BsonElements.INT32 -> Value.of((long) int32(bytes, value));
            case BsonElements.INT64 -> Value.of(int64(bytes, value));
            case BsonElements.TIMESTAMP -> timestamp(int64(bytes, value));
            case BsonElements.DECIMAL128 -> Value.of(BsonJson.decimal(bytes, value));
            case BsonElements.DOCUMENT,
                    BsonElements.ARRAY,
                    BsonElements.REGEX,
                    BsonElements.DB_POINTER,
                    BsonElements.CODE,
                    BsonElements.CODE_WITH_SCOPE -> new BsonJson(bytes, type, value);
            default -> Value.NULL;
        };
    }

    /** An integral number is an INTEGER, or beyond that as whole. */
    private static Value number(double number) {
        if (!Double.isFinite(number) || number != Math.rint(number)) {
            return Value.of(number);
        }
        return number >= -LONG_RANGE && number < LONG_RANGE ? Value.of((long) number) : Value.ofWhole(number);
    }

    /** Seconds after 2038 are beyond SQLite's INTEGER. */
    private static Value timestamp(long bits) {
        return bits >= 0 ? Value.of(bits) : Value.ofWhole((bits >>> 1) * 2.0);
    }
}
