package io.serai.source.debezium;

import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.chrono.IsoEra;
import java.time.temporal.ChronoField;
import java.util.Locale;
import org.postgresql.util.PGInterval;

/** Dates and times as Postgres writes them under {@code DateStyle = ISO}, {@code IntervalStyle = postgres} and {@code TimeZone = UTC}. */
final class PostgresTimes {
    private static final int NANOS_PER_MICRO = 1000;

    private PostgresTimes() {}

    static String date(LocalDate date) {
        return day(date) + era(date);
    }

    static String time(LocalTime time) {
        return time(time.getHour(), time.getMinute(), time.getSecond(), time.getNano() / NANOS_PER_MICRO);
    }

    static String timestamp(Instant timestamp) {
        LocalDateTime local = LocalDateTime.ofInstant(timestamp, ZoneOffset.UTC);
        return day(local.toLocalDate()) + " " + time(local.toLocalTime()) + era(local.toLocalDate());
    }

    static String timestampWithZone(Instant timestamp) {
        LocalDateTime local = LocalDateTime.ofInstant(timestamp, ZoneOffset.UTC);
        return day(local.toLocalDate()) + " " + time(local.toLocalTime()) + "+00" + era(local.toLocalDate());
    }

    /** As EncodeInterval does: after a negative part, the next one has its sign. */
    static String interval(PGInterval interval) {
        StringBuilder out = new StringBuilder();
        boolean isAfterNegative = part(out, interval.getYears(), "year", false);
        isAfterNegative = part(out, interval.getMonths(), "mon", isAfterNegative);
        isAfterNegative = part(out, interval.getDays(), "day", isAfterNegative);
        int hours = interval.getHours();
        int minutes = interval.getMinutes();
        int seconds = interval.getWholeSeconds();
        int micros = interval.getMicroSeconds();
        if (out.isEmpty() || hours != 0 || minutes != 0 || seconds != 0 || micros != 0) {
            boolean isNegative = hours < 0 || minutes < 0 || seconds < 0 || micros < 0;
            out.append(out.isEmpty() ? "" : " ")
                    .append(isNegative ? "-" : isAfterNegative ? "+" : "")
                    .append(time(Math.abs(hours), Math.abs(minutes), Math.abs(seconds), Math.abs(micros)));
        }
        return out.toString();
    }

    private static boolean part(StringBuilder out, int value, String unit, boolean isAfterNegative) {
        if (value == 0) {
            return isAfterNegative;
        }
        out.append(out.isEmpty() ? "" : " ")
                .append(isAfterNegative && value > 0 ? "+" : "")
                .append(value)
                .append(' ')
                .append(unit)
                .append(value == 1 ? "" : "s");
        return value < 0;
    }

    private static String day(LocalDate date) {
        return String.format(
                Locale.ROOT,
                "%04d-%02d-%02d",
                date.get(ChronoField.YEAR_OF_ERA),
                date.getMonthValue(),
                date.getDayOfMonth());
    }

    private static String era(LocalDate date) {
        return date.getEra() == IsoEra.BCE ? " BC" : "";
    }

    private static String time(int hours, int minutes, int seconds, int micros) {
        String whole = String.format(Locale.ROOT, "%02d:%02d:%02d", hours, minutes, seconds);
        if (micros == 0) {
            return whole;
        }
        String fraction = String.format(Locale.ROOT, "%06d", micros);
        int end = fraction.length();
        while (fraction.charAt(end - 1) == '0') {
            end--;
        }
        return whole + "." + fraction.substring(0, end);
    }
}
