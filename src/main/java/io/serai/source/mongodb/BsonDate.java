package io.serai.source.mongodb;

import io.serai.change.Value;
import io.serai.change.ValueFormat;

/**
 * A date, whose text depends on the edition. Immutable.
 *
 * @param millis since 1970
 */
record BsonDate(long millis) implements Value.EditionValue {
    /** The last millisecond, before and after 1970, that an ECMAScript date has. */
    private static final long MAX_MILLIS = 8_640_000_000_000_000L;

    private static final int DIGITS = 3;
    private static final long DAY = 86_400_000;

    /** Whether a text can show it: the range of an ECMAScript date (ECMA-262, section 21.4.1.1). */
    static boolean isInRange(long millis) {
        return millis >= -MAX_MILLIS && millis <= MAX_MILLIS;
    }

    @Override
    public Value in(ValueFormat format) {
        return Value.of(text(format));
    }

    /** {@code 2023-03-06T15:47:00.000Z}, with a blank for the T in the legacy form, and years outside 0 to 9999 with a sign and six digits. */
    String text(ValueFormat format) {
        StringBuilder out = new StringBuilder(28);
        long days = Math.floorDiv(millis, DAY);
        int ofDay = (int) Math.floorMod(millis, DAY);
        appendDate(out, days);
        out.append(format.isoTimestamps() ? 'T' : ' ');
        pad(out, ofDay / 3_600_000, 2).append(':');
        pad(out, ofDay / 60_000 % 60, 2).append(':');
        pad(out, ofDay / 1000 % 60, 2);
        int digits = format.isoTimestamps() && format.maxFractionDigits() >= 0
                ? Math.min(DIGITS, format.maxFractionDigits())
                : DIGITS;
        if (digits > 0) {
            int start = out.append('.').length();
            pad(out, ofDay % 1000, DIGITS).setLength(start + digits);
        }
        return out.append('Z').toString();
    }

    /** The proleptic Gregorian date of a day: years of 365.2425 days that begin in March, so that the leap day is their last. */
    private static void appendDate(StringBuilder out, long epochDay) {
        long day = epochDay + 719_468;
        long era = Math.floorDiv(day, 146_097);
        long ofEra = day - era * 146_097;
        long yearOfEra = (ofEra - ofEra / 1460 + ofEra / 36_524 - ofEra / 146_096) / 365;
        long ofYear = ofEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
        long month = (5 * ofYear + 2) / 153;
        long ofMonth = ofYear - (153 * month + 2) / 5 + 1;
        long year = yearOfEra + era * 400 + (month >= 10 ? 1 : 0);
        if (year < 0 || year > 9999) {
            pad(out.append(year < 0 ? '-' : '+'), Math.abs(year), 6);
        } else {
            pad(out, year, 4);
        }
        pad(out.append('-'), month < 10 ? month + 3 : month - 9, 2);
        pad(out.append('-'), ofMonth, 2);
    }

    private static StringBuilder pad(StringBuilder out, long number, int digits) {
        int start = out.length();
        out.append(number);
        while (out.length() - start < digits) {
            out.insert(start, '0');
        }
        return out;
    }
}
