package io.serai.source;

import io.serai.change.SourcePosition;
import java.util.Optional;

/**
 * How a read of a chunk ended. Immutable.
 *
 * @param seenUpTo H: all that the read saw is at or before this position
 * @param rest what of the range is still to be read, when the chunk grew too large
 */
public record ChunkRead(SourcePosition seenUpTo, Optional<ChunkRange> rest) {}
