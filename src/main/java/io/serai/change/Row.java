package io.serai.change;

import org.jspecify.annotations.Nullable;

/**
 * A complete row, decoded: the values of a relation's columns, or what a route made of them (then the relation has the route's columns). A
 * column that the relation lacks is absent. Immutable; the array is owned by the row.
 */
public final class Row {
    private final Relation relation;
    private final Value[] values;

    /** A row that owns {@code values}, one per column of {@code relation}. */
    public Row(Relation relation, Value[] values) {
        if (values.length != relation.columns().size()) {
            throw new IllegalArgumentException(
                    values.length + " values for " + relation.columns().size() + " columns");
        }
        this.relation = relation;
        this.values = values;
    }

    /** The columns. */
    public Relation relation() {
        return relation;
    }

    /** The value of the column at {@code index}. */
    public Value value(int index) {
        return values[index];
    }

    /** The value of the column with this exact name, or null when the row has no such column. */
    public @Nullable Value get(String column) {
        int index = relation.indexOf(column);
        return index < 0 ? null : values[index];
    }

    /** The number of columns. */
    public int size() {
        return values.length;
    }
}
