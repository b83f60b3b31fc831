package io.serai.source;

import io.serai.change.RowKey;
import io.serai.change.SourcePosition;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Rows that were read beside the stream and routed, and that wait until the stream has passed {@code seenUpTo}.
 *
 * @param table what was read
 * @param chain the chunks of which it is one, or null when keys were read
 * @param range the range that was read, or null when keys were
 * @param rest what of the range is still to be read
 * @param keys the keys that were read, or null when a range was
 * @param rows the rows, routed
 * @param rowCount how many rows the read gave
 * @param seenUpTo all that the read saw is at or before this position
 * @param read follows which keys the stream changed since
 */
record ReadChunk(
        SourceTable table,
        @Nullable ChunkChain chain,
        @Nullable ChunkRange range,
        Optional<ChunkRange> rest,
        @Nullable List<RowKey> keys,
        RoutedBatch rows,
        long rowCount,
        SourcePosition seenUpTo,
        ChangedKeys.Read read) {}
