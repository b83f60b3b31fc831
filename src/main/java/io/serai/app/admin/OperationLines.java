package io.serai.app.admin;

import io.serai.bucket.BucketOp;
import io.serai.bucket.Checksum;
import io.serai.bucket.Subkey;
import io.serai.change.JsonText;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/** Writes each operation as one JSON line, as it is stored. Confined to one thread. */
public final class OperationLines implements OperationSink {
    private final OutputStream out;
    private String bucket = "";

    /** Writes to {@code out}, which should be buffered; it is not closed. */
    public OperationLines(OutputStream out) {
        this.out = out;
    }

    @Override
    public void bucket(String name) {
        bucket = JsonText.quoted(name);
    }

    @Override
    public void operation(BucketOp operation) throws IOException {
        StringBuilder line = new StringBuilder(256)
                .append("{\"bucket\":")
                .append(bucket)
                .append(",\"op_id\":\"")
                .append(operation.opId())
                .append("\",\"op\":\"")
                .append(operation.kind())
                .append('"');
        Subkey subkey = operation.subkey();
        if (subkey != null) {
            line.append(",\"table\":");
            JsonText.appendQuoted(line, operation.table());
            line.append(",\"id\":");
            JsonText.appendQuoted(line, operation.id());
            line.append(",\"subkey\":\"").append(subkey.text()).append('"');
        }
        line.append(",\"checksum\":").append(Checksum.unsigned(operation.checksum()));
        byte[] data = operation.data();
        if (data != null) {
            line.append(",\"data\":").append(new String(data, StandardCharsets.UTF_8));
        }
        out.write(line.append("}\n").toString().getBytes(StandardCharsets.UTF_8));
    }
}
