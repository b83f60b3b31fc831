package io.serai.source.mysql;

import io.serai.change.JsonText;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A JSON document as MySQL has it, read from its binary form and written as the server writes it. Objects keep their members in the server's order:
 * shorter names first, then by bytes. Confined to one thread.
 */
sealed interface JsonDocument {
    /** The order of an object's members. */
    Comparator<String> MEMBERS = Comparator.comparing(
            name -> name.getBytes(StandardCharsets.UTF_8),
            Comparator.<byte[]>comparingInt(bytes -> bytes.length).thenComparing(Arrays::compareUnsigned));

    /** A string, a number, or a literal, as its text. */
    record Scalar(String json) implements JsonDocument {}

    /** An array; its elements may be changed. */
    record Elements(List<JsonDocument> list) implements JsonDocument {}

    /** An object; its members may be changed. */
    record Members(TreeMap<String, JsonDocument> map) implements JsonDocument {}

    /** Reads {@code length} bytes; none at all are the literal null. */
    static JsonDocument read(byte[] bytes, int from, int length) {
        return length == 0 ? new Scalar("null") : new Reader(bytes).value(bytes[from] & 0xff, from + 1);
    }

    /** The text as the server writes it. */
    default String text() {
        StringBuilder out = new StringBuilder();
        append(out);
        return out.toString();
    }

    private void append(StringBuilder out) {
        switch (this) {
            case Scalar scalar -> out.append(scalar.json());
            case Elements elements -> {
                String separator = "[";
                for (JsonDocument element : elements.list()) {
                    out.append(separator);
                    element.append(out);
                    separator = ", ";
                }
                out.append(elements.list().isEmpty() ? "[]" : "]");
            }
            case Members members -> {
                String separator = "{";
                for (Map.Entry<String, JsonDocument> member : members.map().entrySet()) {
                    out.append(separator);
                    JsonText.appendQuoted(out, member.getKey());
                    out.append(": ");
                    member.getValue().append(out);
                    separator = ", ";
                }
                out.append(members.map().isEmpty() ? "{}" : "}");
            }
        }
    }

    /** Reads the binary form: offsets are relative to the object or array that they are in. */
    final class Reader {
        private static final int SMALL_OBJECT = 0;
        private static final int LARGE_OBJECT = 1;
        private static final int SMALL_ARRAY = 2;
        private static final int LARGE_ARRAY = 3;
        private static final int LITERAL = 4;
        private static final int INT16 = 5;
        private static final int UINT16 = 6;
        private static final int INT32 = 7;
        private static final int UINT32 = 8;
        private static final int INT64 = 9;
        private static final int UINT64 = 10;
        private static final int DOUBLE = 11;
        private static final int STRING = 12;
        private static final int OPAQUE = 15;
        private static final int BASE64_LINE = 76;

        private final byte[] bytes;

        private Reader(byte[] bytes) {
            this.bytes = bytes;
        }

        private JsonDocument value(int type, int at) {
            ByteReader in = new ByteReader(bytes, at, bytes.length);
            return switch (type) {
                case SMALL_OBJECT -> object(at, 2);
                case LARGE_OBJECT -> object(at, 4);
                case SMALL_ARRAY -> array(at, 2);
                case LARGE_ARRAY -> array(at, 4);
                case LITERAL -> literal(in.u8());
                case INT16 -> new Scalar(Long.toString(in.signedLittle(2)));
                case UINT16 -> new Scalar(Long.toString(in.little(2)));
                case INT32 -> new Scalar(Long.toString(in.signedLittle(4)));
                case UINT32 -> new Scalar(Long.toString(in.little(4)));
                case INT64 -> new Scalar(Long.toString(in.little(8)));
                case UINT64 -> new Scalar(Long.toUnsignedString(in.little(8)));
                case DOUBLE -> new Scalar(JsonNumber.text(Double.longBitsToDouble(in.little(8))));
                case STRING -> new Scalar(JsonText.quoted(in.text(length(in))));
                case OPAQUE -> opaque(in.u8(), in);
                default -> throw new IllegalStateException("a JSON value has the unknown type " + type);
            };
        }

        private static JsonDocument literal(int literal) {
            return new Scalar(
                    switch (literal) {
                        case 0 -> "null";
                        case 1 -> "true";
                        default -> "false";
                    });
        }

        private JsonDocument object(int start, int width) {
            ByteReader in = new ByteReader(bytes, start, bytes.length);
            int count = Math.toIntExact(in.little(width));
            in.skip(width);
            List<String> names = new ArrayList<>(count);
            for (int i = 0; i < count; i++) {
                int name = start + Math.toIntExact(in.little(width));
                names.add(new String(bytes, name, in.u16(), StandardCharsets.UTF_8));
            }
            TreeMap<String, JsonDocument> members = new TreeMap<>(MEMBERS);
            for (String name : names) {
                members.put(name, entry(in, start, width));
            }
            return new Members(members);
        }

        private JsonDocument array(int start, int width) {
            ByteReader in = new ByteReader(bytes, start, bytes.length);
            int count = Math.toIntExact(in.little(width));
            in.skip(width);
            List<JsonDocument> elements = new ArrayList<>(count);
            for (int i = 0; i < count; i++) {
                elements.add(entry(in, start, width));
            }
            return new Elements(elements);
        }

        /** A value that fits stands in the entry itself. */
        private JsonDocument entry(ByteReader in, int start, int width) {
            int type = in.u8();
            int at = in.position();
            long offset = in.little(width);
            boolean isInside = switch (type) {
                case LITERAL, INT16, UINT16 -> true;
                case INT32, UINT32 -> width == 4;
                default -> false;
            };
            return value(type, isInside ? at : start + Math.toIntExact(offset));
        }

        private static int length(ByteReader in) {
            int length = 0;
            for (int shift = 0; ; shift += 7) {
                int next = in.u8();
                length |= (next & 0x7f) << shift;
                if (next < 0x80) {
                    return length;
                }
            }
        }

        private static JsonDocument opaque(int type, ByteReader in) {
            int length = length(in);
            return switch (type) {
                case LogValue.DECIMAL -> new Scalar(DecimalText.read(in, in.u8(), in.u8()));
                case LogValue.DATE -> new Scalar('"' + TimeText.packedDate(in.little(8)) + '"');
                case LogValue.OLD_TIME, LogValue.TIME -> new Scalar('"' + TimeText.packedTime(in.little(8), 6) + '"');
                case LogValue.OLD_DATETIME, LogValue.DATETIME, LogValue.OLD_TIMESTAMP, LogValue.TIMESTAMP ->
                    new Scalar('"' + TimeText.packedDateTime(in.little(8), 6) + '"');
                default -> {
                    String text = Base64.getMimeEncoder(BASE64_LINE, new byte[] {'\n'})
                            .encodeToString(in.take(length));
                    yield new Scalar(JsonText.quoted("base64:type" + type + ":" + text));
                }
            };
        }
    }
}
