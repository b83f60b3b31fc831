package io.serai.source;

import io.serai.change.RowImage;
import io.serai.change.Varint;
import java.nio.ByteBuffer;

/**
 * How many equal rows of a table without a key a stored row stands for. Stored behind the columns of its image, like one more column. Immutable.
 *
 * @param rows may be too small, or negative, until the table's copy has added its part
 * @param isFormer whether the row was there when the copy began, and stays until it ends
 */
record RowCount(long rows, boolean isFormer) {
    private static final int COLUMN_BYTES = Long.BYTES + 1;
    private static final int LENGTH_OFFSET = 2;

    /** The count behind a stored image. */
    static RowCount of(byte[] stored) {
        ByteBuffer column = ByteBuffer.wrap(stored, stored.length - COLUMN_BYTES, COLUMN_BYTES);
        return new RowCount(column.getLong(), column.get() != 0);
    }

    /** The image with this count behind its columns. */
    RowImage behind(RowImage image) {
        byte[] columns = image.bytes();
        int head = COLUMN_BYTES + LENGTH_OFFSET;
        return new RowImage(
                image.relation(),
                ByteBuffer.allocate(columns.length + Varint.size(head) + COLUMN_BYTES)
                        .put(columns)
                        .put((byte) head)
                        .putLong(rows)
                        .put((byte) (isFormer ? 1 : 0))
                        .array());
    }

    /** Whether clients see such a row. */
    boolean isShown() {
        return rows > 0 || isFormer;
    }
}
