package io.serai.source.postgres;

import io.serai.change.Value;
import io.serai.change.ValueFormat;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A time, or a date and time, whose text depends on the edition: {@code T} or a blank, and the digits of the fraction, which are cut or padded
 * but never rounded. Immutable.
 *
 * @param text as Postgres writes it, without a zone: {@code 2023-03-06 15:47:00.1} or {@code 15:47:00.1}
 * @param separator the index of the blank, or -1 for a time without a date
 * @param utc whether {@code Z} follows
 */
record TimeValue(String text, int separator, boolean utc) implements Value.EditionValue {
    private static final int DIGITS = 6;
    private static final String LAST = "9999-12-31 23:59:59";
    private static final String FIRST = "0000-01-01 00:00:00";
    private static final int DATE = 10;
    private static final int SECONDS_END = 19;
    private static final DateTimeFormatter WITH_OFFSET = new DateTimeFormatterBuilder()
            .append(DateTimeFormatter.ISO_LOCAL_DATE)
            .appendLiteral(' ')
            .append(DateTimeFormatter.ISO_LOCAL_TIME)
            .appendPattern("[XXXXX][XXX][X]")
            .toFormatter(Locale.ROOT);

    private static final DateTimeFormatter SECONDS = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss", Locale.ROOT);

    /** A time of day; broken text stays text. */
    static Value time(byte[] bytes) {
        String text = string(bytes, bytes.length);
        return isClock(text, 0) ? new TimeValue(text, -1, false) : Value.of(text);
    }

    /** A timestamp; before the common era, and what is none, is NULL. */
    static Value timestamp(byte[] bytes) {
        String text = string(bytes, bytes.length);
        Value infinite = infinite(text, false);
        if (infinite != null) {
            return infinite;
        }
        int blank = text.indexOf(' ');
        return blank > 0 && isDate(text, blank) && isClock(text, blank + 1)
                ? new TimeValue(text, blank, false)
                : Value.NULL;
    }

    /** A timestamp with an offset, in UTC; what is not in the years 0 to 9999 is NULL. */
    static Value timestampWithZone(byte[] bytes) {
        int length = bytes.length;
        if (length >= SECONDS_END + 3
                && bytes[length - 3] == '+'
                && bytes[length - 2] == '0'
                && bytes[length - 1] == '0') {
            String text = string(bytes, length - 3);
            if (text.charAt(DATE) == ' ' && isDate(text, DATE) && isClock(text, DATE + 1)) {
                return new TimeValue(text, DATE, true);
            }
        }
        String text = string(bytes, length);
        Value infinite = infinite(text, true);
        return infinite != null ? infinite : inUtc(text);
    }

    @Override
    public Value in(ValueFormat format) {
        return Value.of(format.isoTimestamps() ? normalised(format.maxFractionDigits()) : utc ? text + "Z" : text);
    }

    private String normalised(int maxDigits) {
        int digits = maxDigits < 0 ? DIGITS : Math.min(maxDigits, DIGITS);
        int point = text.indexOf('.', separator + 1);
        int whole = point < 0 ? text.length() : point;
        StringBuilder out = new StringBuilder(whole + DIGITS + 2);
        out.append(text, 0, whole);
        if (separator >= 0) {
            out.setCharAt(separator, 'T');
        }
        if (digits > 0) {
            out.append('.');
            for (int i = 1; i <= digits; i++) {
                out.append(whole + i < text.length() ? text.charAt(whole + i) : '0');
            }
        }
        return utc ? out.append('Z').toString() : out.toString();
    }

    private static @Nullable Value infinite(String text, boolean utc) {
        return switch (text) {
            case "infinity" -> new TimeValue(LAST, DATE, utc);
            case "-infinity" -> new TimeValue(FIRST, DATE, utc);
            default -> null;
        };
    }

    private static Value inUtc(String text) {
        try {
            LocalDateTime utc = OffsetDateTime.parse(text, WITH_OFFSET)
                    .withOffsetSameInstant(ZoneOffset.UTC)
                    .toLocalDateTime();
            int year = utc.get(ChronoField.YEAR);
            if (year < 0 || year > 9999) {
                return Value.NULL;
            }
            int point = text.indexOf('.');
            String seconds = SECONDS.format(utc);
            return new TimeValue(point < 0 ? seconds : seconds + fraction(text, point), DATE, true);
        } catch (DateTimeException e) {
            return Value.NULL;
        }
    }

    private static String fraction(String text, int point) {
        int end = point + 1;
        while (end < text.length() && isDigit(text.charAt(end))) {
            end++;
        }
        return text.substring(point, end);
    }

    /** {@code 2023-03-06}, with any number of digits for the year. */
    private static boolean isDate(String text, int end) {
        return end >= DATE
                && text.charAt(end - 6) == '-'
                && text.charAt(end - 3) == '-'
                && areDigits(text, 0, end - 6)
                && areDigits(text, end - 5, end - 3)
                && areDigits(text, end - 2, end);
    }

    /** {@code 15:47:00} or {@code 15:47:00.123456} up to the end of the text. */
    private static boolean isClock(String text, int start) {
        int end = start + 8;
        return text.length() >= end
                && text.charAt(start + 2) == ':'
                && text.charAt(start + 5) == ':'
                && areDigits(text, start, start + 2)
                && areDigits(text, start + 3, start + 5)
                && areDigits(text, start + 6, end)
                && (text.length() == end
                        || text.charAt(end) == '.'
                                && text.length() > end + 1
                                && areDigits(text, end + 1, text.length()));
    }

    private static boolean areDigits(String text, int start, int end) {
        for (int i = start; i < end; i++) {
            if (!isDigit(text.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private static String string(byte[] bytes, int length) {
        return new String(bytes, 0, length, StandardCharsets.ISO_8859_1);
    }
}
