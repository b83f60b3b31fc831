package io.serai.syncrules.evaluator;

import io.serai.change.Json;
import io.serai.change.JsonText;
import io.serai.change.NumberText;
import io.serai.change.Value;
import java.math.BigDecimal;

/**
 * The JSON text of a value in a bucket's name or a lookup's key, in which INTEGER 1 and REAL 1.0 are the same. NaN and the infinities are
 * {@code null}.
 */
final class KeyText {
    private static final double EXACT_DIGITS = 1e21;

    private KeyText() {}

    /** Whether a value can stand in a key; NULL and BLOBs cannot. */
    static boolean isKey(Value value) {
        return value != Value.NULL && !(value instanceof Value.BlobValue);
    }

    /** The text of a value that is not a BLOB; large numbers in full ({@code exact}) or with an exponent. */
    static String of(Value value, boolean exact) {
        return switch (value) {
            case Value.TextValue text -> JsonText.quoted(text.value());
            case Value.IntegerValue integer -> Long.toString(integer.value());
            case Value.RealValue real -> number(real.value(), exact);
            case Value.NullValue ignored -> "null";
            case Value.BlobValue ignored -> throw new IllegalArgumentException("a BLOB cannot stand in a key");
            case Value.EditionValue ignored -> throw new IllegalArgumentException("the value depends on the edition");
        };
    }

    /** The text of an array's element as it is, with all numbers taken as doubles; as {@code exact} says unless they are nested. */
    static String of(Json element, boolean exact) {
        return switch (element) {
            case Json.IntegerNumber number -> number(number.value().doubleValue(), exact);
            case Json.RealNumber number -> number(number.value(), exact);
            default -> {
                StringBuilder out = new StringBuilder();
                append(out, element);
                yield out.toString();
            }
        };
    }

    private static String number(double value, boolean exact) {
        if (!Double.isFinite(value)) {
            return "null";
        }
        if (exact && Math.abs(value) >= EXACT_DIGITS) {
            return new BigDecimal(value).toBigInteger().toString();
        }
        return NumberText.of(value);
    }

    private static void append(StringBuilder out, Json json) {
        switch (json) {
            case Json.IntegerNumber number -> out.append(number(number.value().doubleValue(), false));
            case Json.RealNumber number -> out.append(number(number.value(), false));
            case Json.Array array -> {
                out.append('[');
                for (int i = 0; i < array.elements().size(); i++) {
                    out.append(i > 0 ? "," : "");
                    append(out, array.elements().get(i));
                }
                out.append(']');
            }
            case Json.Object object -> {
                out.append('{');
                for (int i = 0; i < object.members().size(); i++) {
                    Json.Member member = object.members().get(i);
                    out.append(i > 0 ? "," : "");
                    JsonText.appendQuoted(out, member.name());
                    out.append(':');
                    append(out, member.value());
                }
                out.append('}');
            }
            case Json.Literal ignored -> JsonText.append(out, json);
            case Json.Text ignored -> JsonText.append(out, json);
        }
    }
}
