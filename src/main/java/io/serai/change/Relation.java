package io.serai.change;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The shape of a table's row images at one moment: its columns in the order of the source, and which of them are the key. Images name their
 * columns by position, so two images can be mixed only when their relations are equal. Immutable.
 */
public final class Relation {
    private final TableRef table;
    private final List<Column> columns;
    private final List<Integer> keyColumns;
    private final Map<String, Integer> indexes;
    private final int documentColumn;

    /** A shape; {@code keyColumns} are indexes into {@code columns}, in key order. */
    public Relation(TableRef table, List<Column> columns, List<Integer> keyColumns) {
        this.table = table;
        this.columns = List.copyOf(columns);
        this.keyColumns = List.copyOf(keyColumns);
        this.indexes = new HashMap<>();
        int document = -1;
        for (int i = 0; i < this.columns.size(); i++) {
            indexes.put(this.columns.get(i).name(), i);
            if (this.columns.get(i).type() instanceof DocumentType) {
                document = i;
            }
        }
        this.documentColumn = document;
    }

    /** The table. */
    public TableRef table() {
        return table;
    }

    /** The columns in the order of the source. */
    public List<Column> columns() {
        return columns;
    }

    /** Indexes of the key's columns, in key order; empty for a table without a usable key. */
    public List<Integer> keyColumns() {
        return keyColumns;
    }

    /** The index of the column with this exact name, or -1. */
    public int indexOf(String name) {
        return indexes.getOrDefault(name, -1);
    }

    /** The index of the column that holds whole rows ({@link DocumentType}), or -1 where each column is one. */
    int documentColumn() {
        return documentColumn;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Relation relation
                && table.equals(relation.table)
                && columns.equals(relation.columns)
                && keyColumns.equals(relation.keyColumns);
    }

    @Override
    public int hashCode() {
        return table.hashCode();
    }

    @Override
    public String toString() {
        return table.toString();
    }
}
