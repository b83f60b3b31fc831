package io.serai.storage;

import io.serai.change.SourcePosition;
import java.util.NavigableMap;
import java.util.Optional;

/**
 * The durable state of a source as of one commit. Immutable.
 *
 * @param position the stored position: all transactions up to it are stored (or sealed), empty before the source was prepared
 * @param takesPart whether the source takes part in checkpoints
 * @param entries what the source itself keeps here, by name
 */
public record SourceState(Optional<SourcePosition> position, boolean takesPart, NavigableMap<String, byte[]> entries) {}
