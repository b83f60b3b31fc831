package io.serai.syncrules.evaluator;

import io.serai.change.Json;
import io.serai.change.JsonReader;
import io.serai.change.JsonSyntaxException;
import io.serai.change.JsonText;
import io.serai.change.Value;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * The functions and operators whose arguments are all evaluated (spec.md, section 7). Missing arguments are NULL, further ones are ignored.
 */
public enum ScalarFunction {
    /** {@code a = b}. */
    EQUAL(arguments -> Comparison.EQUAL.apply(at(arguments, 0), at(arguments, 1))),
    /** {@code a <> b}. */
    NOT_EQUAL(arguments -> Comparison.NOT_EQUAL.apply(at(arguments, 0), at(arguments, 1))),
    /** {@code a < b}. */
    LESS(arguments -> Comparison.LESS.apply(at(arguments, 0), at(arguments, 1))),
    /** {@code a > b}. */
    GREATER(arguments -> Comparison.GREATER.apply(at(arguments, 0), at(arguments, 1))),
    /** {@code a <= b}. */
    LESS_OR_EQUAL(arguments -> Comparison.LESS_OR_EQUAL.apply(at(arguments, 0), at(arguments, 1))),
    /** {@code a >= b}. */
    GREATER_OR_EQUAL(arguments -> Comparison.GREATER_OR_EQUAL.apply(at(arguments, 0), at(arguments, 1))),
    /** {@code x BETWEEN low AND high}. */
    BETWEEN(arguments -> between(at(arguments, 0), at(arguments, 1), at(arguments, 2))),
    /** {@code x IN right}, where right is a JSON array. */
    IN_JSON(arguments -> inJson(at(arguments, 0), at(arguments, 1))),
    /** {@code left && right}, where both are JSON arrays. */
    OVERLAP(arguments -> overlap(at(arguments, 0), at(arguments, 1))),
    /** {@code x IN ARRAY[…]}: x, then the elements. */
    IN_LIST(ScalarFunction::inList),
    /** {@code NOT x}. */
    NOT(arguments -> Value.of(!Conversions.isTrue(at(arguments, 0)))),
    /** {@code x IS NULL}. */
    IS_NULL(arguments -> Value.of(at(arguments, 0) == Value.NULL)),
    /** {@code x IS NOT NULL}. */
    IS_NOT_NULL(arguments -> Value.of(at(arguments, 0) != Value.NULL)),
    /** {@code x IS TRUE}. */
    IS_TRUE(arguments -> Value.of(Comparison.areEqual(at(arguments, 0), Value.of(1)))),
    /** {@code x IS FALSE}. */
    IS_FALSE(arguments -> Value.of(Comparison.areEqual(at(arguments, 0), Value.of(0)))),
    /** {@code a + b}. */
    ADD(arguments -> Arithmetic.ADD.apply(at(arguments, 0), at(arguments, 1))),
    /** {@code a - b}. */
    SUBTRACT(arguments -> Arithmetic.SUBTRACT.apply(at(arguments, 0), at(arguments, 1))),
    /** {@code a * b}. */
    MULTIPLY(arguments -> Arithmetic.MULTIPLY.apply(at(arguments, 0), at(arguments, 1))),
    /** {@code a / b}. */
    DIVIDE(arguments -> Arithmetic.DIVIDE.apply(at(arguments, 0), at(arguments, 1))),
    /** {@code a || b}. */
    CONCAT(arguments -> concat(at(arguments, 0), at(arguments, 1))),
    /** {@code CAST(x AS text)}. */
    TO_TEXT(arguments -> Conversions.toText(at(arguments, 0))),
    /** {@code CAST(x AS integer)}. */
    TO_INTEGER(arguments -> Conversions.toInteger(at(arguments, 0))),
    /** {@code CAST(x AS numeric)}. */
    TO_NUMERIC(arguments -> Conversions.toNumeric(at(arguments, 0))),
    /** {@code CAST(x AS real)}. */
    TO_REAL(arguments -> Conversions.toReal(at(arguments, 0))),
    /** {@code CAST(x AS blob)}. */
    TO_BLOB(arguments -> Conversions.toBlob(at(arguments, 0))),
    /** {@code upper(x)}. */
    UPPER(ifPresent(value -> Value.of(Conversions.text(value).toUpperCase(Locale.ROOT)))),
    /** {@code lower(x)}. */
    LOWER(ifPresent(value -> Value.of(Conversions.text(value).toLowerCase(Locale.ROOT)))),
    /** {@code substring(x, start[, length])}. */
    SUBSTRING(ScalarFunction::substring),
    /** {@code length(x)}. */
    LENGTH(ifPresent(value -> Value.of(
            value instanceof Value.BlobValue blob
                    ? blob.value().length
                    : Conversions.text(value).length()))),
    /** {@code hex(x)}. */
    HEX(arguments -> Value.of(HexFormat.of().withUpperCase().formatHex(bytesOrNone(at(arguments, 0))))),
    /** {@code base64(x)}. */
    BASE64(arguments -> Value.of(Base64.getEncoder().encodeToString(bytesOrNone(at(arguments, 0))))),
    /** {@code uuid_blob(x)}. */
    UUID_BLOB(ifPresent(ScalarFunction::uuidBlob)),
    /** {@code typeof(x)}. */
    TYPEOF(arguments -> Value.of(typeOf(at(arguments, 0)))),
    /** {@code ifnull(a, b)}. */
    IFNULL(arguments -> at(arguments, 0) == Value.NULL ? at(arguments, 1) : at(arguments, 0)),
    /** {@code iif(condition, a, b)}. */
    IIF(arguments -> Conversions.isTrue(at(arguments, 0)) ? at(arguments, 1) : at(arguments, 2)),
    /** {@code instr(text, part)}. */
    INSTR(arguments -> instr(at(arguments, 0), at(arguments, 1))),
    /** {@code json_extract(json, path)}. */
    JSON_EXTRACT(arguments -> jsonExtract(at(arguments, 0), at(arguments, 1), true)),
    /** {@code json_extract} without {@code fixed_json_extract}. */
    JSON_EXTRACT_LEGACY(arguments -> jsonExtract(at(arguments, 0), at(arguments, 1), false)),
    /** {@code json ->> path} with a path that is not known before. */
    JSON_MEMBER(arguments -> jsonMember(at(arguments, 0), at(arguments, 1))),
    /** {@code json_array_length(json[, path])}. */
    JSON_ARRAY_LENGTH(arguments -> jsonArrayLength(arguments, true)),
    /** {@code json_array_length} without {@code fixed_json_extract}. */
    JSON_ARRAY_LENGTH_LEGACY(arguments -> jsonArrayLength(arguments, false)),
    /** {@code json_valid(x)}. */
    JSON_VALID(arguments -> Value.of(isJson(at(arguments, 0)))),
    /** {@code json_keys(x)}. */
    JSON_KEYS(ifPresent(ScalarFunction::jsonKeys)),
    /** {@code unixepoch(time[, modifier[, modifier]])}. */
    UNIXEPOCH(arguments -> DateTimes.unixEpoch(arguments)),
    /** {@code datetime(time[, modifier[, modifier]])}. */
    DATETIME(arguments -> DateTimes.dateTime(arguments)),
    /** {@code st_asgeojson(geometry)}. */
    ST_ASGEOJSON(arguments -> Geometry.geoJson(at(arguments, 0))),
    /** {@code st_astext(geometry)}. */
    ST_ASTEXT(arguments -> Geometry.text(at(arguments, 0))),
    /** {@code st_x(geometry)}. */
    ST_X(arguments -> Geometry.x(at(arguments, 0))),
    /** {@code st_y(geometry)}. */
    ST_Y(arguments -> Geometry.y(at(arguments, 0)));

