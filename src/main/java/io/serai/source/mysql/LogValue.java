package io.serai.source.mysql;

import io.serai.change.RowImage;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Reads the values of row images in the binary log into the form that {@link MysqlType} describes. */
final class LogValue {
    static final int TINY = 1;
    static final int SHORT = 2;
    static final int LONG = 3;
    static final int FLOAT = 4;
    static final int DOUBLE = 5;
    static final int OLD_TIMESTAMP = 7;
    static final int LONGLONG = 8;
    static final int INT24 = 9;
    static final int DATE = 10;
    static final int OLD_TIME = 11;
    static final int OLD_DATETIME = 12;
    static final int YEAR = 13;
    static final int NEWDATE = 14;
    static final int VARCHAR = 15;
    static final int BIT = 16;
    static final int TIMESTAMP = 17;
    static final int DATETIME = 18;
    static final int TIME = 19;
    static final int VECTOR = 242;
    static final int JSON = 245;
    static final int DECIMAL = 246;
    static final int ENUM = 247;
    static final int SET = 248;
    static final int BLOB = 252;
    static final int VAR_STRING = 253;
    static final int STRING = 254;
    static final int GEOMETRY = 255;

    private static final long DATETIME_ZERO = 0x8000000000L;
    private static final int TIME_ZERO = 0x800000;
    private static final long TIME6_ZERO = 0x800000000000L;
    private static final int MICROS_BITS = 24;

    private LogValue() {}

    /** Passes over the value of a column that is not NULL. */
    static void skip(ByteReader in, LogColumn column) {
        int meta = column.meta();
        in.skip(
                switch (column.type()) {
                    case TINY, YEAR -> 1;
                    case SHORT -> 2;
                    case INT24, DATE, NEWDATE, OLD_TIME -> 3;
                    case LONG, FLOAT, OLD_TIMESTAMP -> 4;
                    case LONGLONG, DOUBLE, OLD_DATETIME -> 8;
                    case DECIMAL -> DecimalText.bytes(meta >> 8, meta & 0xff);
                    case VARCHAR, VAR_STRING, STRING -> (int) in.little(meta > 0xff ? 2 : 1);
                    case ENUM, SET -> meta;
                    case BLOB, GEOMETRY, VECTOR, JSON -> Math.toIntExact(in.little(meta));
                    case BIT -> bitBytes(meta);
                    case TIMESTAMP -> 4 + (meta + 1) / 2;
                    case DATETIME -> 5 + (meta + 1) / 2;
                    case TIME -> 3 + (meta + 1) / 2;
                    default -> throw unknown(column);
                });
    }

    /** Reads the value of a column that is not NULL and adds it to an image. */
    static void read(ByteReader in, LogColumn column, MysqlType type, RowImage.Builder out) {
        switch (column.type()) {
            case TINY -> number(in, 1, type, out);
            case SHORT -> number(in, 2, type, out);
            case INT24 -> number(in, 3, type, out);
            case LONG -> number(in, 4, type, out);
            case LONGLONG -> number(in, 8, type, out);
            case FLOAT -> text(Float.toString(Float.intBitsToFloat((int) in.little(4))), out);
            case DOUBLE -> text(Double.toString(Double.longBitsToDouble(in.little(8))), out);
            case DECIMAL -> text(DecimalText.read(in, column.meta() >> 8, column.meta() & 0xff), out);
            case VARCHAR, VAR_STRING -> bytes(in, (int) in.little(column.meta() > 0xff ? 2 : 1), out);
            case STRING -> fixed(in, (int) in.little(column.meta() > 0xff ? 2 : 1), type, out);
            case ENUM, SET -> text(Long.toUnsignedString(in.little(column.meta())), out);
            case BLOB, GEOMETRY, VECTOR -> bytes(in, Math.toIntExact(in.little(column.meta())), out);
            case JSON -> json(in, Math.toIntExact(in.little(column.meta())), out);
            case BIT -> bytes(in, bitBytes(column.meta()), out);
            case DATE, NEWDATE -> date(in, out);
            case YEAR -> year(in.u8(), out);
            case TIMESTAMP -> {
                long seconds = in.big(4);
                text(TimeText.timestamp(seconds, micros(in, column.meta()), column.meta()), out);
            }
            case DATETIME -> {
                long packed = in.big(5) - DATETIME_ZERO << MICROS_BITS;
                text(TimeText.packedDateTime(packed + micros(in, column.meta()), column.meta()), out);
            }
            case TIME -> text(TimeText.packedTime(packedTime(in, column.meta()), column.meta()), out);
            case OLD_TIMESTAMP -> text(TimeText.timestamp(in.u32(), 0, 0), out);
            case OLD_DATETIME -> oldDateTime(in.little(8), out);
            case OLD_TIME -> oldTime((int) in.signedLittle(3), out);
            default -> throw unknown(column);
        }
    }

