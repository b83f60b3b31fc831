package io.serai.source.mysql;

import io.serai.change.ColumnType;
import io.serai.change.Json;
import io.serai.change.JsonReader;
import io.serai.change.JsonText;
import io.serai.change.Value;
import io.serai.error.ErrorCode;
import io.serai.error.SeraiException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The type of a column. What an image holds of a value is, by the type: text and JSON, binary data and geometry as the server stores them; ENUM the
 * number of its member and SET the bits of its members; everything else as text, which is the same from the log and from a read. Immutable.
 *
 * @param name {@code DATA_TYPE} of the catalog, e.g. {@code bigint}
 * @param unsigned whether it has no negative numbers
 * @param length bytes of BINARY and BIT, digits of DECIMAL; else 0
 * @param decimals digits behind the point, of a number or of a second
 * @param charset MySQL's name of the character set of text and of members; empty for none
 * @param members of ENUM and SET, in their order
 */
record MysqlType(String name, boolean unsigned, int length, int decimals, String charset, List<String> members)
        implements ColumnType {
    private static final int PARTS = 6;

    /** What values of a type are. */
    enum Kind {
        INTEGER,
        FLOAT,
        DOUBLE,
        DECIMAL,
        TEXT,
        BINARY,
        BLOB,
        BIT,
        ENUM,
        SET,
        DATE,
        DATETIME,
        TIME,
        YEAR,
        JSON,
        GEOMETRY
    }

    MysqlType {
        members = List.copyOf(members);
    }

    /** The kind of types that the catalog calls {@code name}; empty for one that this version does not know. */
    static Optional<Kind> kind(String name) {
        return Optional.ofNullable(
                switch (name) {
                    case "tinyint", "smallint", "mediumint", "int", "bigint" -> Kind.INTEGER;
                    case "float" -> Kind.FLOAT;
                    case "double" -> Kind.DOUBLE;
                    case "decimal" -> Kind.DECIMAL;
                    case "char", "varchar", "tinytext", "text", "mediumtext", "longtext" -> Kind.TEXT;
                    case "binary" -> Kind.BINARY;
                    case "varbinary", "tinyblob", "blob", "mediumblob", "longblob", "vector" -> Kind.BLOB;
                    case "bit" -> Kind.BIT;
                    case "enum" -> Kind.ENUM;
                    case "set" -> Kind.SET;
                    case "date" -> Kind.DATE;
                    case "datetime", "timestamp" -> Kind.DATETIME;
                    case "time" -> Kind.TIME;
                    case "year" -> Kind.YEAR;
                    case "json" -> Kind.JSON;
                    case "geometry",
                            "point",
                            "linestring",
                            "polygon",
                            "multipoint",
                            "multilinestring",
                            "multipolygon",
                            "geomcollection",
                            "geometrycollection" -> Kind.GEOMETRY;
                    default -> null;
                });
    }

    Kind kind() {
        return kind(name).orElseThrow();
    }

    @Override
    public Value decode(byte[] bytes) {
        return switch (kind()) {
            case INTEGER -> integer(ascii(bytes));
            case FLOAT, DOUBLE -> real(ascii(bytes));
            case DECIMAL, TIME, YEAR -> Value.of(ascii(bytes));
            case TEXT -> Value.of(MysqlCharset.named(charset).decode(bytes));
            case JSON -> Value.of(new String(bytes, StandardCharsets.UTF_8));
            case BINARY, BLOB, BIT -> new Value.BlobValue(bytes);
            case ENUM -> member(ascii(bytes));
            case SET -> setOf(ascii(bytes));
            case DATE -> MysqlTime.date(ascii(bytes));
            case DATETIME -> MysqlTime.of(ascii(bytes));
            case GEOMETRY -> GeometryText.of(bytes);
        };
    }

    private static Value integer(String digits) {
        try {
            return Value.of(Long.parseLong(digits));
        } catch (NumberFormatException e) {
            return digits.matches("\\d+") ? Value.ofWhole(Double.parseDouble(digits)) : Value.of(digits);
        }
    }

    private static Value real(String text) {
        try {
            return Value.of(Double.parseDouble(text));
        } catch (NumberFormatException e) {
            return Value.of(text);
        }
    }

    /** Number 0 is what an invalid value became. */
    private Value member(String number) {
        int index = Integer.parseInt(number);
        return Value.of(index >= 1 && index <= members.size() ? members.get(index - 1) : "");
    }

    private Value setOf(String number) {
        long bits = Long.parseUnsignedLong(number);
        List<Json> chosen = new ArrayList<>();
        for (int i = 0; i < members.size(); i++) {
            if ((bits >>> i & 1) != 0) {
                chosen.add(new Json.Text(members.get(i)));
            }
        }
        if (chosen.isEmpty()) {
            chosen.add(new Json.Text(""));
        }
        return Value.of(new Json.Array(chosen).text());
    }

    @Override
    public String encoded() {
        StringBuilder out = new StringBuilder();
        out.append(name).append('|').append(unsigned ? "unsigned" : "").append('|');
        out.append(length)
                .append('|')
                .append(decimals)
                .append('|')
                .append(charset)
                .append('|');
        JsonText.append(
                out,
                new Json.Array(members.stream()
                        .map(member -> (Json) new Json.Text(member))
                        .toList()));
        return out.toString();
    }

    /** Reads what {@link #encoded} wrote. */
    static MysqlType parse(String encoded) {
        String[] parts = encoded.split("\\|", PARTS);
        if (parts.length != PARTS
                || kind(parts[0]).isEmpty()
                || !(JsonReader.read(parts[5]) instanceof Json.Array members)) {
            throw new SeraiException(
                    ErrorCode.STORAGE_DAMAGED,
                    "A stored column has an unknown type",
                    "the source's state",
                    ErrorCode.STORAGE_DAMAGED.remedy());
        }
        return new MysqlType(
                parts[0],
                !parts[1].isEmpty(),
                Integer.parseInt(parts[2]),
                Integer.parseInt(parts[3]),
                parts[4],
                members.elements().stream()
                        .map(member -> ((Json.Text) member).value())
                        .toList());
    }

    static String ascii(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }
}
