package io.serai.app.admin;

import io.serai.bucket.BucketOp;
import io.serai.bucket.OpId;
import io.serai.change.JsonText;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Writes one line for each bucket: how many rows and operations it has, the bytes of data that its operations carry, its newest op id. Holds one
 * bucket at a time, a large one in temporary files. Confined to one thread.
 */
public final class BucketLines implements OperationSink, AutoCloseable {
    private static final long HEAP_BYTES = 64L << 20;

    private final OutputStream out;
    private final StatusFormat format;
    private final SurvivingRows survivors = new SurvivingRows(HEAP_BYTES);
    private String bucket = "";
    private @Nullable OpId newest;
    private long operations;
    private long bytes;
    private long rows;

    /** Writes to {@code out}, which should be buffered; it is not closed. */
    public BucketLines(OutputStream out, StatusFormat format) {
        this.out = out;
        this.format = format;
    }

    @Override
    public void bucket(String name) throws IOException {
        end();
        bucket = name;
    }

    @Override
    public void operation(BucketOp operation) throws IOException {
        survivors.add(operation);
        operations++;
        byte[] data = operation.data();
        bytes += data == null ? 0 : data.length;
        newest = operation.opId();
    }

    /** Writes the line of the last bucket. */
    public void end() throws IOException {
        if (newest == null) {
            return;
        }
        survivors.drainTo(row -> rows++);
        String line = format == StatusFormat.JSON ? json(newest) : text(newest);
        out.write((line + "\n").getBytes(StandardCharsets.UTF_8));
        newest = null;
        operations = 0;
        bytes = 0;
        rows = 0;
    }

    @Override
    public void close() throws IOException {
        survivors.close();
    }

    private String json(OpId last) {
        return "{\"bucket\":" + JsonText.quoted(bucket) + ",\"rows\":" + rows + ",\"operations\":" + operations
                + ",\"bytes\":" + bytes + ",\"newest_op_id\":\"" + last + "\"}";
    }

    private String text(OpId last) {
        return bucket + ": rows " + Human.count(rows) + ", operations " + Human.count(operations) + ", "
                + Human.bytes(bytes) + ", newest operation " + last;
    }
}
