package io.serai.source.mysql;

/**
 * A column as a table map event describes it. Immutable.
 *
 * @param type the number of the type; of CHAR, ENUM and SET their own
 * @param meta what else the log must know of it to tell where a value ends
 */
record LogColumn(int type, int meta) {
    private static final int LENGTH_BITS = 0x30;

    /** Reads the metadata of a column of this type. */
    static LogColumn read(int type, ByteReader meta) {
        return switch (type) {
            case LogValue.FLOAT,
                    LogValue.DOUBLE,
                    LogValue.BLOB,
                    LogValue.JSON,
                    LogValue.GEOMETRY,
                    LogValue.VECTOR,
                    LogValue.TIMESTAMP,
                    LogValue.DATETIME,
                    LogValue.TIME -> new LogColumn(type, meta.u8());
            case LogValue.VARCHAR, LogValue.VAR_STRING, LogValue.BIT -> new LogColumn(type, meta.u16());
            case LogValue.DECIMAL -> new LogColumn(type, (int) meta.big(2));
            case LogValue.STRING, LogValue.ENUM, LogValue.SET -> string(meta.u8(), meta.u8());
            default -> new LogColumn(type, 0);
        };
    }

    /** Two bits of a long CHAR's length are hidden, inverted, in its type. */
    private static LogColumn string(int type, int length) {
        return (type & LENGTH_BITS) == LENGTH_BITS
                ? new LogColumn(type, length)
                : new LogColumn(type | LENGTH_BITS, length | ((type & LENGTH_BITS) ^ LENGTH_BITS) << 4);
    }

    /** Whether its values are of this type, as far as the log tells. */
    boolean fits(MysqlType expected) {
        return switch (expected.name()) {
            case "tinyint" -> type == LogValue.TINY;
            case "smallint" -> type == LogValue.SHORT;
            case "mediumint" -> type == LogValue.INT24;
            case "int" -> type == LogValue.LONG;
            case "bigint" -> type == LogValue.LONGLONG;
            case "float" -> type == LogValue.FLOAT;
            case "double" -> type == LogValue.DOUBLE;
            case "decimal" -> type == LogValue.DECIMAL && meta == (expected.length() << 8 | expected.decimals());
            case "char", "binary" -> type == LogValue.STRING && meta == expected.length();
            case "varchar", "varbinary" ->
                (type == LogValue.VARCHAR || type == LogValue.VAR_STRING) && meta == expected.length();
            case "tinytext", "tinyblob" -> type == LogValue.BLOB && meta == 1;
            case "text", "blob" -> type == LogValue.BLOB && meta == 2;
            case "mediumtext", "mediumblob" -> type == LogValue.BLOB && meta == 3;
            case "longtext", "longblob" -> type == LogValue.BLOB && meta == 4;
            case "vector" -> type == LogValue.VECTOR;
            case "json" -> type == LogValue.JSON;
            case "enum" -> type == LogValue.ENUM;
            case "set" -> type == LogValue.SET;
            case "bit" -> type == LogValue.BIT && (meta >> 8) * 8 + (meta & 0xff) == expected.length();
            case "date" -> type == LogValue.DATE || type == LogValue.NEWDATE;
            case "year" -> type == LogValue.YEAR;
            case "datetime" -> isTime(LogValue.DATETIME, LogValue.OLD_DATETIME, expected);
            case "timestamp" -> isTime(LogValue.TIMESTAMP, LogValue.OLD_TIMESTAMP, expected);
            case "time" -> isTime(LogValue.TIME, LogValue.OLD_TIME, expected);
            default -> type == LogValue.GEOMETRY;
        };
    }

    private boolean isTime(int present, int former, MysqlType expected) {
        return type == present && meta == expected.decimals() || type == former && expected.decimals() == 0;
    }
}
