package io.serai.source.debezium;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.regex.Pattern;

/** Numbers as Postgres 12 and newer write them: the shortest digits that read back as the same number (float8out, {@code extra_float_digits} 1 to 3). */
final class PostgresNumbers {
    private static final Pattern NUMBER = Pattern.compile("-?(\\d[\\d.]*(E-?\\d+)?|Infinity)|NaN");
    private static final MathContext ONE_DIGIT = new MathContext(1, RoundingMode.HALF_EVEN);
    private static final int DOUBLE_DIGITS = 15;
    private static final int FLOAT_DIGITS = 6;
    private static final int SMALLEST_PLAIN_EXPONENT = -4;

    private PostgresNumbers() {}

    static String text(double value) {
        return text(Double.toString(value), value, false);
    }

    static String text(float value) {
        return text(Float.toString(value), value, true);
    }

    /** A text in which Java has written doubles, with each as Postgres writes it. */
    static String withNumbersAsWritten(String java) {
        return NUMBER.matcher(java).replaceAll(match -> text(Double.parseDouble(match.group())));
    }

    /** Java gives two digits where one is enough for some of the smallest numbers (Double.toString). */
    private static BigDecimal shortest(String java, double value, boolean isFloat) {
        BigDecimal number = new BigDecimal(java).stripTrailingZeros();
        if (number.precision() == 2) {
            BigDecimal oneDigit = number.round(ONE_DIGIT);
            if (isFloat ? oneDigit.floatValue() == (float) value : oneDigit.doubleValue() == value) {
                return oneDigit;
            }
        }
        return number;
    }

    private static String text(String java, double value, boolean isFloat) {
        if (!Double.isFinite(value)) {
            return java;
        }
        if (value == 0) {
            return java.startsWith("-") ? "-0" : "0";
        }
        BigDecimal number = shortest(java, value, isFloat);
        int exponent = number.precision() - number.scale() - 1;
        if (exponent >= SMALLEST_PLAIN_EXPONENT && exponent < (isFloat ? FLOAT_DIGITS : DOUBLE_DIGITS)) {
            return number.toPlainString();
        }
        String digits = number.unscaledValue().abs().toString();
        int size = Math.abs(exponent);
        return (value < 0 ? "-" : "")
                + digits.charAt(0)
                + (digits.length() > 1 ? "." + digits.substring(1) : "")
                + (exponent < 0 ? "e-" : "e+")
                + (size < 10 ? "0" : "")
                + size;
    }
}
