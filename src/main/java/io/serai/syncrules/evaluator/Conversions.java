package io.serai.syncrules.evaluator;

import io.serai.change.NumberText;
import io.serai.change.Value;
import java.nio.charset.StandardCharsets;

/** From one kind of value to another (spec.md, sections 2 and 7.8). */
final class Conversions {
    private Conversions() {}

    /** The text of a value; NULL has none. */
    static String text(Value value) {
        return switch (value) {
            case Value.TextValue text -> text.value();
            case Value.IntegerValue integer -> Long.toString(integer.value());
            case Value.RealValue real -> NumberText.of(real.value());
            case Value.BlobValue blob -> new String(blob.value(), StandardCharsets.UTF_8);
            case Value.NullValue ignored -> throw new IllegalArgumentException("NULL has no text");
            case Value.EditionValue ignored -> throw new IllegalArgumentException("the value depends on the edition");
        };
    }

    /** Whether a condition with this value holds. */
    static boolean isTrue(Value value) {
        return switch (value) {
            case Value.NullValue ignored -> false;
            case Value.IntegerValue integer -> integer.value() != 0;
            case Value.RealValue real -> real.value() != 0 && !Double.isNaN(real.value());
            case Value.TextValue text -> startsWithNonZeroInteger(text.value());
            case Value.BlobValue ignored -> false;
            case Value.EditionValue ignored -> throw new IllegalArgumentException("the value depends on the edition");
        };
    }

    private static boolean startsWithNonZeroInteger(String text) {
        int at = skipSign(text, skipSpace(text));
        while (at < text.length() && isDigit(text.charAt(at))) {
            if (text.charAt(at) != '0') {
                return true;
            }
            at++;
        }
        return false;
    }

    static Value toText(Value value) {
        return value == Value.NULL || value instanceof Value.TextValue ? value : Value.of(text(value));
    }

    static Value toBlob(Value value) {
        return value == Value.NULL || value instanceof Value.BlobValue ? value : new Value.BlobValue(bytes(value));
    }

    /** The bytes of a BLOB or of a value's text. */
    static byte[] bytes(Value value) {
        return value instanceof Value.BlobValue blob
                ? blob.value()
                : text(value).getBytes(StandardCharsets.UTF_8);
    }

    static Value toInteger(Value value) {
        return switch (value) {
            case Value.NullValue ignored -> value;
            case Value.IntegerValue ignored -> value;
            case Value.RealValue real -> {
                if (!Double.isFinite(real.value())) {
                    throw new EvaluationException("NaN and infinity have no integer");
                }
                yield Value.of((long) Math.floor(real.value()));
            }
            default -> Value.of(leadingInteger(text(value)));
        };
    }

    /** The integer that a text begins with, at most 64 bits of it; 0 when there is none. */
    private static long leadingInteger(String text) {
        int space = skipSpace(text);
        int digits = skipSign(text, space);
        int end = skipDigits(text, digits);
        if (end == digits) {
            return 0;
        }
        return parseLong(text, space, end);
    }

    private static long parseLong(String text, int start, int end) {
        try {
            return Long.parseLong(text, start, end, 10);
        } catch (NumberFormatException e) {
            return text.charAt(start) == '-' ? Long.MIN_VALUE : Long.MAX_VALUE;
        }
    }

    /** The number that a value is or begins with: INTEGER when only digits are there, else REAL; INTEGER 0 when there is none. */
    static Value toNumeric(Value value) {
        if (value == Value.NULL || value instanceof Value.IntegerValue || value instanceof Value.RealValue) {
            return value;
        }
        String text = text(value);
        int space = skipSpace(text);
        int end = decimalEnd(text, space);
        if (end == space) {
            return Value.of(0);
        }
        boolean integer = skipDigits(text, skipSign(text, space)) == end;
        if (integer && end - space < 19) {
            return Value.of(Long.parseLong(text, space, end, 10));
        }
        if (integer) {
            return integerOrReal(text.substring(space, end));
        }
        return Value.of(Double.parseDouble(text.substring(space, end)));
    }

    private static Value integerOrReal(String digits) {
        try {
            return Value.of(Long.parseLong(digits));
        } catch (NumberFormatException e) {
            return Value.of(Double.parseDouble(digits));
        }
    }

    static Value toReal(Value value) {
        return switch (value) {
            case Value.NullValue ignored -> value;
            case Value.IntegerValue integer -> Value.of((double) integer.value());
            case Value.RealValue ignored -> value;
            default -> Value.of(leadingReal(text(value)));
        };
    }

    private static double leadingReal(String text) {
        int space = skipSpace(text);
        int sign = skipSign(text, space);
        if (text.startsWith("Infinity", sign)) {
            return text.charAt(space) == '-' ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY;
        }
        int end = decimalEnd(text, space);
        return end == space ? 0 : Double.parseDouble(text.substring(space, end));
    }

    /** Where the longest decimal number that begins at {@code start} ends; {@code start} when there is none. */
    private static int decimalEnd(String text, int start) {
        int integer = skipSign(text, start);
        int end = skipDigits(text, integer);
        int digits = end - integer;
        if (end < text.length() && text.charAt(end) == '.') {
            int fraction = skipDigits(text, end + 1);
            digits += fraction - end - 1;
            end = digits > 0 ? fraction : end;
        }
        if (digits == 0) {
            return start;
        }
        if (end < text.length() && (text.charAt(end) == 'e' || text.charAt(end) == 'E')) {
            int exponent = skipSign(text, end + 1);
            int exponentEnd = skipDigits(text, exponent);
            end = exponentEnd > exponent ? exponentEnd : end;
        }
        return end;
    }

    private static int skipSpace(String text) {
        int at = 0;
        while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
            at++;
        }
        return at;
    }

    private static int skipSign(String text, int at) {
        return at < text.length() && (text.charAt(at) == '-' || text.charAt(at) == '+') ? at + 1 : at;
    }

    private static int skipDigits(String text, int from) {
        int at = from;
        while (at < text.length() && isDigit(text.charAt(at))) {
            at++;
        }
        return at;
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }
}