    private final Body body;

    ScalarFunction(Body body) {
        this.body = body;
    }

    /** What a function does. */
    private interface Body {
        Value apply(Value[] arguments);
    }

    /** What a function of one argument does with one that is not NULL. */
    private interface PresentBody {
        Value apply(Value argument);
    }

    /** The value for these arguments, all of plain kinds. */
    Value apply(Value[] arguments) {
        return body.apply(arguments);
    }

    private static Body ifPresent(PresentBody body) {
        return arguments -> {
            Value argument = at(arguments, 0);
            return argument == Value.NULL ? Value.NULL : body.apply(argument);
        };
    }

    private static Value at(Value[] arguments, int index) {
        return index < arguments.length ? arguments[index] : Value.NULL;
    }

    private static Value between(Value value, Value low, Value high) {
        Value aboveLow = Comparison.GREATER_OR_EQUAL.apply(value, low);
        Value belowHigh = Comparison.LESS_OR_EQUAL.apply(value, high);
        if (aboveLow == Value.NULL || belowHigh == Value.NULL) {
            return Value.NULL;
        }
        return Value.of(Conversions.isTrue(aboveLow) && Conversions.isTrue(belowHigh));
    }

    private static Value inJson(Value value, Value array) {
        if (value == Value.NULL || array == Value.NULL) {
            return Value.NULL;
        }
        for (Json element : JsonDocuments.elements(array)) {
            if (Comparison.areEqual(value, element.toValue())) {
                return Value.of(true);
            }
        }
        return Value.of(false);
    }

    private static Value overlap(Value left, Value right) {
        if (left == Value.NULL || right == Value.NULL) {
            return Value.NULL;
        }
        List<Json> others = JsonDocuments.elements(right);
        for (Json element : JsonDocuments.elements(left)) {
            for (Json other : others) {
                if (Comparison.areEqual(element.toValue(), other.toValue())) {
                    return Value.of(true);
                }
            }
        }
        return Value.of(false);
    }

    private static Value inList(Value[] arguments) {
        Value value = arguments[0];
        if (value == Value.NULL) {
            return Value.NULL;
        }
        boolean unknown = false;
        for (int i = 1; i < arguments.length; i++) {
            if (Comparison.areEqual(value, arguments[i])) {
                return Value.of(true);
            }
            unknown |= arguments[i] == Value.NULL;
        }
        return unknown ? Value.NULL : Value.of(false);
    }

