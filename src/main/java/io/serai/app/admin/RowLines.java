package io.serai.app.admin;

import io.serai.bucket.BucketOp;
import io.serai.bucket.Checksum;
import io.serai.change.JsonBytes;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/**
 * Writes the surviving rows of each bucket, one JSON line each, in the order of bucket, table, id and subkey. {@code data} is the stored
 * text, byte for byte. Holds one bucket at a time, a large one in temporary files. Confined to one thread.
 */
public final class RowLines implements OperationSink, AutoCloseable {
    private static final long HEAP_BYTES = 64L << 20;
    private static final byte[] TABLE = ascii(",\"table\":");
    private static final byte[] ID = ascii(",\"id\":");
    private static final byte[] CHECKSUM = ascii(",\"checksum\":");
    private static final byte[] DATA = ascii(",\"data\":");
    private static final byte[] BUCKET = ascii("{\"bucket\":");
    private static final byte[] END = ascii("}\n");

    private final OutputStream out;
    private final SurvivingRows rows = new SurvivingRows(HEAP_BYTES);
    private final JsonBytes line = new JsonBytes(1024);
    private String bucket = "";

    /** Writes to {@code out}, which should be buffered; it is not closed. */
    public RowLines(OutputStream out) {
        this.out = out;
    }

    @Override
    public void bucket(String name) throws IOException {
        end();
        bucket = name;
    }

    @Override
    public void operation(BucketOp operation) throws IOException {
        rows.add(operation);
    }

    /** Writes the rows of the last bucket. */
    public void end() throws IOException {
        line.truncate(0);
        line.append(BUCKET);
        line.appendQuoted(bucket);
        int afterBucket = line.size();
        rows.drainTo(row -> {
            line.truncate(afterBucket);
            writeLine(row);
        });
    }

    @Override
    public void close() throws IOException {
        rows.close();
    }

    private void writeLine(BucketOp row) throws IOException {
        line.append(TABLE);
        line.appendQuoted(row.table());
        line.append(ID);
        line.appendQuoted(row.id());
        line.append(CHECKSUM);
        line.append(Checksum.unsigned(row.checksum()));
        byte[] data = row.data();
        if (data != null) {
            line.append(DATA);
            line.append(data);
        }
        line.append(END);
        out.write(line.toByteArray());
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
