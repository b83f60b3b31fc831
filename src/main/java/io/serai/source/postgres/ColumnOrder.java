package io.serai.source.postgres;

import io.serai.change.Varint;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Where the columns of a table stand in the rows of one of its partitions, which may have them in another order. Images are those of
 * {@link io.serai.change.RowImage}. Immutable.
 */
final class ColumnOrder {
    private static final int LENGTH_OFFSET = 2;

    /** For each column of the table its place in the partition. */
    private final int[] places;

    private final boolean isSame;

    private ColumnOrder(int[] places) {
        this.places = places;
        boolean same = true;
        for (int i = 0; i < places.length; i++) {
            same &= places[i] == i;
        }
        this.isSame = same;
    }

    /** By name; empty when the partition does not have just the columns of the table. */
    static Optional<ColumnOrder> between(List<String> table, List<String> partition) {
        int[] places = new int[table.size()];
        for (int i = 0; i < places.length; i++) {
            places[i] = partition.indexOf(table.get(i));
            if (places[i] < 0) {
                return Optional.empty();
            }
        }
        return table.size() == partition.size() ? Optional.of(new ColumnOrder(places)) : Optional.empty();
    }

    /** The place in the partition of a column of the table. */
    int place(int column) {
        return places[column];
    }

    /** The image of a row of the partition as one of the table; it may be the same array. */
    byte[] apply(byte[] image) {
        if (isSame) {
            return image;
        }
        int[] starts = new int[places.length + 1];
        for (int i = 0; i < places.length; i++) {
            int head = Varint.read(image, starts[i]);
            starts[i + 1] = starts[i] + Varint.size(head) + Math.max(0, head - LENGTH_OFFSET);
        }
        byte[] ordered = new byte[image.length];
        int at = 0;
        for (int place : places) {
            int length = starts[place + 1] - starts[place];
            System.arraycopy(image, starts[place], ordered, at, length);
            at += length;
        }
        return ordered;
    }

    @Override
    public String toString() {
        return Arrays.toString(places);
    }
}
