package io.serai.source;

import io.serai.change.SourcePosition;
import java.time.Instant;

/**
 * The transaction that changes belong to. Immutable.
 *
 * @param id its number at the source, or 0 for what a copy read
 * @param commitAt the place of its commit in the log; of what a copy read, the position then
 * @param commitTime when it was committed; of what a copy read, when it was read
 */
public record SourceTransaction(long id, SourcePosition commitAt, Instant commitTime) {}
