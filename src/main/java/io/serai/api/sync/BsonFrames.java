package io.serai.api.sync;

import io.serai.bucket.BucketOp;
import io.serai.bucket.Checksum;
import io.serai.change.Json;
import io.serai.change.JsonReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.bson.BsonBinaryWriter;
import org.bson.io.BasicOutputBuffer;

/**
 * BSON documents behind each other. Numbers are those that JavaScript's BSON library writes: 32-bit integers where they fit, else doubles. Confined to one
 * thread.
 */
final class BsonFrames implements Frames {
    private final boolean rawData;
    private BasicOutputBuffer out = new BasicOutputBuffer();

    /**
     * Writes nothing yet.
     *
     * @param rawData whether the data of rows is a string of JSON text, else a document
     */
    BsonFrames(boolean rawData) {
        this.rawData = rawData;
    }

    @Override
    public void line(Json line) {
        try (BsonBinaryWriter writer = new BsonBinaryWriter(out)) {
            write(writer, line);
        }
    }

    @Override
    public void data(String bucket, long after, List<BucketOp> operations, boolean hasMore) {
        try (BsonBinaryWriter writer = new BsonBinaryWriter(out)) {
            writer.writeStartDocument();
            writer.writeStartDocument("data");
            writer.writeString("bucket", bucket);
            writer.writeString("after", Long.toString(after));
            writer.writeBoolean("has_more", hasMore);
            writer.writeStartArray("data");
            operations.forEach(operation -> write(writer, operation));
            writer.writeEndArray();
            writer.writeString("next_after", operations.getLast().opId().toString());
            writer.writeEndDocument();
            writer.writeEndDocument();
        }
    }

    private void write(BsonBinaryWriter writer, BucketOp operation) {
        writer.writeStartDocument();
        writer.writeString("op_id", operation.opId().toString());
        writer.writeString("op", operation.kind().name());
        if (operation.subkey() != null) {
            writer.writeString("object_type", operation.table());
            writer.writeString("object_id", operation.id());
        }
        writer.writeName("checksum");
        writeNumber(writer, Checksum.unsigned(operation.checksum()));
        if (operation.subkey() != null) {
            writer.writeString("subkey", operation.subkey().text());
        }
        byte[] data = operation.data();
        if (data == null) {
            writer.writeNull("data");
        } else {
            String text = new String(data, StandardCharsets.UTF_8);
            writer.writeName("data");
            write(writer, rawData ? new Json.Text(text) : JsonReader.read(text));
        }
        writer.writeEndDocument();
    }

    private static void write(BsonBinaryWriter writer, Json json) {
        switch (json) {
            case Json.Object object -> {
                writer.writeStartDocument();
                object.members().forEach(member -> {
                    writer.writeName(member.name());
                    write(writer, member.value());
                });
                writer.writeEndDocument();
            }
            case Json.Array array -> {
                writer.writeStartArray();
                array.elements().forEach(element -> write(writer, element));
                writer.writeEndArray();
            }
            case Json.Text text -> writer.writeString(text.value());
            case Json.IntegerNumber number -> writeNumber(writer, number.value().longValue());
            case Json.RealNumber number -> writer.writeDouble(number.value());
            case Json.Literal literal -> {
                if (literal == Json.Literal.NULL) {
                    writer.writeNull();
                } else {
                    writer.writeBoolean(literal == Json.Literal.TRUE);
                }
            }
        }
    }

    private static void writeNumber(BsonBinaryWriter writer, long value) {
        if (value == (int) value) {
            writer.writeInt32((int) value);
        } else {
            writer.writeDouble(value);
        }
    }

    @Override
    public byte[] take() {
        byte[] bytes = out.toByteArray();
        out = new BasicOutputBuffer();
        return bytes;
    }
}
