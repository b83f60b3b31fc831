package io.serai.storage.rocksdb;

import io.serai.bucket.BucketOp;
import io.serai.bucket.OpId;
import io.serai.bucket.Subkey;
import io.serai.change.Varint;
import io.serai.storage.BucketSum;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The value of an operation in OPS: kind, checksum, count and checksum of the bucket up to here, subkey, table, id, data. The bucket's sum stands at
 * a fixed place, because it is known only under the commit lock.
 */
final class OpRecord {
    /** Where the bucket's count stands. */
    static final int COUNT_AT = 1 + Integer.BYTES;
    /** Where the bucket's checksum stands. */
    static final int SUM_AT = COUNT_AT + Long.BYTES;

    private static final int CHECKSUM_AT = 1;
    private static final int SUBKEY_AT = SUM_AT + Integer.BYTES;
    private static final int TABLE_AT = SUBKEY_AT + Subkey.BYTES;
    private static final List<BucketOp.Kind> BY_CODE =
            List.of(BucketOp.Kind.PUT, BucketOp.Kind.REMOVE, BucketOp.Kind.MOVE, BucketOp.Kind.CLEAR);

    private OpRecord() {}

    /** How many bytes {@link #write} appends. */
    static int bytes(byte[] table, byte[] id, byte[] data) {
        return TABLE_AT + blockBytes(table) + blockBytes(id) + data.length;
    }

    /** Appends an operation whose bucket's sum is not known yet; {@code table} and {@code id} are UTF-8. */
    static void write(
            Encoder out, BucketOp.Kind kind, int checksum, Subkey subkey, byte[] table, byte[] id, byte[] data) {
        out.u8(BY_CODE.indexOf(kind))
                .i32(checksum)
                .i64(0)
                .i32(0)
                .i64(subkey.value().getMostSignificantBits())
                .i64(subkey.value().getLeastSignificantBits())
                .block(table)
                .block(id)
                .raw(data);
    }

    /** The operation. */
    static BucketOp decode(long opId, byte[] value) {
        BucketOp.Kind kind = kind(value);
        int checksum = new Decoder(value, CHECKSUM_AT).i32();
        Subkey subkey = hasRow(value) ? Subkey.ofBytes(ByteBuffer.wrap(value, SUBKEY_AT, Subkey.BYTES)) : null;
        Decoder in = new Decoder(value, TABLE_AT);
        String table = in.text();
        String id = in.text();
        byte @Nullable [] data = kind == BucketOp.Kind.PUT ? in.rest() : null;
        return new BucketOp(new OpId(opId), kind, table, id, subkey, checksum, data);
    }

    /** The sum of the bucket up to this operation. */
    static BucketSum sum(byte[] value) {
        Decoder in = new Decoder(value, COUNT_AT);
        return new BucketSum(in.i64(), in.i32());
    }

    /** What the operation does. */
    static BucketOp.Kind kind(byte[] value) {
        return BY_CODE.get(value[0]);
    }

    /** Whether the operation is on a row: a PUT or a REMOVE. */
    static boolean hasRow(byte[] value) {
        return switch (kind(value)) {
            case PUT, REMOVE -> true;
            case MOVE, CLEAR -> false;
        };
    }

    /** What tells the row of a PUT or a REMOVE from every other one in the bucket. */
    static ByteBuffer row(byte[] value) {
        Decoder in = new Decoder(value, TABLE_AT);
        in.skip(in.varint());
        in.skip(in.varint());
        return ByteBuffer.wrap(value, SUBKEY_AT, in.at() - SUBKEY_AT);
    }

    /** The operation as a MOVE, with the same checksum and the same sum of the bucket. */
    static byte[] moved(byte[] value) {
        return withoutRow(BucketOp.Kind.MOVE, value);
    }

    /** A CLEAR in the place of the operation and of all before it: its checksum is their sum. */
    static byte[] cleared(byte[] value) {
        byte[] cleared = withoutRow(BucketOp.Kind.CLEAR, value);
        System.arraycopy(value, SUM_AT, cleared, CHECKSUM_AT, Integer.BYTES);
        return cleared;
    }

    /** Without subkey, table, id and data: the former three are zeros, which are what no text is written as. */
    private static byte[] withoutRow(BucketOp.Kind kind, byte[] value) {
        byte[] without = new byte[TABLE_AT + 2];
        System.arraycopy(value, 0, without, 0, SUBKEY_AT);
        without[0] = (byte) BY_CODE.indexOf(kind);
        return without;
    }

    private static int blockBytes(byte[] block) {
        return Varint.size(block.length) + block.length;
    }
}
