package io.serai.source.mysql;

import static io.serai.syncrules.cases.CaseMembers.text;

import io.serai.change.Json;
import io.serai.change.Value;
import io.serai.syncrules.cases.CaseValue;
import io.serai.syncrules.cases.SourceValues;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;

/**
 * The values of cases of category {@code types}: what a driver gives ({@code driverValue}: a number, text, or {@code {bytes: hex}}) for a column whose type
 * in the protocol is {@code mysqlType}. Immutable and thread-safe.
 */
public final class MysqlCaseValues implements SourceValues {
    @Override
    public CaseValue read(Json.Object input) {
        Json given = input.get("driverValue");
        return new CaseValue.OfColumn(
                given == null || given == Json.Literal.NULL ? Value.NULL : value(text(input, "mysqlType"), given));
    }

    private static Value value(String protocolType, Json given) {
        return switch (protocolType) {
            case "ENUM" -> Value.of(textOf(given));
            case "SET" -> set(textOf(given));
            case "GEOMETRY" -> Value.of(given.text());
            default -> type(catalogName(protocolType), List.of()).decode(bytes(given));
        };
    }

    private static Value set(String members) {
        List<String> all = List.of(members.split(",", -1));
        return members.isEmpty()
                ? type("set", List.of()).decode(ascii("0"))
                : type("set", all).decode(ascii(Long.toUnsignedString(-1L >>> (Long.SIZE - all.size()))));
    }

    private static MysqlType type(String name, List<String> members) {
        return new MysqlType(name, false, 0, 0, "utf8mb4", members);
    }

    private static String catalogName(String protocolType) {
        String name = protocolType.toLowerCase(Locale.ROOT).replaceAll("2$", "").replace("_", "");
        return switch (name) {
            case "tiny" -> "tinyint";
            case "short" -> "smallint";
            case "int24" -> "mediumint";
            case "long" -> "int";
            case "longlong" -> "bigint";
            case "newdecimal" -> "decimal";
            case "newdate" -> "date";
            case "varstring" -> "varchar";
            case "string" -> "char";
            default -> {
                if (MysqlType.kind(name).isEmpty()) {
                    throw new IllegalArgumentException("the case's type \"" + protocolType + "\" is unknown");
                }
                yield name;
            }
        };
    }

    private static byte[] bytes(Json given) {
        return given instanceof Json.Object object
                ? HexFormat.of().parseHex(text(object, "bytes"))
                : textOf(given).getBytes(StandardCharsets.UTF_8);
    }

    private static String textOf(Json given) {
        return given instanceof Json.Text text ? text.value() : given.text();
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
