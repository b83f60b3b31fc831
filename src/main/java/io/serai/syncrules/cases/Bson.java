package io.serai.syncrules.cases;

import io.serai.change.Json;
import io.serai.change.Value;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes the BSON documents (bsonspec.org, version 1.1) over which replica ids are made. Confined to one thread. */
final class Bson {
    private static final int DOUBLE = 0x01;
    private static final int STRING = 0x02;
    private static final int DOCUMENT = 0x03;
    private static final int ARRAY = 0x04;
    private static final int BINARY = 0x05;
    private static final int OBJECT_ID = 0x07;
    private static final int BOOLEAN = 0x08;
    private static final int DATE = 0x09;
    private static final int NULL = 0x0a;
    private static final int INT32 = 0x10;
    private static final int INT64 = 0x12;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    /** The finished document. */
    byte[] document() {
        byte[] document = new byte[out.size() + 5];
        ByteBuffer.wrap(document)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(document.length)
                .put(out.toByteArray());
        return document;
    }

    /** Adds a column's value: a REAL is an int32 if it is one. */
    Bson add(String name, Value value) {
        switch (value) {
            case Value.NullValue ignored -> element(NULL, name, new byte[0]);
            case Value.IntegerValue integer -> element(INT64, name, int64(integer.value()));
            case Value.RealValue real
            when real.value() == (int) real.value() -> element(INT32, name, int32((int) real.value()));
            case Value.RealValue real -> element(DOUBLE, name, float64(real.value()));
            case Value.TextValue text -> element(STRING, name, string(text.value()));
            case Value.BlobValue blob -> element(BINARY, name, binary(0, blob.value()));
            case Value.EditionValue ignored -> throw new IllegalArgumentException("the value depends on the edition");
        }
        return this;
    }

    /** Adds a value of MongoDB's extended JSON; throws {@link IllegalArgumentException} for kinds that keys do not have. */
    Bson addExtended(String name, Json json) {
        switch (json) {
            case Json.Text text -> element(STRING, name, string(text.value()));
            case Json.Literal literal when literal == Json.Literal.NULL -> element(NULL, name, new byte[0]);
            case Json.Literal literal ->
                element(BOOLEAN, name, new byte[] {(byte) (literal == Json.Literal.TRUE ? 1 : 0)});
            case Json.IntegerNumber number ->
                element(INT32, name, int32(number.value().intValueExact()));
            case Json.RealNumber number -> element(DOUBLE, name, float64(number.value()));
            case Json.Array array -> element(ARRAY, name, array(array.elements()));
            case Json.Object object -> addObject(name, object);
        }
        return this;
    }

    private void addObject(String name, Json.Object object) {
        boolean tagged = object.members().size() == 1
                && object.members().getFirst().name().startsWith("$");
        if (!tagged) {
            Bson nested = new Bson();
            object.members().forEach(member -> nested.addExtended(member.name(), member.value()));
            element(DOCUMENT, name, nested.document());
            return;
        }
        Json value = object.members().getFirst().value();
        switch (object.members().getFirst().name()) {
            case "$numberInt" -> element(INT32, name, int32(Integer.parseInt(text(value))));
            case "$numberLong" -> element(INT64, name, int64(Long.parseLong(text(value))));
            case "$numberDouble" -> element(DOUBLE, name, float64(Double.parseDouble(text(value))));
            case "$oid" -> element(OBJECT_ID, name, HexFormat.of().parseHex(text(value)));
            case "$date" -> element(DATE, name, int64(millis(value)));
            case "$binary" -> {
                Json.Object binary = (Json.Object) value;
                byte[] bytes = Base64.getDecoder().decode(text(binary.get("base64")));
                element(BINARY, name, binary(Integer.parseInt(text(binary.get("subType")), 16), bytes));
            }
            default -> throw new IllegalArgumentException("not a kind of key: " + object.text());
        }
    }

    private static long millis(Json date) {
        return date instanceof Json.Text text
                ? Instant.parse(text.value()).toEpochMilli()
                : Long.parseLong(text(((Json.Object) date).get("$numberLong")));
    }

    private static String text(@Nullable Json json) {
        if (json instanceof Json.Text text) {
            return text.value();
        }
        throw new IllegalArgumentException("a text is needed");
    }

    private static byte[] array(List<Json> elements) {
        Bson nested = new Bson();
        for (int i = 0; i < elements.size(); i++) {
            nested.addExtended(String.valueOf(i), elements.get(i));
        }
        return nested.document();
    }

    private void element(int kind, String name, byte[] content) {
        out.write(kind);
        out.writeBytes(name.getBytes(StandardCharsets.UTF_8));
        out.write(0);
        out.writeBytes(content);
    }

    private static byte[] string(String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        return little(utf8.length + 5).putInt(utf8.length + 1).put(utf8).array();
    }

    private static byte[] binary(int subType, byte[] bytes) {
        return little(bytes.length + 5)
                .putInt(bytes.length)
                .put((byte) subType)
                .put(bytes)
                .array();
    }

    private static byte[] int32(int value) {
        return little(4).putInt(value).array();
    }

    private static byte[] int64(long value) {
        return little(8).putLong(value).array();
    }

    private static byte[] float64(double value) {
        return little(8).putDouble(value).array();
    }

    private static ByteBuffer little(int size) {
        return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    }
}