    private static int bitBytes(int meta) {
        return (meta >> 8) + ((meta & 0xff) > 0 ? 1 : 0);
    }

    private static IllegalStateException unknown(LogColumn column) {
        return new IllegalStateException("type " + column.type() + " of a column is unknown");
    }

    private static void number(ByteReader in, int size, MysqlType type, RowImage.Builder out) {
        if (type.unsigned()) {
            text(Long.toUnsignedString(in.little(size)), out);
        } else {
            text(Long.toString(in.signedLittle(size)), out);
        }
    }

    /** CHAR and BINARY, which the log has without blanks and zeros at the end. */
    private static void fixed(ByteReader in, int length, MysqlType type, RowImage.Builder out) {
        if (type.kind() == MysqlType.Kind.BINARY) {
            out.add(Arrays.copyOf(in.take(length), type.length()), 0, type.length());
        } else {
            bytes(in, length, out);
        }
    }

    private static void json(ByteReader in, int length, RowImage.Builder out) {
        byte[] text =
                JsonDocument.read(in.array(), in.position(), length).text().getBytes(StandardCharsets.UTF_8);
        out.add(text, 0, text.length);
        in.skip(length);
    }

    private static void date(ByteReader in, RowImage.Builder out) {
        int date = (int) in.little(3);
        text(TimeText.date(date >> 9, date >> 5 & 15, date & 31), out);
    }

    private static void year(int year, RowImage.Builder out) {
        text(year == 0 ? "0000" : Integer.toString(1900 + year), out);
    }

    private static int micros(ByteReader in, int digits) {
        return switch ((digits + 1) / 2) {
            case 1 -> (int) in.big(1) * 10_000;
            case 2 -> (int) in.big(2) * 100;
            case 3 -> (int) in.big(3);
            default -> 0;
        };
    }

    /** Below zero whole seconds and fraction are one number, of which the fraction is the lower part. */
    private static long packedTime(ByteReader in, int digits) {
        if (digits > 4) {
            return in.big(6) - TIME6_ZERO;
        }
        long whole = in.big(3) - TIME_ZERO;
        int bytes = (digits + 1) / 2;
        long fraction = in.big(bytes);
        if (whole < 0 && fraction > 0) {
            whole++;
            fraction -= 1L << 8 * bytes;
        }
        return (whole << MICROS_BITS) + fraction * (bytes == 1 ? 10_000 : 100);
    }

    private static void oldDateTime(long digits, RowImage.Builder out) {
        int date = (int) (digits / 1_000_000);
        int clock = (int) (digits % 1_000_000);
        text(
                TimeText.dateTime(
                        date / 10_000,
                        date / 100 % 100,
                        date % 100,
                        clock / 10_000,
                        clock / 100 % 100,
                        clock % 100,
                        0,
                        0),
                out);
    }

    private static void oldTime(int digits, RowImage.Builder out) {
        int clock = Math.abs(digits);
        text(TimeText.time(digits < 0, clock / 10_000, clock / 100 % 100, clock % 100, 0, 0), out);
    }

    private static void bytes(ByteReader in, int length, RowImage.Builder out) {
        out.add(in.array(), in.position(), length);
        in.skip(length);
    }

    static void text(String text, RowImage.Builder out) {
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        out.add(bytes, 0, bytes.length);
    }
}
