package io.serai.testsupport;

import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Types of Postgres, built-in and of our own, with values that are hard to carry. */
public final class PostgresTypes {
    private static final Map<String, List<String>> LITERALS = new LinkedHashMap<>();

    private static final List<String> DEFINITIONS = List.of(
            "CREATE EXTENSION citext",
            "CREATE EXTENSION hstore",
            "CREATE EXTENSION ltree",
            "CREATE SCHEMA other",
            "CREATE TYPE mood AS ENUM ('sad', 'we ird, \"one\"')",
            "CREATE TYPE other.mood AS ENUM ('angry')",
            "CREATE DOMAIN posint AS int CHECK (value > 0)",
            "CREATE DOMAIN moment AS timestamp",
            "CREATE TYPE address AS (street text, no int, ok bool, at timestamp)",
            "CREATE TYPE nested AS (\"inner\" address, tags text[], r int4range)",
            "CREATE TYPE textrange AS RANGE (subtype = text)");

    static {
        type("bool", "true", "false");
        type("int2", "-32768", "32767");
        type("int4", "-2147483648", "0");
        type("int8", "-9223372036854775808", "9223372036854775807");
        type("oid", "4294967295");
        type("float4", "'NaN'", "'-Infinity'", "3.4028235e+38", "1e-45", "0.1", "'-0'");
        type("float8", "'NaN'", "'Infinity'", "1.7976931348623157e308", "5e-324", "0.1", "1e23", "123456789012345680");
        type("numeric", "'NaN'", "1e-20", "123456789012345678901234567890.0100", "0.00");
        type("numeric(10,2)", "1.5", "-0.01");
        type("money", "'-1234567.89'", "0");
        type(
                "text",
                "''",
                "E'tab\\t nl\\n cr\\r bs\\\\ bell\\b ff\\f vt\\x0b'",
                "E'\\\\N'",
                "E'\\\\.'",
                "'ž😀 \"q\" ''a'''",
                "'NULL'");
        type("varchar(10)", "'x  '");
        type("char(5)", "'pad'", "''");
        type("\"char\"", "'a'", "''");
        type("name", "'n'");
        type("citext", "'MiXed'");
        type("bytea", "''", "'\\x00ff5c5c'", "'\\xDEADBEEF'");
        type("uuid", "'A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11'");
        type("json", "'{\"b\" : 1.0,  \"a\":[1, 2] , \"a\":null}'", "'null'", "'\"\\u0041\\n\"'", "E'{\\n\"x\":\\t1}'");
        type("jsonb", "'{\"b\": 1.0, \"a\": [1, 1e3, \"ž\"]}'", "'null'", "'1.10'");
        type("xml", "'<?xml version=\"1.0\"?><a>&lt;</a>'", "'text'");
        type("date", "'infinity'", "'-infinity'", "'0044-03-15 BC'", "'2024-02-29'", "'5874897-12-31'");
        type("time", "'24:00:00'", "'15:47:00.12'", "'00:00:00.000001'");
        type("timetz", "'15:47:00.5-03:30'", "'00:00:00+15:59:59'");
        type(
                "timestamp",
                "'infinity'",
                "'-infinity'",
                "'0044-03-15 12:00:00 BC'",
                "'2024-02-29 23:59:59.999999'",
                "'294276-12-31 23:59:59'");
        type(
                "timestamptz",
                "'infinity'",
                "'-infinity'",
                "'0044-03-15 12:00:00+00 BC'",
                "'2024-02-29 23:59:59.9+05:45'",
                "'294276-12-31 23:59:59+00'");
        type("interval", "'1 year -2 days 3:04:05.678'", "'-1 month'", "'0'", "'-00:00:01.5'");
        type("bit(3)", "B'010'");
        type("varbit", "B'0001'", "B''");
        type("inet", "'192.168.0.1'", "'10.0.0.1/8'", "'::1'");
        type("cidr", "'10.0.0.0/8'");
        type("macaddr", "'08:00:2b:01:02:03'");
        type("macaddr8", "'08:00:2b:01:02:03:04:05'");
        type("point", "'(1e300,-0)'");
        type("line", "'{1,2,3}'");
        type("lseg", "'[(0,0),(1,1)]'");
        type("box", "'(1,1),(0,0)'");
        type("path", "'[(0,0),(1,1)]'");
        type("polygon", "'((0,0),(1,1),(1,0))'");
        type("circle", "'<(0,0),1.5>'");
        type("tsvector", "'''a'':1 ''b'':2A'");
        type("tsquery", "'a & !b'");
        type("pg_lsn", "'0/16B3748'", "'FFFFFFFF/FFFFFFFF'");
        type("xid", "'4294967295'");
        type("regclass", "'pg_class'");
        type("txid_snapshot", "'10:20:10,14,15'");
        type("hstore", "'a=>1, b=>NULL, \"c d\"=>\"x\\\"y\"'");
        type("ltree", "'Top.Science'");
        type("mood", "'sad'", "'we ird, \"one\"'");
        type("other.mood", "'angry'");
        type("posint", "7");
        type("moment", "'2024-02-29 12:00:00'");
        type(
                "address",
                "ROW('a \"q\" \\ , (b)', NULL, true, '2024-01-01 00:00')",
                "ROW('', 1, false, NULL)",
                "ROW(NULL, NULL, NULL, NULL)");
        type("nested", "ROW(ROW('x', 1, NULL, NULL), ARRAY['a', NULL], '[1,5)')");
        type("int4range", "'[1,10)'", "'empty'", "'(,5)'", "'(,)'");
        type("tstzrange", "'[2024-01-01 00:00+02,infinity)'");
        type("textrange", "'[\"a,b\",\"c\"\"]\"]'");
        type("int4multirange", "'{[1,3),[5,9)}'", "'{}'");
        type("bool[]", "'{t,f,NULL}'");
        type("int4[]", "'{{1,2},{3,NULL}}'", "'[-1:0]={7,8}'", "'{}'", "'{{{1}}}'");
        type("float8[]", "'{1,0.5,NaN,-Infinity}'");
        type("text[]", "ARRAY['a,b', 'NULL', '', 'q\"\\', NULL, ' sp ', 'ž{}']");
        type("bytea[]", "ARRAY['\\x00'::bytea]");
        type("jsonb[]", "ARRAY['{\"a\": [1, 2]}'::jsonb, 'null']");
        type("date[]", "'{2024-01-01,infinity}'");
        type("timestamp[]", "'{2024-01-01 00:00:00.5,infinity}'");
        type("timestamptz[]", "'{2024-01-01 00:00:00.5+00,-infinity}'");
        type("interval[]", "'{1 day,NULL}'");
        type("numeric[]", "'{1.0,2.50}'");
        type("box[]", "'{(1,1),(0,0);(3,3),(2,2)}'");
        type("mood[]", "ARRAY['sad', 'we ird, \"one\"', NULL]::mood[]");
        type("posint[]", "'{1,2}'");
        type("address[]", "ARRAY[ROW('a,b', 1, true, NULL)::address, NULL]");
        type("int4range[]", "ARRAY['[1,2)'::int4range, 'empty']");
        type("int4multirange[]", "ARRAY['{[1,2)}'::int4multirange]");
    }

    private PostgresTypes() {}

    /** Literals by type. */
    public static Map<String, List<String>> literals() {
        return Collections.unmodifiableMap(LITERALS);
    }

    /** The statements that make extensions and types of our own. */
    public static String[] definitions() {
        return DEFINITIONS.toArray(String[]::new);
    }

    private static void type(String type, String... literals) {
        LITERALS.put(type, Arrays.asList(literals));
    }
}
