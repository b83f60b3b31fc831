package io.serai.bucket;

/** The storage-wide, strictly increasing number of an operation; 0 is before the first. Immutable. */
public record OpId(long value) implements Comparable<OpId> {
    /** Before every operation. */
    public static final OpId NONE = new OpId(0);

    @Override
    public int compareTo(OpId other) {
        return Long.compare(value, other.value);
    }

    @Override
    public String toString() {
        return Long.toString(value);
    }
}
