package io.serai.change;

/** A table of a source by its exact, case-sensitive names. Immutable. */
public record TableRef(String schema, String name) implements Comparable<TableRef> {
    @Override
    public int compareTo(TableRef other) {
        int bySchema = schema.compareTo(other.schema);
        return bySchema != 0 ? bySchema : name.compareTo(other.name);
    }

    /** {@code schema.name}, for messages only: names may hold dots. */
    @Override
    public String toString() {
        return schema + "." + name;
    }
}
