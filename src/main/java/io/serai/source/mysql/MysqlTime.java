package io.serai.source.mysql;

import io.serai.change.Value;
import io.serai.change.ValueFormat;
import java.time.DateTimeException;
import java.time.LocalDate;

/**
 * A date and time, which is text in UTC with {@code T} and {@code Z} in every edition; only the digits of its fraction differ. Immutable.
 *
 * @param text as the server writes it: {@code 2023-03-06 15:47:00.1}
 */
record MysqlTime(String text) implements Value.EditionValue {
    private static final int DATE = 10;
    private static final int SECONDS_END = 19;
    private static final int DEFAULT_DIGITS = 3;
    private static final int MOST_DIGITS = 6;

    /** A date; one that is not in the calendar is NULL. */
    static Value date(String text) {
        return isDate(text) ? Value.of(text) : Value.NULL;
    }

    /** A date and time; one that is not in the calendar is NULL. */
    static Value of(String text) {
        return text.length() >= SECONDS_END && isDate(text.substring(0, DATE)) ? new MysqlTime(text) : Value.NULL;
    }

    private static boolean isDate(String text) {
        try {
            int month = Integer.parseInt(text, 5, 7, DATE);
            int day = Integer.parseInt(text, 8, DATE, DATE);
            return LocalDate.of(Integer.parseInt(text, 0, 4, DATE), month, day).getDayOfMonth() == day;
        } catch (DateTimeException | NumberFormatException | IndexOutOfBoundsException e) {
            return false;
        }
    }

    @Override
    public Value in(ValueFormat format) {
        int digits = format.isoTimestamps() && format.maxFractionDigits() >= 0
                ? Math.min(format.maxFractionDigits(), MOST_DIGITS)
                : DEFAULT_DIGITS;
        StringBuilder out = new StringBuilder(SECONDS_END + MOST_DIGITS + 2);
        out.append(text, 0, DATE).append('T').append(text, DATE + 1, SECONDS_END);
        if (digits > 0) {
            out.append('.');
            for (int i = SECONDS_END + 1; i <= SECONDS_END + digits; i++) {
                out.append(i < text.length() ? text.charAt(i) : '0');
            }
        }
        return Value.of(out.append('Z').toString());
    }
}
