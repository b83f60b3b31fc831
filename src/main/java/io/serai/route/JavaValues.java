package io.serai.route;

import io.serai.change.Json;
import io.serai.change.Value;
import java.lang.reflect.Array;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.temporal.TemporalAccessor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collection;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What Java objects that a route's steps put into a row become: integers INTEGER, floating-point numbers REAL, booleans 1 and 0, text, UUIDs, dates
 * and {@link BigDecimal}s (which no double can hold) TEXT, bytes BLOB, maps, collections and arrays their JSON text.
 */
final class JavaValues {
    private JavaValues() {}

    /** Whether {@code given} is what {@link RowView#java} {@code shown} was, perhaps in another width. */
    static boolean isSame(@Nullable Object shown, @Nullable Object given) {
        return switch (shown) {
            case null -> given == null;
            case Long integer ->
                given instanceof Number number && isInteger(number) && integer.equals(exactLong(number));
            case Double real -> given instanceof Number number && !isInteger(number) && isEqual(real, number);
            case byte[] bytes -> given instanceof byte[] others && Arrays.equals(bytes, others);
            default -> shown.equals(given);
        };
    }

    /** The value of a column. */
    static Value value(String column, @Nullable Object given) throws NotARowException {
        return switch (given) {
            case null -> Value.NULL;
            case byte[] bytes -> new Value.BlobValue(bytes.clone());
            case BigDecimal decimal -> Value.of(decimal.toPlainString());
            default -> json(column, given).toValue();
        };
    }

    private static Json json(String column, @Nullable Object given) throws NotARowException {
        return switch (given) {
            case null -> Json.Literal.NULL;
            case Boolean truth -> truth ? Json.Literal.TRUE : Json.Literal.FALSE;
            case BigInteger integer -> new Json.IntegerNumber(integer);
            case Number number when isInteger(number) -> new Json.IntegerNumber(BigInteger.valueOf(number.longValue()));
            case Float real -> new Json.RealNumber(Double.parseDouble(real.toString()));
            case Double real -> new Json.RealNumber(real);
            case BigDecimal decimal -> new Json.RealNumber(decimal.doubleValue());
            case CharSequence text -> new Json.Text(text.toString());
            case Character text -> new Json.Text(text.toString());
            case UUID uuid -> new Json.Text(uuid.toString());
            case TemporalAccessor time -> new Json.Text(time.toString());
            case Date date -> new Json.Text(date.toInstant().toString());
            case byte[] bytes -> new Json.Text(Base64.getEncoder().encodeToString(bytes));
            case Map<?, ?> map -> object(column, map);
            case Collection<?> collection -> array(column, collection);
            default -> {
                if (!given.getClass().isArray()) {
                    throw new NotARowException("Column \"" + column + "\" was given a value of type "
                            + given.getClass().getName() + ", which no column can hold");
                }
                yield array(column, elements(given));
            }
        };
    }

    private static Json object(String column, Map<?, ?> map) throws NotARowException {
        List<Json.Member> members = new ArrayList<>(map.size());
        for (Map.Entry<?, ?> entry : map.entrySet()) {
            members.add(new Json.Member(String.valueOf(entry.getKey()), json(column, entry.getValue())));
        }
        return new Json.Object(members);
    }

    private static Json array(String column, Collection<?> collection) throws NotARowException {
        List<Json> elements = new ArrayList<>(collection.size());
        for (Object element : collection) {
            elements.add(json(column, element));
        }
        return new Json.Array(elements);
    }

    private static List<@Nullable Object> elements(Object array) {
        int length = Array.getLength(array);
        List<@Nullable Object> elements = new ArrayList<>(length);
        for (int i = 0; i < length; i++) {
            elements.add(Array.get(array, i));
        }
        return elements;
    }

    private static boolean isInteger(Number number) {
        return number instanceof Integer
                || number instanceof Long
                || number instanceof Short
                || number instanceof Byte
                || number instanceof BigInteger;
    }

    private static @Nullable Long exactLong(Number integer) {
        if (integer instanceof BigInteger big) {
            return big.bitLength() < Long.SIZE ? big.longValue() : null;
        }
        return integer.longValue();
    }

    private static boolean isEqual(Double shown, Number given) {
        if (given instanceof BigDecimal decimal) {
            return Double.isFinite(shown) && new BigDecimal(shown.toString()).compareTo(decimal) == 0;
        }
        return given instanceof Float real ? shown.equals(Double.parseDouble(real.toString())) : shown.equals(given);
    }
}
