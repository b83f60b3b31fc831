package io.serai.change;

import java.math.BigDecimal;

/**
 * The text of a REAL: ECMAScript's {@code Number::toString} (ECMA-262, section 6.1.6.1.20), the shortest decimal that reads back as the same
 * double. Integral values have no decimal point, {@code -0.0} is {@code 0}, an exponent appears from 1e21 on and below 1e-6.
 */
public final class NumberText {
    private static final double EXACT_LONGS = 0x1p53;
    private static final double COARSE_SUBNORMALS = 1e-320;

    private NumberText() {}

    /** The text of {@code value}, e.g. {@code 1}, {@code 0.1}, {@code 1e+21}, {@code -Infinity}, {@code NaN}. */
    public static String of(double value) {
        if (isExactLong(value)) {
            return Long.toString((long) value);
        }
        StringBuilder out = new StringBuilder(24);
        append(out, value);
        return out.toString();
    }

    /** Appends {@link #of(double)}. */
    public static void append(StringBuilder out, double value) {
        if (isExactLong(value)) {
            out.append((long) value);
        } else if (Double.isFinite(value)) {
            appendDecimal(out, value);
        } else {
            out.append(value);
        }
    }

    /**
     * The text of {@code value} as a JSON number from which the kind REAL can be told: with {@code .0} where {@link #of} has only digits, e.g.
     * {@code 1.0}; {@code null} for NaN and the infinities, which JSON does not have.
     */
    public static String json(double value) {
        StringBuilder out = new StringBuilder(24);
        appendJson(out, value);
        return out.toString();
    }

    /** The text of a REAL as a JSON number: all digits of a whole number, else as {@link #json(double)}. */
    static String json(Value.RealValue real) {
        return real.isWhole() ? new BigDecimal(real.value()).toPlainString() : json(real.value());
    }

    /** Appends {@link #json(double)}. */
    public static void appendJson(StringBuilder out, double value) {
        if (isExactLong(value)) {
            out.append((long) value).append(".0");
            return;
        }
        if (!Double.isFinite(value)) {
            out.append("null");
            return;
        }
        int start = out.length();
        appendDecimal(out, value);
        if (hasOnlyDigits(out, start)) {
            out.append(".0");
        }
    }

    private static boolean isExactLong(double value) {
        return value > -EXACT_LONGS && value < EXACT_LONGS && value == (long) value;
    }

    /** Appends a finite value, taking the shortest digits from the platform and placing point and exponent as ECMAScript does. */
    private static void appendDecimal(StringBuilder out, double value) {
        String java = Double.toString(Math.abs(value));
        if (value < 0) {
            out.append('-');
        }
        int mark = java.indexOf('E');
        int mantissaEnd = mark < 0 ? java.length() : mark;
        int exponent = mark < 0 ? 0 : Integer.parseInt(java, mark + 1, java.length(), 10);
        int point = java.indexOf('.');

        StringBuilder digits = new StringBuilder(17).append(java, 0, point).append(java, point + 1, mantissaEnd);
        int pointAt = point + exponent; // the value is 0.DIGITS times ten to this power
        int leading = 0;
        while (digits.charAt(leading) == '0') {
            leading++;
        }
        digits.delete(0, leading);
        pointAt -= leading;
        int length = digits.length();
        while (digits.charAt(length - 1) == '0') {
            length--;
        }
        digits.setLength(length);
        if (length == 2 && Math.abs(value) < COARSE_SUBNORMALS) {
            pointAt += shortenToOneDigit(digits, pointAt, Math.abs(value));
        }
        place(out, digits, pointAt);
    }

    /**
     * {@code Double.toString} gives two digits where one would do (4.9E-324). Rounds {@code digits} to one if that reads back as the same
     * value; answers by how much the point moves.
     */
    private static int shortenToOneDigit(StringBuilder digits, int pointAt, double value) {
        int tens = (Integer.parseInt(digits, 0, 2, 10) + 5) / 10;
        if (Double.parseDouble(tens + "E" + (pointAt - 1)) != value) {
            return 0;
        }
        digits.setLength(0);
        digits.append(tens == 10 ? 1 : tens);
        return tens == 10 ? 1 : 0;
    }

    private static void place(StringBuilder out, StringBuilder digits, int pointAt) {
        int count = digits.length();
        if (count <= pointAt && pointAt <= 21) {
            out.append(digits).repeat('0', pointAt - count);
        } else if (0 < pointAt && pointAt <= 21) {
            out.append(digits, 0, pointAt).append('.').append(digits, pointAt, count);
        } else if (-6 < pointAt && pointAt <= 0) {
            out.append("0.").repeat('0', -pointAt).append(digits);
        } else {
            out.append(digits.charAt(0));
            if (count > 1) {
                out.append('.').append(digits, 1, count);
            }
            int exponent = pointAt - 1;
            out.append('e').append(exponent < 0 ? '-' : '+').append(Math.abs(exponent));
        }
    }

    private static boolean hasOnlyDigits(StringBuilder text, int start) {
        for (int i = start; i < text.length(); i++) {
            char c = text.charAt(i);
            if ((c < '0' || c > '9') && (c != '-' || i > start)) {
                return false;
            }
        }
        return true;
    }
}
