package io.serai.source.mongodb;

import static io.serai.source.mongodb.BsonElements.endOfText;
import static io.serai.source.mongodb.BsonElements.float64;
import static io.serai.source.mongodb.BsonElements.int32;
import static io.serai.source.mongodb.BsonElements.int64;
import static io.serai.source.mongodb.BsonElements.text;

import io.serai.change.JsonText;
import io.serai.change.NumberText;
import io.serai.change.Value;
import io.serai.change.ValueFormat;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.UUID;
import org.bson.types.Decimal128;

/**
 * A document, an array, or a value that is shown as one (regular expression, code, pointer) as JSON text; the text depends on the edition, because
 * dates within do. Made when it is asked for. Immutable; the bytes are never written.
 */
final class BsonJson implements Value.EditionValue {
    private static final int UUID_BYTES = 16;
    private static final byte UUID_SUBTYPE = 4;

    private final byte[] bytes;
    private final byte type;
    private final int value;

    BsonJson(byte[] bytes, byte type, int value) {
        this.bytes = bytes;
        this.type = type;
        this.value = value;
    }

    @Override
    public Value in(ValueFormat format) {
        StringBuilder out = new StringBuilder(64);
        new Writer(bytes, format, out).append(type, value);
        return Value.of(out.toString());
    }

    /** Whether a BINARY at {@code value} is a UUID. */
    static boolean isUuid(byte[] bytes, int value) {
        return bytes[value + 4] == UUID_SUBTYPE && int32(bytes, value) == UUID_BYTES;
    }

    /** The UUID at {@code value}, lower case. */
    static String uuid(byte[] bytes, int value) {
        long most = Long.reverseBytes(int64(bytes, value + 5));
        long least = Long.reverseBytes(int64(bytes, value + 13));
        return new UUID(most, least).toString();
    }

    /** The ObjectId at {@code value}, lower case. */
    static String objectId(byte[] bytes, int value) {
        return HexFormat.of().formatHex(bytes, value, value + 12);
    }

    /** The decimal number at {@code value} as the server prints it. */
    static String decimal(byte[] bytes, int value) {
        return Decimal128.fromIEEE754BIDEncoding(int64(bytes, value + 8), int64(bytes, value))
                .toString();
    }

    /** Appends values to a text. Confined to one thread. */
    private static final class Writer {
        private final byte[] bytes;
        private final ValueFormat format;
        private final StringBuilder out;

        private Writer(byte[] bytes, ValueFormat format, StringBuilder out) {
            this.bytes = bytes;
            this.format = format;
            this.out = out;
        }

        private void append(byte type, int value) {
            switch (type) {
                case BsonElements.DOUBLE -> number(float64(bytes, value));
                case BsonElements.STRING, BsonElements.SYMBOL -> JsonText.appendQuoted(out, text(bytes, value));
                case BsonElements.DOCUMENT -> document(value);
                case BsonElements.ARRAY -> array(value);
                case BsonElements.BINARY -> binary(value);
                case BsonElements.OBJECT_ID ->
                    out.append('"').append(objectId(bytes, value)).append('"');
                case BsonElements.BOOLEAN -> out.append(bytes[value] == 0 ? '0' : '1');
                case BsonElements.DATE ->
                    out.append('"')
                            .append(new BsonDate(int64(bytes, value)).text(format))
                            .append('"');
                case BsonElements.REGEX -> regex(value);
                case BsonElements.DB_POINTER -> pointer(value);
                case BsonElements.CODE -> {
                    JsonText.appendQuoted(out.append("{\"code\":"), text(bytes, value));
                    out.append(",\"scope\":null}");
                }
                case BsonElements.CODE_WITH_SCOPE -> {
                    int code = value + 4;
                    JsonText.appendQuoted(out.append("{\"code\":"), text(bytes, code));
                    out.append(",\"scope\":");
                    document(code + 4 + int32(bytes, code));
                    out.append('}');
                }
                case BsonElements.INT32 -> out.append(int32(bytes, value));
                case BsonElements.INT64 -> out.append(int64(bytes, value));
                case BsonElements.TIMESTAMP -> out.append(Long.toUnsignedString(int64(bytes, value)));
                case BsonElements.DECIMAL128 ->
                    out.append('"').append(decimal(bytes, value)).append('"');
                default -> out.append("null"); // NULL, MIN_KEY, MAX_KEY, and UNDEFINED in an array
            }
        }

        private void number(double number) {
            if (Double.isFinite(number)) {
                NumberText.append(out, number);
            } else {
                out.append("null");
            }
        }

        private void document(int value) {
            out.append('{');
            boolean isFirst = true;
            BsonElements members = new BsonElements(bytes, value);
            while (members.next()) {
                boolean isOmitted = members.type() == BsonElements.UNDEFINED
                        || members.type() == BsonElements.BINARY && !isUuid(bytes, members.value());
                if (!isOmitted) {
                    if (!isFirst) {
                        out.append(',');
                    }
                    isFirst = false;
                    JsonText.appendQuoted(out, members.name());
                    out.append(':');
                    append(members.type(), members.value());
                }
            }
            out.append('}');
        }

        private void array(int value) {
            int start = out.append('[').length();
            BsonElements slots = new BsonElements(bytes, value);
            while (slots.next()) {
                if (out.length() > start) {
                    out.append(',');
                }
                append(slots.type(), slots.value());
            }
            out.append(']');
        }

        private void binary(int value) {
            if (isUuid(bytes, value)) {
                out.append('"').append(uuid(bytes, value)).append('"');
            } else {
                out.append("null");
            }
        }

        private void regex(int value) {
            int end = endOfText(bytes, value);
            JsonText.appendQuoted(out.append("{\"pattern\":"), utf8(value, end));
            JsonText.appendQuoted(out.append(",\"options\":"), utf8(end + 1, endOfText(bytes, end + 1)));
            out.append('}');
        }

        /** The namespace is split when it has one dot. */
        private void pointer(int value) {
            String namespace = text(bytes, value);
            int dot = namespace.indexOf('.');
            boolean isSplit = dot >= 0 && namespace.indexOf('.', dot + 1) < 0;
            JsonText.appendQuoted(out.append("{\"collection\":"), isSplit ? namespace.substring(dot + 1) : namespace);
            out.append(",\"oid\":\"")
                    .append(objectId(bytes, value + 4 + int32(bytes, value)))
                    .append('"');
            if (isSplit) {
                JsonText.appendQuoted(out.append(",\"db\":"), namespace.substring(0, dot));
            }
            out.append(",\"fields\":{}}");
        }

        private String utf8(int from, int to) {
            return new String(bytes, from, to - from, StandardCharsets.UTF_8);
        }
    }
}
