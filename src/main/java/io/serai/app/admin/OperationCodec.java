package io.serai.app.admin;

import io.serai.bucket.BucketOp;
import io.serai.bucket.OpId;
import io.serai.bucket.Subkey;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Writes and reads operations as bytes: on the socket, and in the files that a large dump is sorted in. Not a stored format. */
final class OperationCodec {
    private static final int NONE = -1;

    private OperationCodec() {}

    static void write(DataOutput out, BucketOp operation) throws IOException {
        out.writeLong(operation.opId().value());
        out.writeByte(code(operation.kind()));
        writeBytes(out, operation.table().getBytes(StandardCharsets.UTF_8));
        writeBytes(out, operation.id().getBytes(StandardCharsets.UTF_8));
        Subkey subkey = operation.subkey();
        out.writeBoolean(subkey != null);
        if (subkey != null) {
            out.writeLong(subkey.value().getMostSignificantBits());
            out.writeLong(subkey.value().getLeastSignificantBits());
        }
        out.writeInt(operation.checksum());
        writeBytes(out, operation.data());
    }

    static BucketOp read(DataInput in) throws IOException {
        OpId opId = new OpId(in.readLong());
        BucketOp.Kind kind = kind(in.readByte());
        String table = readText(in);
        String id = readText(in);
        Subkey subkey = in.readBoolean() ? new Subkey(new UUID(in.readLong(), in.readLong())) : null;
        int checksum = in.readInt();
        return new BucketOp(opId, kind, table, id, subkey, checksum, readBytes(in));
    }

    private static char code(BucketOp.Kind kind) {
        return switch (kind) {
            case PUT -> 'p';
            case REMOVE -> 'r';
            case MOVE -> 'm';
            case CLEAR -> 'c';
        };
    }

    private static BucketOp.Kind kind(byte code) throws IOException {
        return switch (code) {
            case 'p' -> BucketOp.Kind.PUT;
            case 'r' -> BucketOp.Kind.REMOVE;
            case 'm' -> BucketOp.Kind.MOVE;
            case 'c' -> BucketOp.Kind.CLEAR;
            default -> throw new IOException("not an operation");
        };
    }

    private static void writeBytes(DataOutput out, byte @Nullable [] bytes) throws IOException {
        out.writeInt(bytes == null ? NONE : bytes.length);
        if (bytes != null) {
            out.write(bytes);
        }
    }

    private static String readText(DataInput in) throws IOException {
        byte[] bytes = readBytes(in);
        return bytes == null ? "" : new String(bytes, StandardCharsets.UTF_8);
    }

    private static byte @Nullable [] readBytes(DataInput in) throws IOException {
        int length = in.readInt();
        if (length == NONE) {
            return null;
        }
        byte[] bytes = new byte[length];
        in.readFully(bytes);
        return bytes;
    }
}
