package io.serai.source.mysql;

import java.time.LocalDateTime;
import java.time.ZoneOffset;

/** The text of dates and times as the server writes it, from the numbers of the binary log and of JSON. */
final class TimeText {
    private static final int MOST_DIGITS = 6;
    private static final int MICROS_BITS = 24;
    private static final long MICROS = (1L << MICROS_BITS) - 1;

    private TimeText() {}

    static String date(int year, int month, int day) {
        StringBuilder out = new StringBuilder(10);
        appendDate(out, year, month, day);
        return out.toString();
    }

    /** A point in time as seconds since 1970; 0 is the zero timestamp. */
    static String timestamp(long seconds, int micros, int digits) {
        if (seconds == 0 && micros == 0) {
            return dateTime(0, 0, 0, 0, 0, 0, 0, digits);
        }
        LocalDateTime utc = LocalDateTime.ofEpochSecond(seconds, 0, ZoneOffset.UTC);
        return dateTime(
                utc.getYear(),
                utc.getMonthValue(),
                utc.getDayOfMonth(),
                utc.getHour(),
                utc.getMinute(),
                utc.getSecond(),
                micros,
                digits);
    }

    static String dateTime(int year, int month, int day, int hour, int minute, int second, int micros, int digits) {
        StringBuilder out = new StringBuilder(26);
        appendDate(out, year, month, day);
        out.append(' ');
        appendClock(out, hour, minute, second, micros, digits);
        return out.toString();
    }

    /** A date and time packed into one number: 17 bits of {@code year * 13 + month}, then day, hour, minute, second and 24 bits of microseconds. */
    static String packedDateTime(long packed, int digits) {
        long seconds = packed >> MICROS_BITS;
        int yearMonth = (int) (seconds >> 22);
        return dateTime(
                yearMonth / 13,
                yearMonth % 13,
                (int) (seconds >> 17 & 31),
                (int) (seconds >> 12 & 31),
                (int) (seconds >> 6 & 63),
                (int) (seconds & 63),
                (int) (packed & MICROS),
                digits);
    }

    /** The date of such a number. */
    static String packedDate(long packed) {
        return packedDateTime(packed, 0).substring(0, 10);
    }

    /** A time packed into one number, negative for a negative time. */
    static String packedTime(long packed, int digits) {
        long absolute = Math.abs(packed);
        long seconds = absolute >> MICROS_BITS;
        return time(
                packed < 0,
                (int) (seconds >> 12 & 1023),
                (int) (seconds >> 6 & 63),
                (int) (seconds & 63),
                (int) (absolute & MICROS),
                digits);
    }

    static String time(boolean negative, int hour, int minute, int second, int micros, int digits) {
        StringBuilder out = new StringBuilder(17);
        if (negative) {
            out.append('-');
        }
        appendClock(out, hour, minute, second, micros, digits);
        return out.toString();
    }

    private static void appendDate(StringBuilder out, int year, int month, int day) {
        pad(out, year, 4);
        pad(out.append('-'), month, 2);
        pad(out.append('-'), day, 2);
    }

    private static void appendClock(StringBuilder out, int hour, int minute, int second, int micros, int digits) {
        pad(out, hour, 2);
        pad(out.append(':'), minute, 2);
        pad(out.append(':'), second, 2);
        if (digits > 0) {
            out.append('.');
            int start = out.length();
            pad(out, micros, MOST_DIGITS);
            out.setLength(start + digits);
        }
    }

    private static void pad(StringBuilder out, int number, int digits) {
        String text = Integer.toString(number);
        for (int i = text.length(); i < digits; i++) {
            out.append('0');
        }
        out.append(text);
    }
}
