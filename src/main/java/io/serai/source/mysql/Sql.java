package io.serai.source.mysql;

import io.serai.change.Column;
import io.serai.change.Relation;
import io.serai.change.TableRef;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;

/** Writes statements. Values are written as the stored form has them, so that they are compared as the server stores them. */
final class Sql {
    private Sql() {}

    static String name(String name) {
        return '`' + name.replace("`", "``") + '`';
    }

    static String name(TableRef table) {
        return name(table.schema()) + "." + name(table.name());
    }

    static String literal(String text) {
        return '\'' + text.replace("\\", "\\\\").replace("'", "''") + '\'';
    }

    /** The columns of a table so that the bytes of each are those that {@link MysqlType} describes, but for the spelling of numbers. */
    static String columns(Relation relation) {
        return relation.columns().stream().map(Sql::expression).collect(Collectors.joining(", "));
    }

    /** FLOAT is rounded when it is sent as text; times a DOUBLE it is not. */
    private static String expression(Column column) {
        String name = name(column.name());
        MysqlType type = (MysqlType) column.type();
        return switch (type.kind()) {
            case INTEGER, ENUM, SET ->
                "CAST(CAST(" + name + " AS " + (isSigned(type) ? "SIGNED" : "UNSIGNED") + ") AS CHAR)";
            case FLOAT, DOUBLE -> "CAST(" + name + " * 1e0 AS CHAR)";
            case DECIMAL, DATE, DATETIME, TIME, YEAR, JSON -> "CAST(" + name + " AS CHAR)";
            // The driver does not know the type VECTOR.
            case BLOB -> type.name().equals("vector") ? "CAST(" + name + " AS BINARY)" : name;
            case TEXT, BINARY, BIT, GEOMETRY -> name;
        };
    }

    private static boolean isSigned(MysqlType type) {
        return type.kind() == MysqlType.Kind.INTEGER && !type.unsigned();
    }

    /** A value of a key's column. */
    private static String value(MysqlType type, byte[] bytes) {
        return switch (type.kind()) {
            case INTEGER, ENUM, SET, DECIMAL, YEAR -> digits(MysqlType.ascii(bytes));
            case DOUBLE -> "(" + Double.parseDouble(MysqlType.ascii(bytes)) + " * 1e0)";
            case FLOAT -> "CAST(" + Float.parseFloat(MysqlType.ascii(bytes)) + " AS FLOAT)";
            case TEXT -> "_" + type.charset() + " x'" + HexFormat.of().formatHex(bytes) + "'";
            case BIT -> "CAST(x'" + HexFormat.of().formatHex(bytes) + "' AS UNSIGNED)";
            case BINARY, BLOB, GEOMETRY -> "x'" + HexFormat.of().formatHex(bytes) + "'";
            case DATE, DATETIME, TIME -> literal(MysqlType.ascii(bytes));
            case JSON -> throw new IllegalArgumentException("JSON is no key");
        };
    }

    private static String digits(String text) {
        if (!text.matches("-?\\d+(\\.\\d+)?")) {
            throw new IllegalArgumentException("not a number");
        }
        return text;
    }

    /** Whether a row has one of these keys. */
    static String isOneOf(Relation relation, List<List<byte[]>> keys) {
        if (relation.keyColumns().size() == 1) {
            Column column = column(relation, 0);
            return name(column.name()) + " IN ("
                    + keys.stream()
                            .map(key -> value((MysqlType) column.type(), key.get(0)))
                            .collect(Collectors.joining(", "))
                    + ")";
        }
        return keys.stream().map(key -> "(" + isKey(relation, key) + ")").collect(Collectors.joining(" OR "));
    }

    private static String isKey(Relation relation, List<byte[]> key) {
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < key.size(); i++) {
            Column column = column(relation, i);
            out.append(i == 0 ? "" : " AND ").append(name(column.name())).append(" = ");
            out.append(value((MysqlType) column.type(), key.get(i)));
        }
        return out.toString();
    }

    /** Whether a row comes after this key in the key's order; with the first column alone, so that the index is used. */
    static String isAfter(Relation relation, List<byte[]> key) {
        String first = name(column(relation, 0).name());
        String firstValue = value((MysqlType) column(relation, 0).type(), key.get(0));
        if (key.size() == 1) {
            return first + " > " + firstValue;
        }
        return first + " >= " + firstValue + " AND " + isBehind(relation, key, 0);
    }

    /** Whether the columns from {@code index} on are equal up to some and then greater. */
    private static String isBehind(Relation relation, List<byte[]> key, int index) {
        String name = name(column(relation, index).name());
        String value = value((MysqlType) column(relation, index).type(), key.get(index));
        String isGreater = name + " > " + value;
        return index == key.size() - 1
                ? isGreater
                : "(" + isGreater + " OR " + name + " = " + value + " AND " + isBehind(relation, key, index + 1) + ")";
    }

    /** The key's first column, beside a value of it. */
    static String first(Relation relation, String operator, byte[] value) {
        Column first = column(relation, 0);
        return name(first.name()) + " " + operator + " " + value((MysqlType) first.type(), value);
    }

    /** The key's columns, to sort by. */
    static String keyColumns(Relation relation) {
        return relation.keyColumns().stream()
                .map(index -> name(relation.columns().get(index).name()))
                .collect(Collectors.joining(", "));
    }

    static Column column(Relation relation, int keyIndex) {
        return relation.columns().get(relation.keyColumns().get(keyIndex));
    }
}
