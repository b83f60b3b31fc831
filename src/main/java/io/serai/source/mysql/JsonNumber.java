package io.serai.source.mysql;

import java.math.BigDecimal;
import java.math.MathContext;

/** The text of a DOUBLE in MySQL's JSON. */
final class JsonNumber {
    private static final int FIRST_PLAIN = -15;
    private static final int FIRST_LARGE = 15;

    private JsonNumber() {}

    /** The shortest digits that read back as the same double; plain where the exponent allows it, and always with a point or an exponent. */
    static String text(double value) {
        if (value == 0) {
            return 1 / value < 0 ? "-0.0" : "0.0";
        }
        BigDecimal shortest = shortest(Math.abs(value));
        String digits = shortest.unscaledValue().toString();
        int exponent = digits.length() - 1 - shortest.scale();
        String text;
        if (exponent >= FIRST_PLAIN && exponent < FIRST_LARGE) {
            String plain = shortest.toPlainString();
            text = plain.indexOf('.') < 0 ? plain + ".0" : plain;
        } else {
            text = digits.charAt(0) + (digits.length() > 1 ? "." + digits.substring(1) : "") + "e" + exponent;
        }
        return value < 0 ? "-" + text : text;
    }

    /** {@link Double#toString} has two digits at least, also where one is enough. */
    private static BigDecimal shortest(double value) {
        BigDecimal digits = new BigDecimal(Double.toString(value)).stripTrailingZeros();
        BigDecimal one = digits.round(new MathContext(1));
        return one.doubleValue() == value ? one.stripTrailingZeros() : digits;
    }
}
