package io.serai.source.mysql;

import java.math.BigDecimal;
import java.math.BigInteger;

/** The text of a DECIMAL from its binary form: groups of nine digits in four bytes, fewer digits in fewer bytes, all bits inverted when negative. */
final class DecimalText {
    private static final int GROUP = 9;
    private static final int GROUP_BYTES = 4;
    private static final int[] BYTES = {0, 1, 1, 2, 2, 3, 3, 4, 4, 4};

    private DecimalText() {}

    static String read(ByteReader in, int precision, int scale) {
        int whole = precision - scale;
        byte[] bytes = in.take(bytes(precision, scale));
        boolean negative = (bytes[0] & 0x80) == 0;
        bytes[0] ^= (byte) 0x80;
        if (negative) {
            for (int i = 0; i < bytes.length; i++) {
                bytes[i] = (byte) ~bytes[i];
            }
        }
        ByteReader groups = new ByteReader(bytes);
        StringBuilder digits = new StringBuilder(precision + 1);
        append(digits, groups, whole % GROUP);
        for (int i = 0; i < whole / GROUP; i++) {
            append(digits, groups, GROUP);
        }
        for (int i = 0; i < scale / GROUP; i++) {
            append(digits, groups, GROUP);
        }
        append(digits, groups, scale % GROUP);
        BigInteger unscaled = digits.isEmpty() ? BigInteger.ZERO : new BigInteger(digits.toString());
        return new BigDecimal(negative ? unscaled.negate() : unscaled, scale).toPlainString();
    }

    /** How many bytes a value has. */
    static int bytes(int precision, int scale) {
        return size(precision - scale) + size(scale);
    }

    private static int size(int digits) {
        return digits / GROUP * GROUP_BYTES + BYTES[digits % GROUP];
    }

    private static void append(StringBuilder out, ByteReader groups, int digits) {
        if (digits > 0) {
            String group = Long.toString(groups.big(BYTES[digits]));
            out.append("0".repeat(digits - group.length())).append(group);
        }
    }
}
