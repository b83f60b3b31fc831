package io.serai.change;

/**
 * Where a source's log was read to: never inside a transaction. Ordered within one source; positions of different kinds are never compared.
 * Immutable.
 */
public sealed interface SourcePosition extends Comparable<SourcePosition> permits Lsn, ClusterTime, GtidPosition {
    /** The stored form; {@link Object#toString} is for people: the place as the database itself writes it, e.g. {@code 0/16B3748}. */
    String text();

    /** Whether everything before {@code other} is before this, too. */
    default boolean covers(SourcePosition other) {
        return compareTo(other) >= 0;
    }
}
