package io.serai.source.mongodb;

import static io.serai.source.mongodb.BsonElements.float64;
import static io.serai.source.mongodb.BsonElements.int32;
import static io.serai.source.mongodb.BsonElements.int64;

import io.serai.change.Json;
import io.serai.change.JsonReader;
import io.serai.change.JsonSyntaxException;
import io.serai.change.JsonText;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.UUID;
import org.bson.BsonArray;
import org.bson.BsonBinary;
import org.bson.BsonBoolean;
import org.bson.BsonDateTime;
import org.bson.BsonDbPointer;
import org.bson.BsonDecimal128;
import org.bson.BsonDocument;
import org.bson.BsonDouble;
import org.bson.BsonInt64;
import org.bson.BsonJavaScript;
import org.bson.BsonJavaScriptWithScope;
import org.bson.BsonMaxKey;
import org.bson.BsonMinKey;
import org.bson.BsonNull;
import org.bson.BsonObjectId;
import org.bson.BsonRegularExpression;
import org.bson.BsonString;
import org.bson.BsonTimestamp;
import org.bson.BsonUndefined;
import org.bson.BsonValue;
import org.bson.RawBsonDocument;
import org.bson.types.Decimal128;
import org.bson.types.ObjectId;

/**
 * The text of an {@code _id} that is the same for all values which the server takes for the same key: numbers of equal value, whatever their type,
 * and a symbol and its string, also within documents. JSON with the wrappers of MongoDB's Extended JSON; an integer is its digits, every other
 * number {@code {"$number":"…"}}, a field's name that begins with {@code $} has one more.
 */
final class DocumentKey {
    private static final String NUMBER = "$number";
    private static final int LARGEST_SHORT_EXPONENT = 18;

    private DocumentKey() {}

    /** The key of the value of this type at {@code value}, as UTF-8. */
    static byte[] of(byte[] bytes, byte type, int value) {
        StringBuilder out = new StringBuilder(40);
        append(out, bytes, type, value);
        return out.toString().getBytes(StandardCharsets.UTF_8);
    }

    /** A value that the server takes for the key. */
    static BsonValue value(byte[] key) {
        try {
            return value(JsonReader.read(new String(key, StandardCharsets.UTF_8)));
        } catch (JsonSyntaxException e) {
            throw new IllegalArgumentException("not a key", e);
        }
    }

    private static void append(StringBuilder out, byte[] bytes, byte type, int value) {
        switch (type) {
            case BsonElements.DOUBLE -> number(out, float64(bytes, value));
            case BsonElements.INT32 -> out.append(int32(bytes, value));
            case BsonElements.INT64 -> out.append(int64(bytes, value));
            case BsonElements.DECIMAL128 -> decimal(out, bytes, value);
            case BsonElements.STRING, BsonElements.SYMBOL ->
                JsonText.appendQuoted(out, BsonElements.text(bytes, value));
            case BsonElements.DOCUMENT -> document(out, bytes, value);
            case BsonElements.ARRAY -> array(out, bytes, value);
            case BsonElements.BINARY -> binary(out, bytes, value);
            case BsonElements.OBJECT_ID -> wrapped(out, "$oid", BsonJson.objectId(bytes, value));
            case BsonElements.BOOLEAN -> out.append(bytes[value] != 0);
            case BsonElements.DATE ->
                out.append("{\"$date\":").append(int64(bytes, value)).append('}');
            case BsonElements.TIMESTAMP -> wrapped(out, "$timestamp", Long.toUnsignedString(int64(bytes, value)));
            case BsonElements.NULL -> out.append("null");
            case BsonElements.UNDEFINED -> out.append("{\"$undefined\":true}");
            case BsonElements.MIN_KEY -> out.append("{\"$minKey\":1}");
            case BsonElements.MAX_KEY -> out.append("{\"$maxKey\":1}");
            case BsonElements.CODE -> wrapped(out, "$code", BsonElements.text(bytes, value));
            default ->
                wrapped(
                        out,
                        "$bson" + type,
                        Base64.getEncoder().encodeToString(Arrays.copyOfRange(bytes, value, end(bytes, type, value))));
        }
    }

    private static int end(byte[] bytes, byte type, int value) {
        return switch (type) {
            case BsonElements.REGEX -> BsonElements.endOfText(bytes, BsonElements.endOfText(bytes, value) + 1) + 1;
            case BsonElements.DB_POINTER -> value + 16 + int32(bytes, value);
            default -> value + int32(bytes, value); // CODE_WITH_SCOPE
        };
    }

    private static void document(StringBuilder out, byte[] bytes, int value) {
        int start = out.append('{').length();
        BsonElements members = new BsonElements(bytes, value);
        while (members.next()) {
            if (out.length() > start) {
                out.append(',');
            }
            String name = members.name();
            JsonText.appendQuoted(out, name.startsWith("$") ? "$" + name : name);
            append(out.append(':'), bytes, members.type(), members.value());
        }
        out.append('}');
    }

    private static void array(StringBuilder out, byte[] bytes, int value) {
        int start = out.append('[').length();
        BsonElements slots = new BsonElements(bytes, value);
        while (slots.next()) {
            if (out.length() > start) {
                out.append(',');
            }
            append(out, bytes, slots.type(), slots.value());
        }
        out.append(']');
    }

    private static void binary(StringBuilder out, byte[] bytes, int value) {
        if (BsonJson.isUuid(bytes, value)) {
            wrapped(out, "$uuid", BsonJson.uuid(bytes, value));
            return;
        }
        String subtype = HexFormat.of().toHexDigits(bytes[value + 4]);
        byte[] content = Arrays.copyOfRange(bytes, value + 5, value + 5 + int32(bytes, value));
        wrapped(out, "$binary", subtype + Base64.getEncoder().encodeToString(content));
    }

