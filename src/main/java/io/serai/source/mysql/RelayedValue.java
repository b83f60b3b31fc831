package io.serai.source.mysql;

import io.serai.change.RowImage;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.Year;
import java.time.ZonedDateTime;
import java.util.Arrays;
import java.util.BitSet;

/**
 * How a value that another replica has read of the binary log comes into an image: as bytes that need no type ({@link #encoded}), which the column's
 * type then understands. The objects are those of Debezium's row deserializers (3.4.0): text, JSON and binary data as the log has them, numbers without
 * the column's sign, bits with the lowest first. A date in which year, month or day is 0 is NULL there.
 */
public final class RelayedValue {
    private static final int NANOS_PER_MICRO = 1000;
    private static final int SECONDS_PER_MINUTE = 60;
    private static final int MINUTES_PER_HOUR = 60;
    private static final int MOST_DIGITS = 6;
    /** What YEAR 0000 is read as; no other YEAR is. */
    private static final int YEAR_ZERO = 1900;

    private RelayedValue() {}

    /**
     * The object as bytes.
     *
     * @throws IllegalArgumentException for one of a class that the log's values do not have
     */
    public static byte[] encoded(Object value) {
        return switch (value) {
            case byte[] bytes -> bytes;
            case Integer number -> ascii(number.toString());
            case Long number -> ascii(number.toString());
            case Float number -> ascii(number.toString());
            case Double number -> ascii(number.toString());
            case BigDecimal number -> ascii(number.toPlainString());
            case BitSet bits -> bits.toByteArray();
            case Year year -> ascii(year.getValue() == YEAR_ZERO ? "0000" : year.toString());
            case LocalDate date -> ascii(TimeText.date(date.getYear(), date.getMonthValue(), date.getDayOfMonth()));
            case LocalDateTime time -> ascii(dateTime(time));
            case ZonedDateTime time ->
                ascii(TimeText.timestamp(time.toEpochSecond(), micros(time.getNano()), MOST_DIGITS));
            case Duration time -> ascii(time(time));
            default -> throw new IllegalArgumentException("no value of MySQL's log: " + value.getClass());
        };
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static String dateTime(LocalDateTime time) {
        return TimeText.dateTime(
                time.getYear(),
                time.getMonthValue(),
                time.getDayOfMonth(),
                time.getHour(),
                time.getMinute(),
                time.getSecond(),
                micros(time.getNano()),
                MOST_DIGITS);
    }

    private static String time(Duration time) {
        Duration absolute = time.abs();
        long minutes = absolute.getSeconds() / SECONDS_PER_MINUTE;
        return TimeText.time(
                time.isNegative(),
                (int) (minutes / MINUTES_PER_HOUR),
                (int) (minutes % MINUTES_PER_HOUR),
                (int) (absolute.getSeconds() % SECONDS_PER_MINUTE),
                micros(absolute.getNano()),
                MOST_DIGITS);
    }

    /** Fractions were divided as doubles and cut, so that a nanosecond may be missing. */
    private static int micros(int nanos) {
        return (nanos + NANOS_PER_MICRO / 2) / NANOS_PER_MICRO;
    }

    /** Adds such bytes, of a column of this type, to an image. */
    static void add(byte[] encoded, MysqlType type, RowImage.Builder out) {
        switch (type.kind()) {
            case INTEGER -> LogValue.text(integer(MysqlType.ascii(encoded), type), out);
            case SET -> LogValue.text(Long.toUnsignedString(Long.parseLong(MysqlType.ascii(encoded))), out);
            case DATETIME, TIME -> LogValue.text(cut(MysqlType.ascii(encoded), type.decimals()), out);
            case BINARY -> bytes(Arrays.copyOf(encoded, type.length()), out);
            case BIT -> bytes(bits(encoded, type.length()), out);
            case JSON ->
                bytes(JsonDocument.read(encoded, 0, encoded.length).text().getBytes(StandardCharsets.UTF_8), out);
            case FLOAT, DOUBLE, DECIMAL, TEXT, BLOB, ENUM, DATE, YEAR, GEOMETRY -> bytes(encoded, out);
        }
    }

    private static String integer(String signed, MysqlType type) {
        if (!type.unsigned() || signed.charAt(0) != '-') {
            return signed;
        }
        int bits = switch (type.name()) {
            case "tinyint" -> Byte.SIZE;
            case "smallint" -> Short.SIZE;
            case "mediumint" -> Byte.SIZE + Short.SIZE;
            case "int" -> Integer.SIZE;
            default -> Long.SIZE;
        };
        return Long.toUnsignedString(Long.parseLong(signed) & -1L >>> Long.SIZE - bits);
    }

    private static String cut(String withAllDigits, int digits) {
        int missing = digits == 0 ? MOST_DIGITS + 1 : MOST_DIGITS - digits;
        return withAllDigits.substring(0, withAllDigits.length() - missing);
    }

    private static byte[] bits(byte[] lowestFirst, int bits) {
        byte[] highestFirst = new byte[(bits + Byte.SIZE - 1) / Byte.SIZE];
        for (int i = 0; i < lowestFirst.length; i++) {
            highestFirst[highestFirst.length - 1 - i] = lowestFirst[i];
        }
        return highestFirst;
    }

    private static void bytes(byte[] bytes, RowImage.Builder out) {
        out.add(bytes, 0, bytes.length);
    }
}