    private static Value concat(Value left, Value right) {
        return left == Value.NULL || right == Value.NULL
                ? Value.NULL
                : Value.of(Conversions.text(left).concat(Conversions.text(right)));
    }

    private static Value substring(Value[] arguments) {
        Value value = at(arguments, 0);
        Value from = at(arguments, 1);
        if (value == Value.NULL || from == Value.NULL || (arguments.length > 2 && arguments[2] == Value.NULL)) {
            return Value.NULL;
        }
        String text = Conversions.text(value);
        long start = integer(from);
        long length = arguments.length > 2 ? integer(arguments[2]) : Integer.MAX_VALUE;
        if (start < 0) {
            start = Math.max(0, text.length() + start);
        } else if (start > 0) {
            start--;
        } else if (length > 0) {
            length--;
        }
        long end = start + length;
        int low = Math.clamp(Math.min(start, end), 0, text.length());
        int high = Math.clamp(Math.max(start, end), 0, text.length());
        return Value.of(text.substring(low, high));
    }

    private static long integer(Value value) {
        long exact = ((Value.IntegerValue) Conversions.toInteger(value)).value();
        return Math.clamp(exact, -Integer.MAX_VALUE, Integer.MAX_VALUE);
    }

    private static byte[] bytesOrNone(Value value) {
        return value == Value.NULL ? new byte[0] : Conversions.bytes(value);
    }

    private static Value uuidBlob(Value value) {
        String text = Conversions.text(value);
        if (!isUuid(text)) {
            throw new EvaluationException("uuid_blob needs a UUID");
        }
        return new Value.BlobValue(HexFormat.of().parseHex(text.replace("-", "")));
    }

    private static boolean isUuid(String text) {
        if (text.length() != 36) {
            return false;
        }
        for (int i = 0; i < 36; i++) {
            char c = text.charAt(i);
            boolean dash = i == 8 || i == 13 || i == 18 || i == 23;
            if (dash ? c != '-' : c >= 0x80 || Character.digit(c, 16) < 0) {
                return false;
            }
        }
        UUID uuid = UUID.fromString(text);
        boolean nil = uuid.getMostSignificantBits() == 0 && uuid.getLeastSignificantBits() == 0;
        boolean max = uuid.getMostSignificantBits() == -1 && uuid.getLeastSignificantBits() == -1;
        return nil || max || (uuid.variant() == 2 && uuid.version() >= 1 && uuid.version() <= 8);
    }

    private static String typeOf(Value value) {
        return switch (value) {
            case Value.NullValue ignored -> "null";
            case Value.IntegerValue ignored -> "integer";
            case Value.RealValue ignored -> "real";
            case Value.TextValue ignored -> "text";
            case Value.BlobValue ignored -> "blob";
            case Value.EditionValue ignored -> throw new IllegalArgumentException("the value depends on the edition");
        };
    }

    private static Value instr(Value text, Value part) {
        if (text == Value.NULL || part == Value.NULL) {
            return Value.NULL;
        }
        if (text instanceof Value.BlobValue blob && part instanceof Value.BlobValue bytes) {
            return Value.of(indexOf(blob.value(), bytes.value()) + 1);
        }
        return Value.of(Conversions.text(text).indexOf(Conversions.text(part)) + 1);
    }

    private static int indexOf(byte[] bytes, byte[] part) {
        for (int i = 0; i + part.length <= bytes.length; i++) {
            if (Arrays.equals(bytes, i, i + part.length, part, 0, part.length)) {
                return i;
            }
        }
        return -1;
    }

    private static Value jsonExtract(Value json, Value path, boolean fixed) {
        if (json == Value.NULL || path == Value.NULL) {
            return Value.NULL;
        }
        String text = Conversions.text(path);
        if (!text.startsWith("$")) {
            throw new EvaluationException("json_extract needs a path that starts with $");
        }
        return JsonPath.of(text, fixed).extract(json, true, fixed);
    }

    private static Value jsonMember(Value json, Value path) {
        return path == Value.NULL
                ? Value.NULL
                : JsonPath.of(Conversions.text(path), true).extract(json, true, true);
    }

    private static Value jsonArrayLength(Value[] arguments, boolean fixed) {
        Value json = arguments.length > 1 ? jsonExtract(arguments[0], arguments[1], fixed) : at(arguments, 0);
        if (json == Value.NULL) {
            return Value.NULL;
        }
        return Value.of(
                JsonDocuments.read(json) instanceof Json.Array array
                        ? array.elements().size()
                        : 0);
    }

    private static boolean isJson(Value value) {
        if (value == Value.NULL) {
            return false;
        }
        try {
            JsonReader.read(Conversions.text(value));
            return true;
        } catch (JsonSyntaxException e) {
            return false;
        }
    }

    private static Value jsonKeys(Value value) {
        if (!(JsonDocuments.read(value) instanceof Json.Object object)) {
            throw new EvaluationException("json_keys needs a JSON object");
        }
        List<Json.Member> members = object.members();
        return Value.of(members.stream()
                .map(member -> JsonText.quoted(member.name()))
                .collect(Collectors.joining(",", "[", "]")));
    }
}