    private static void wrapped(StringBuilder out, String name, String text) {
        JsonText.appendQuoted(out.append("{\"").append(name).append("\":"), text);
        out.append('}');
    }

    private static void number(StringBuilder out, double number) {
        if (!Double.isFinite(number)) {
            wrapped(out, NUMBER, Double.toString(number));
        } else if (number == (long) number && Math.abs(number) < 0x1p62) {
            out.append((long) number);
        } else {
            number(out, new BigDecimal(number));
        }
    }

    private static void decimal(StringBuilder out, byte[] bytes, int value) {
        Decimal128 decimal = Decimal128.fromIEEE754BIDEncoding(int64(bytes, value + 8), int64(bytes, value));
        if (decimal.isNaN()) {
            wrapped(out, NUMBER, "NaN");
        } else if (decimal.isInfinite()) {
            wrapped(out, NUMBER, decimal.isNegative() ? "-Infinity" : "Infinity");
        } else if (decimal.isNegative() && decimal.equals(Decimal128.NEGATIVE_ZERO)) {
            out.append('0');
        } else {
            number(out, exact(decimal));
        }
    }

    private static BigDecimal exact(Decimal128 decimal) {
        try {
            return decimal.bigDecimalValue();
        } catch (ArithmeticException e) { // a negative zero with an exponent
            return BigDecimal.ZERO;
        }
    }

    /** A number that a long holds as its digits, any other in a form that does not depend on its trailing zeros. */
    private static void number(StringBuilder out, BigDecimal number) {
        BigDecimal stripped = number.signum() == 0 ? BigDecimal.ZERO : number.stripTrailingZeros();
        if (stripped.scale() <= 0 && stripped.precision() - stripped.scale() <= LARGEST_SHORT_EXPONENT + 1) {
            BigInteger integer = stripped.toBigIntegerExact();
            if (integer.bitLength() < Long.SIZE) {
                out.append(integer.longValueExact());
                return;
            }
        }
        wrapped(out, NUMBER, stripped.toString());
    }

    private static BsonValue value(Json json) {
        return switch (json) {
            case Json.Literal literal ->
                switch (literal) {
                    case NULL -> BsonNull.VALUE;
                    case TRUE -> BsonBoolean.TRUE;
                    case FALSE -> BsonBoolean.FALSE;
                };
            case Json.IntegerNumber number -> new BsonInt64(number.value().longValueExact());
            case Json.RealNumber number -> new BsonDouble(number.value());
            case Json.Text text -> new BsonString(text.value());
            case Json.Array array ->
                new BsonArray(array.elements().stream().map(DocumentKey::value).toList());
            case Json.Object object -> object(object);
        };
    }

    private static BsonValue object(Json.Object object) {
        if (object.members().size() == 1) {
            Json.Member only = object.members().get(0);
            if (only.name().startsWith("$") && !only.name().startsWith("$$")) {
                return unwrapped(only.name(), only.value());
            }
        }
        BsonDocument document = new BsonDocument();
        for (Json.Member member : object.members()) {
            String name = member.name();
            document.append(name.startsWith("$$") ? name.substring(1) : name, value(member.value()));
        }
        return document;
    }

    private static BsonValue unwrapped(String wrapper, Json json) {
        String text = json instanceof Json.Text quoted ? quoted.value() : "";
        return switch (wrapper) {
            case "$oid" -> new BsonObjectId(new ObjectId(text));
            case "$date" -> new BsonDateTime(((Json.IntegerNumber) json).value().longValueExact());
            case "$uuid" -> new BsonBinary(UUID.fromString(text));
            case "$binary" ->
                new BsonBinary(
                        (byte) HexFormat.fromHexDigits(text, 0, 2),
                        Base64.getDecoder().decode(text.substring(2)));
            case "$timestamp" -> new BsonTimestamp(Long.parseUnsignedLong(text));
            case "$undefined" -> new BsonUndefined();
            case "$minKey" -> new BsonMinKey();
            case "$maxKey" -> new BsonMaxKey();
            case "$code" -> new BsonJavaScript(text);
            case NUMBER -> number(text);
            default ->
                raw(
                        Byte.parseByte(wrapper.substring("$bson".length())),
                        Base64.getDecoder().decode(text));
        };
    }

    private static BsonValue number(String text) {
        if (text.equals("NaN") || text.endsWith("Infinity")) {
            return new BsonDouble(Double.parseDouble(text));
        }
        BigDecimal number = new BigDecimal(text);
        double nearest = number.doubleValue();
        return Double.isFinite(nearest) && new BigDecimal(nearest).compareTo(number) == 0
                ? new BsonDouble(nearest)
                : new BsonDecimal128(new Decimal128(number));
    }

    private static BsonValue raw(byte type, byte[] bytes) {
        return switch (type) {
            case BsonElements.REGEX -> {
                int end = BsonElements.endOfText(bytes, 0);
                yield new BsonRegularExpression(
                        new String(bytes, 0, end, StandardCharsets.UTF_8),
                        new String(bytes, end + 1, bytes.length - end - 2, StandardCharsets.UTF_8));
            }
            case BsonElements.DB_POINTER ->
                new BsonDbPointer(
                        BsonElements.text(bytes, 0), new ObjectId(BsonJson.objectId(bytes, bytes.length - 12)));
            case BsonElements.CODE_WITH_SCOPE -> {
                int scope = 8 + int32(bytes, 4);
                yield new BsonJavaScriptWithScope(
                        BsonElements.text(bytes, 4), new RawBsonDocument(bytes, scope, bytes.length - scope));
            }
            default -> throw new IllegalArgumentException("not a key");
        };
    }
}
