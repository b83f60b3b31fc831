package io.serai.source.mysql;

import io.serai.change.Column;
import io.serai.change.Relation;
import io.serai.source.SourceTable;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Divides a table's keys into ranges that can be read beside each other. The bounds are values of the key's first column that the server was asked for,
 * in its order, whatever the collation: guesses say only where it looks, so that a wrong one makes ranges of unequal size and nothing else. Confined to one thread.
 */
final class KeyDivision {
    /** Digits of a guess: enough for 64 ranges of what ids are made of. */
    private static final int GUESSED = 3;

    private static final String LETTERS = "0123456789abcdefghijklmnopqrstuvwxyz";
    private static final Set<String> WITH_ASCII = Set.of("ascii", "latin1", "utf8mb3", "utf8mb4");

    private final Connection connection;
    private final Relation relation;
    private final MysqlType type;
    private final String column;
    private final String table;

    private KeyDivision(Connection connection, SourceTable table) {
        this.connection = connection;
        this.relation = table.relation();
        Column first = Sql.column(relation, 0);
        this.type = (MysqlType) first.type();
        this.column = Sql.name(first.name());
        this.table = Sql.name(table.table());
    }

    /** At most so many ranges, in the order of the key; one where the keys cannot be divided. The outer ones are open, because rows may come. */
    static List<KeyRange> of(Connection connection, SourceTable table, int parts) throws SQLException {
        return new KeyDivision(connection, table).ranges(parts);
    }

    private List<KeyRange> ranges(int parts) throws SQLException {
        List<KeyRange> ranges = new ArrayList<>();
        String above = null;
        for (byte[] bound : parts < 2 ? List.<byte[]>of() : bounds(parts)) {
            String upTo = HexFormat.of().formatHex(bound);
            ranges.add(new KeyRange(null, above, upTo));
            above = upTo;
        }
        ranges.add(new KeyRange(null, above, null));
        return ranges;
    }

    private List<byte[]> bounds(int parts) throws SQLException {
        return switch (type.kind()) {
            case INTEGER -> {
                byte[] least = value("CAST(MIN(" + column + ") AS CHAR)", "");
                byte[] greatest = value("CAST(MAX(" + column + ") AS CHAR)", "");
                yield least == null || greatest == null ? List.of() : numbers(least, greatest, parts);
            }
            case BINARY, BLOB -> found(parts, false);
            case TEXT -> WITH_ASCII.contains(type.charset()) ? found(parts, true) : List.of();
            default -> List.of();
        };
    }

    private static List<byte[]> numbers(byte[] least, byte[] greatest, int parts) {
        return between(new BigInteger(MysqlType.ascii(least)), new BigInteger(MysqlType.ascii(greatest)), parts)
                .stream()
                .map(number -> number.toString().getBytes(StandardCharsets.US_ASCII))
                .toList();
    }

    /** Numbers that divide what lies between two others, without them. */
    private static Set<BigInteger> between(BigInteger least, BigInteger greatest, int parts) {
        Set<BigInteger> numbers = new LinkedHashSet<>();
        BigInteger width = greatest.subtract(least);
        for (int i = 1; i < parts; i++) {
            numbers.add(least.add(width.multiply(BigInteger.valueOf(i)).divide(BigInteger.valueOf(parts))));
        }
        numbers.remove(least);
        return numbers;
    }

    /** What the two have in common, and then the digits of a number between theirs. */
    private static List<byte[]> guesses(byte[] least, byte[] greatest, int parts, boolean isText) {
        int common = 0;
        while (common < least.length && common < greatest.length && least[common] == greatest[common]) {
            common++;
        }
        while (isText && common > 0 && (isInsideCharacter(least, common) || isInsideCharacter(greatest, common))) {
            common--;
        }
        int base = isText ? LETTERS.length() : 256;
        List<byte[]> guesses = new ArrayList<>();
        for (BigInteger number : between(number(least, common, base), number(greatest, common, base), parts)) {
            byte[] guess = new byte[common + GUESSED];
            System.arraycopy(least, 0, guess, 0, common);
            int rest = number.intValue();
            for (int i = guess.length - 1; i >= common; i--) {
                guess[i] = (byte) (isText ? LETTERS.charAt(rest % base) : rest % base);
                rest /= base;
            }
            guesses.add(guess);
        }
        return guesses;
    }

    private static boolean isInsideCharacter(byte[] utf8, int index) {
        return index < utf8.length && (utf8[index] & 0xc0) == 0x80;
    }

    private static BigInteger number(byte[] value, int from, int base) {
        int number = 0;
        for (int i = from; i < from + GUESSED; i++) {
            int unit = i < value.length ? value[i] & 0xff : 0;
            int digit = base == 256 ? unit : Math.max(0, LETTERS.indexOf(Character.toLowerCase(unit)));
            number = number * base + digit;
        }
        return BigInteger.valueOf(number);
    }

    /** Values that the table has where guesses are, in the server's order, without the last one of the table. */
    private List<byte[]> found(int parts, boolean isText) throws SQLException {
        byte[] least = value("MIN(" + column + ")", "");
        byte[] greatest = value("MAX(" + column + ")", "");
        if (least == null || greatest == null) {
            return List.of();
        }
        List<String> present = new ArrayList<>();
        for (byte[] guess : guesses(least, greatest, parts, isText)) {
            byte[] value =
                    value(column, " WHERE " + Sql.first(relation, ">=", guess) + " ORDER BY " + column + " LIMIT 1");
            if (value != null) {
                present.add(Sql.first(relation, "=", value));
            }
        }
        List<byte[]> values = new ArrayList<>();
        if (!present.isEmpty()) {
            try (Statement statement = connection.createStatement();
                    ResultSet rows = statement.executeQuery("SELECT MIN(" + column + ") FROM " + table + " WHERE ("
                            + String.join(" OR ", present) + ") AND " + Sql.first(relation, "<", greatest)
                            + " GROUP BY " + column + " ORDER BY " + column)) {
                while (rows.next()) {
                    values.add(rows.getBytes(1));
                }
            }
        }
        return values;
    }

    private byte @Nullable [] value(String expression, String condition) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT " + expression + " FROM " + table + condition)) {
            return row.next() ? row.getBytes(1) : null;
        }
    }
}
