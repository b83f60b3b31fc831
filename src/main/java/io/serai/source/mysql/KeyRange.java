package io.serai.source.mysql;

import io.serai.change.RowKey;
import io.serai.source.ChunkRange;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * A range of keys that a chunk reads, in the order of the key. Immutable.
 *
 * @param after the key before the first one, or null for the table's begin
 * @param from the least number of the key's first column, or null for none
 * @param upTo the greatest number of the key's first column, or null for the table's end
 */
record KeyRange(
        @Nullable RowKey after,
        @Nullable String from,
        @Nullable String upTo) {
    static final KeyRange ALL = new KeyRange(null, null, null);
    private static final String SEPARATOR = ";";

    static KeyRange parse(ChunkRange range) {
        String[] parts = range.text().split(SEPARATOR, -1);
        return new KeyRange(
                parts[0].isEmpty() ? null : RowKey.ofBytes(HexFormat.of().parseHex(parts[0])),
                parts[1].isEmpty() ? null : parts[1],
                parts[2].isEmpty() ? null : parts[2]);
    }

    ChunkRange chunk() {
        return new ChunkRange(String.join(
                SEPARATOR,
                after == null ? "" : HexFormat.of().formatHex(after.bytes()),
                from == null ? "" : from,
                upTo == null ? "" : upTo));
    }

    /** What of it comes after this key. */
    KeyRange after(RowKey key) {
        return new KeyRange(key, null, upTo);
    }
}
