package io.serai.api.sync;

import io.serai.bucket.BucketOp;
import io.serai.bucket.Checksum;
import io.serai.change.Json;
import io.serai.change.JsonBytes;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Lines of JSON text. Confined to one thread. */
final class JsonFrames implements Frames {
    private static final int SMALL = 512;

    private static final byte[] BUCKET = ascii("{\"data\":{\"bucket\":");
    private static final byte[] AFTER = ascii(",\"after\":\"");
    private static final byte[] HAS_MORE = ascii("\",\"has_more\":");
    private static final byte[] OPERATIONS = ascii(",\"data\":[");
    private static final byte[] NEXT_AFTER = ascii("],\"next_after\":\"");
    private static final byte[] END = ascii("\"}}\n");
    private static final byte[] OP_ID = ascii("{\"op_id\":\"");
    private static final byte[] OP = ascii("\",\"op\":\"");
    private static final byte[] TYPE = ascii("\",\"object_type\":");
    private static final byte[] ID = ascii(",\"object_id\":");
    private static final byte[] CHECKSUM = ascii(",\"checksum\":");
    private static final byte[] CHECKSUM_ONLY = ascii("\",\"checksum\":");
    private static final byte[] SUBKEY = ascii(",\"subkey\":\"");
    private static final byte[] DATA = ascii(",\"data\":");
    private static final byte[] NULL = ascii("null");
    private static final byte[] TRUE = ascii("true");
    private static final byte[] FALSE = ascii("false");

    private final boolean rawData;
    private JsonBytes out = new JsonBytes(SMALL);

    /**
     * Writes nothing yet.
     *
     * @param rawData whether the data of rows is a JSON string, else JSON
     */
    JsonFrames(boolean rawData) {
        this.rawData = rawData;
    }

    @Override
    public void line(Json line) {
        out.append(line.text().getBytes(StandardCharsets.UTF_8));
        out.append('\n');
    }

    @Override
    public void data(String bucket, long after, List<BucketOp> operations, boolean hasMore) {
        out.append(BUCKET);
        out.appendQuoted(bucket);
        out.append(AFTER);
        out.append(after);
        out.append(HAS_MORE);
        out.append(hasMore ? TRUE : FALSE);
        out.append(OPERATIONS);
        for (int i = 0; i < operations.size(); i++) {
            if (i > 0) {
                out.append(',');
            }
            append(operations.get(i));
        }
        out.append(NEXT_AFTER);
        out.append(operations.getLast().opId().value());
        out.append(END);
    }

    private void append(BucketOp operation) {
        out.append(OP_ID);
        out.append(operation.opId().value());
        out.append(OP);
        out.append(ascii(operation.kind().name()));
        if (operation.subkey() == null) {
            out.append(CHECKSUM_ONLY);
            out.append(Checksum.unsigned(operation.checksum()));
        } else {
            out.append(TYPE);
            out.appendQuoted(operation.table());
            out.append(ID);
            out.appendQuoted(operation.id());
            out.append(CHECKSUM);
            out.append(Checksum.unsigned(operation.checksum()));
            out.append(SUBKEY);
            out.append(ascii(operation.subkey().text()));
            out.append('"');
        }
        out.append(DATA);
        byte[] data = operation.data();
        if (data == null) {
            out.append(NULL);
        } else if (rawData) {
            out.appendQuoted(data);
        } else {
            out.append(data);
        }
        out.append('}');
    }

    @Override
    public byte[] take() {
        byte[] bytes = out.toByteArray();
        out = new JsonBytes(SMALL);
        return bytes;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
