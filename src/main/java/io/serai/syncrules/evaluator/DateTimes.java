package io.serai.syncrules.evaluator;

import io.serai.change.Value;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code unixepoch} and {@code datetime} (spec.md, section 7.7); the times in between are milliseconds since 1970. */
final class DateTimes {
    private static final double JULIAN_DAY_OF_1970 = 2_440_587.5;
    private static final double MILLIS_PER_DAY = 86_400_000;
    private static final double MAX_MILLIS = 8.64e15;

    private static final Pattern ABSOLUTE = Pattern.compile(".*[zZ].*|.*[+-]\\d\\d:\\d\\d", Pattern.DOTALL);
    private static final Pattern DAY_NUMBER = Pattern.compile("\\d+(\\.\\d+)?");
    private static final Pattern ISO =
            Pattern.compile("(?<year>\\d{4}|[+-]\\d{6})(-(?<month>\\d\\d)(-(?<day>\\d\\d))?)?"
                    + "([T ](?<hour>\\d\\d):(?<minute>\\d\\d)(:(?<second>\\d\\d)(\\.(?<fraction>\\d+))?)?)?"
                    + "\\s*([zZ]|(?<sign>[+-])(?<offsetHour>\\d\\d):(?<offsetMinute>\\d\\d))?");

    private DateTimes() {}

    /** Seconds since 1970. */
    static Value unixEpoch(Value[] arguments) {
        Modifiers modifiers = Modifiers.of(arguments);
        OptionalLong millis = millis(arguments, modifiers);
        if (millis.isEmpty()) {
            return Value.NULL;
        }
        return modifiers.subsecond
                ? Value.of(millis.getAsLong() / 1000.0)
                : Value.of(Math.floorDiv(millis.getAsLong(), 1000L));
    }

    /** The date and time as text. */
    static Value dateTime(Value[] arguments) {
        Modifiers modifiers = Modifiers.of(arguments);
        OptionalLong millis = millis(arguments, modifiers);
        if (millis.isEmpty()) {
            return Value.NULL;
        }
        int fraction = (int) Math.floorMod(millis.getAsLong(), 1000L);
        LocalDateTime time = LocalDateTime.ofEpochSecond(Math.floorDiv(millis.getAsLong(), 1000L), 0, ZoneOffset.UTC);
        String text = String.format(
                Locale.ROOT,
                "%s-%02d-%02d %02d:%02d:%02d",
                year(time.getYear()),
                time.getMonthValue(),
                time.getDayOfMonth(),
                time.getHour(),
                time.getMinute(),
                time.getSecond());
        return Value.of(modifiers.subsecond ? text + String.format(Locale.ROOT, ".%03d", fraction) : text);
    }

    private static String year(int year) {
        if (year < 0) {
            return Integer.toString(year);
        }
        return String.format(Locale.ROOT, year > 9999 ? "+%06d" : "%04d", year);
    }

    /** What the modifiers behind the time ask for. */
    private record Modifiers(boolean valid, boolean unixEpoch, boolean subsecond) {
        static Modifiers of(Value[] arguments) {
            Optional<String> first = text(arguments, 1);
            Optional<String> second = text(arguments, 2);
            boolean unixEpoch = first.filter("unixepoch"::equals).isPresent();
            Optional<String> last = unixEpoch ? second : first;
            boolean subsecond =
                    last.filter(Set.of("subsec", "subsecond")::contains).isPresent();
            boolean valid = (subsecond || last.isEmpty()) && (unixEpoch || second.isEmpty());
            return new Modifiers(valid, unixEpoch, subsecond);
        }

        /** The text of an argument; empty when it is missing or NULL. */
        private static Optional<String> text(Value[] arguments, int index) {
            return index < arguments.length && arguments[index] != Value.NULL
                    ? Optional.of(Conversions.text(arguments[index]))
                    : Optional.empty();
        }
    }

    private static OptionalLong millis(Value[] arguments, Modifiers modifiers) {
        if (arguments.length == 0 || !modifiers.valid) {
            return OptionalLong.empty();
        }
        return switch (arguments[0]) {
            case Value.IntegerValue integer -> millis(integer.value(), modifiers.unixEpoch);
            case Value.RealValue real -> millis(real.value(), modifiers.unixEpoch);
            case Value.TextValue text -> millis(text.value());
            default -> OptionalLong.empty();
        };
    }

    private static OptionalLong millis(double number, boolean unixEpoch) {
        double millis = unixEpoch ? number * 1000 : (number - JULIAN_DAY_OF_1970) * MILLIS_PER_DAY;
        return Math.abs(millis) <= MAX_MILLIS ? OptionalLong.of((long) millis) : OptionalLong.empty();
    }

    private static OptionalLong millis(String text) {
        if (!ABSOLUTE.matcher(text).matches() && DAY_NUMBER.matcher(text).matches()) {
            return millis(Double.parseDouble(text), false);
        }
        Matcher iso = ISO.matcher(text.strip());
        return iso.matches() ? millis(iso) : OptionalLong.empty();
    }

    private static OptionalLong millis(Matcher iso) {
        int month = number(iso, "month", 1);
        int day = number(iso, "day", 1);
        int hour = number(iso, "hour", 0);
        int minute = number(iso, "minute", 0);
        int second = number(iso, "second", 0);
        boolean midnight = hour == 24 && minute == 0 && second == 0;
        if (month < 1 || month > 12 || day < 1 || day > 31 || (hour > 23 && !midnight) || minute > 59 || second > 59) {
            return OptionalLong.empty();
        }
        // A day that the month lacks runs over into the next month.
        LocalDate date =
                LocalDate.of(Integer.parseInt(iso.group("year")), month, 1).plusDays(day - 1L);
        long seconds = ((date.toEpochDay() * 24 + hour) * 60 + minute) * 60 + second - offsetSeconds(iso);
        long millis = seconds * 1000 + fraction(iso);
        return Math.abs((double) millis) <= MAX_MILLIS ? OptionalLong.of(millis) : OptionalLong.empty();
    }

    private static int number(Matcher iso, String group, int otherwise) {
        String digits = iso.group(group);
        return digits == null ? otherwise : Integer.parseInt(digits);
    }

    private static int fraction(Matcher iso) {
        String digits = iso.group("fraction");
        return digits == null ? 0 : Integer.parseInt((digits + "00").substring(0, 3));
    }

    private static int offsetSeconds(Matcher iso) {
        int seconds = (number(iso, "offsetHour", 0) * 60 + number(iso, "offsetMinute", 0)) * 60;
        return "-".equals(iso.group("sign")) ? -seconds : seconds;
    }
}
