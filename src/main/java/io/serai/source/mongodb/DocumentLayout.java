package io.serai.source.mongodb;

import io.serai.change.Column;
import io.serai.change.Relation;
import io.serai.change.TableRef;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;

/**
 * The columns of all documents of a collection that have the same field names in the same order. Names that are array indexes come first, as in an
 * ECMAScript object; of a name that is there twice the last value counts. Immutable.
 */
final class DocumentLayout {
    private static final long MAX_INDEX = 4_294_967_294L;

    private final byte[] names;
    private final Relation relation;
    private final int[] columns;

    private DocumentLayout(byte[] names, Relation relation, int[] columns) {
        this.names = names;
        this.relation = relation;
        this.columns = columns;
    }

    /** The layout of documents with these fields; {@code names} are all their bytes, each with its zero byte. */
    static DocumentLayout of(TableRef table, byte[] names, List<String> fields) {
        List<String> distinct = new ArrayList<>(new LinkedHashSet<>(fields));
        distinct.sort((a, b) -> Long.compare(index(a), index(b))); // stable: all that are no index are equal
        int[] columns = new int[fields.size()];
        for (int i = 0; i < columns.length; i++) {
            columns[i] = distinct.indexOf(fields.get(i));
        }
        List<Column> described =
                distinct.stream().map(name -> new Column(name, FieldType.FIELD)).toList();
        return new DocumentLayout(names, new Relation(table, described, List.of()), columns);
    }

    /** Whether it is that of a document whose first {@code length} bytes of names are these. */
    boolean fits(byte[] other, int length) {
        return Arrays.equals(names, 0, names.length, other, 0, length);
    }

    Relation relation() {
        return relation;
    }

    /** The column of the field with this number. */
    int column(int field) {
        return columns[field];
    }

    private static long index(String name) {
        boolean isIndex = name.length() <= 10
                && name.chars().allMatch(c -> c >= '0' && c <= '9')
                && (name.equals("0") || !name.isEmpty() && name.charAt(0) != '0');
        long index = isIndex ? Long.parseLong(name) : Long.MAX_VALUE;
        return index <= MAX_INDEX ? index : Long.MAX_VALUE;
    }
}
