package io.serai.source.mysql;

import io.serai.change.RowKey;
import io.serai.source.ChunkRange;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * A range of keys that a chunk reads, in the order of the key. Immutable.
 *
 * @param after the key before the first one, or null for the begin of the range
 * @param above what the key's first column is greater than, or null for the table's begin: the bytes as they are stored, in hexadecimal digits
 * @param upTo the greatest value of the key's first column in the same form, or null for the table's end
 */
record KeyRange(
        @Nullable RowKey after,
        @Nullable String above,
        @Nullable String upTo) {
    static final KeyRange ALL = new KeyRange(null, null, null);
    private static final String SEPARATOR = ";";
    private static final String NONE = "-";

    static KeyRange parse(ChunkRange range) {
        String[] parts = range.text().split(SEPARATOR, -1);
        String after = present(parts[0]);
        return new KeyRange(
                after == null ? null : RowKey.ofBytes(HexFormat.of().parseHex(after)),
                present(parts[1]),
                present(parts[2]));
    }

    ChunkRange chunk() {
        return new ChunkRange(String.join(
                SEPARATOR,
                after == null ? NONE : HexFormat.of().formatHex(after.bytes()),
                above == null ? NONE : above,
                upTo == null ? NONE : upTo));
    }

    /** What of it comes after this key. */
    KeyRange after(RowKey key) {
        return new KeyRange(key, null, upTo);
    }

    private static @Nullable String present(String text) {
        return text.equals(NONE) ? null : text;
    }
}
