package io.serai.bucket;

/**
 * A bucket by the definition that it belongs to and its name without a generation's prefix, e.g. {@code by_owner["u1"]}. Immutable.
 */
public record BucketName(String definition, String name) implements Comparable<BucketName> {
    @Override
    public int compareTo(BucketName other) {
        int byName = name.compareTo(other.name);
        return byName != 0 ? byName : definition.compareTo(other.definition);
    }

    @Override
    public String toString() {
        return name;
    }
}
