package io.serai.testsupport;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Values of each type of MySQL. */
public final class MysqlTypes {
    /** Literals by type, each with the value that it becomes. */
    private static final Map<String, List<Case>> CASES = new LinkedHashMap<>();

    /** A literal, and the kind and text of the value that it becomes; of JSON empty, because it is what the server prints. */
    public record Case(String literal, String value) {}

    private MysqlTypes() {}

    static {
        type("tinyint", "-128", "INTEGER -128");
        type("tinyint unsigned", "255", "INTEGER 255");
        type("bool", "true", "INTEGER 1");
        type("smallint", "-32768", "INTEGER -32768", "32767", "INTEGER 32767");
        type("mediumint", "-8388608", "INTEGER -8388608");
        type("mediumint unsigned", "16777215", "INTEGER 16777215");
        type("int", "-2147483648", "INTEGER -2147483648");
        type("int(8) unsigned zerofill", "42", "INTEGER 42");
        type("bigint", "-9223372036854775808", "INTEGER -9223372036854775808");
        type(
                "bigint unsigned",
                "9223372036854775807",
                "INTEGER 9223372036854775807",
                "18446744073709551615",
                "REAL 1.8446744073709552E19");
        type("float", "1.1", "REAL 1.1", "123456.789", "REAL 123456.79", "-0e0", "REAL -0.0", "1e-38", "REAL 1.0E-38");
        type("float(7,3)", "1234.5678", "REAL 1234.568");
        type(
                "double",
                "0.1",
                "REAL 0.1",
                "1.7976931348623157e308",
                "REAL 1.7976931348623157E308",
                "1e23",
                "REAL 1.0E23",
                "123456789012345680",
                "REAL 1.2345678901234568E17");
        type("double(10,2)", "1.005", "REAL 1.0");
        type("decimal(10,2)", "-0.01", "TEXT -0.01", "1.5", "TEXT 1.50", "0", "TEXT 0.00");
        type(
                "decimal(65,30)",
                "12345678901234567890123456789012345.0100",
                "TEXT 12345678901234567890123456789012345.010000000000000000000000000000");
        type("decimal(8,0) zerofill", "42", "TEXT 42");
        type("decimal(9,9)", "-0.123456789", "TEXT -0.123456789");
        type("char(5)", "'a  '", "TEXT a", "''", "TEXT ");
        type("varchar(10)", "'x  '", "TEXT x  ", "'ž😀'", "TEXT ž😀");
        type("varchar(300) charset latin1", "'é€'", "TEXT é€");
        type("char(200) charset utf8mb4", "'long ž'", "TEXT long ž");
        type("varchar(10) charset sjis", "_sjis x'815F'", "TEXT \\");
        type("text charset utf16", "'ž😀'", "TEXT ž😀");
        type("text charset koi8u", "'їж'", "TEXT їж");
        type("mediumtext", "repeat('ab', 40000)", "TEXT " + "ab".repeat(40000));
        type("binary(5)", "'a'", "BLOB 6100000000", "''", "BLOB 0000000000");
        type("varbinary(300)", "x'00ff00'", "BLOB 00ff00");
        type("blob", "x'5c27'", "BLOB 5c27");
        type("bit(1)", "b'1'", "BLOB 01");
        type("bit(12)", "b'101'", "BLOB 0005");
        type("enum('a','ž','it''s, x')", "'ž'", "TEXT ž", "3", "TEXT it's, x");
        type("enum('é','b') charset latin1", "'é'", "TEXT é");
        type("enum('a\\\\n','x\\ny','\\r')", "1", "TEXT a\\n", "2", "TEXT x\ny", "3", "TEXT \r");
        type("set('x','yz','ž')", "'x,ž'", "TEXT [\"x\",\"ž\"]", "''", "TEXT [\"\"]");
        type(
                "date",
                "'2024-02-29'",
                "TEXT 2024-02-29",
                "'0000-00-00'",
                "NULL",
                "'2024-00-00'",
                "NULL",
                "'2026-02-31'",
                "NULL",
                "'9999-12-31'",
                "TEXT 9999-12-31",
                "'0000-05-03'",
                "TEXT 0000-05-03");
        type(
                "datetime",
                "'2023-03-06 15:47:00'",
                "TEXT 2023-03-06T15:47:00.000Z",
                "'0000-00-00'",
                "NULL",
                "'0000-05-03 01:00:00'",
                "TEXT 0000-05-03T01:00:00.000Z");
        type(
                "datetime(6)",
                "'2023-03-06 15:47:00.123456'",
                "TEXT 2023-03-06T15:47:00.123Z",
                "'1000-01-01 00:00:00.9'",
                "TEXT 1000-01-01T00:00:00.900Z");
        type("datetime(1)", "'2023-03-06 15:47:00.5'", "TEXT 2023-03-06T15:47:00.500Z");
        type("timestamp null", "'2023-03-06 15:47:00'", "TEXT 2023-03-06T10:02:00.000Z", "'0000-00-00'", "NULL");
        type("timestamp(3) null", "'2038-01-19 03:14:07.499'", "TEXT 2038-01-18T21:29:07.499Z");
        type(
                "time",
                "'-01:00:00'",
                "TEXT -01:00:00",
                "'838:59:59'",
                "TEXT 838:59:59",
                "'-838:59:59'",
                "TEXT -838:59:59");
        type("time(2)", "'-00:00:00.01'", "TEXT -00:00:00.01", "'12:00:00.5'", "TEXT 12:00:00.50");
        type("time(3)", "'-01:02:03.004'", "TEXT -01:02:03.004");
        type("time(6)", "'-00:00:01.000001'", "TEXT -00:00:01.000001");
        type("year", "2023", "TEXT 2023", "0", "TEXT 0000", "1901", "TEXT 1901");
        type(
                "geometry",
                "point(1, -2.5)",
                "TEXT {\"x\":1.0,\"y\":-2.5}",
                "ST_GeomFromText('GEOMETRYCOLLECTION(POINT(0 0),LINESTRING(1 2,3 4))')",
                "TEXT [{\"x\":0.0,\"y\":0.0},[{\"x\":1.0,\"y\":2.0},{\"x\":3.0,\"y\":4.0}]]");
        type(
                "polygon",
                "ST_GeomFromText('POLYGON((0 0,0 1,1 1,0 0))')",
                "TEXT [[{\"x\":0.0,\"y\":0.0},{\"x\":0.0,\"y\":1.0},{\"x\":1.0,\"y\":1.0},{\"x\":0.0,\"y\":0.0}]]");
        type(
                "multipoint",
                "ST_GeomFromText('MULTIPOINT(0 0,1 1)')",
                "TEXT [{\"x\":0.0,\"y\":0.0},{\"x\":1.0,\"y\":1.0}]");
        type("vector(2)", "string_to_vector('[1,2]')", "BLOB 0000803f00000040");
        json("{\"b\": 1.0, \"aa\": [1, true, null, \"x\"], \"a\": {}}");
        json("[]");
        json("\"text \\\\ \\\" \\n \\u0001 ž\"");
        json("[0.1, 1e15, 1e14, 123456789012345678, 1.5e300, 1e-14, 1e-15, 5e-324, -0.0, 1e100, 123456789012345.6]");
        json("[-1, 255, 65535, 65536, -32769, 2147483648, 4294967296, -9223372036854775808, 18446744073709551615]");
        CASES.computeIfAbsent("json", name -> new ArrayList<>())
                .add(new Case(
                        "json_array(cast('2015-01-15' as date), cast('-11:59:58.5' as time(1)),"
                                + " cast('9999-12-31 23:59:59' as datetime), cast(1.50 as decimal(5,2)), x'00ff',"
                                + " b'101', cast('2015-01-15' as year))",
                        ""));
        CASES.computeIfAbsent("json", name -> new ArrayList<>())
                .add(new Case("json_array(repeat('é', 30000), repeat('x', 40000), 2147483648, -5, 70000)", ""));
        CASES.computeIfAbsent("json", name -> new ArrayList<>())
                .add(new Case("json_object('blob', cast(repeat('b', 100) as binary))", ""));
    }

    private static void type(String type, String... literalsAndValues) {
        List<Case> cases = CASES.computeIfAbsent(type, name -> new ArrayList<>());
        for (int i = 0; i < literalsAndValues.length; i += 2) {
            cases.add(new Case(literalsAndValues[i], literalsAndValues[i + 1]));
        }
    }

    /** JSON is what the server prints, which the test asks it for. */
    private static void json(String document) {
        type("json", "'" + document.replace("\\", "\\\\").replace("'", "''") + "'", "");
    }

    /** The literals by type, under {@code sql_mode = 'ALLOW_INVALID_DATES'}. */
    public static Map<String, List<Case>> cases() {
        return Collections.unmodifiableMap(CASES);
    }
}
