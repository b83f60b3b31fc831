package io.serai.source.postgres;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What tells a table from one that was altered, made again or published anew, beyond the names and types that its relation has. Catalog rows are
 * known by their oid and xmin, so that what was changed and changed back shows, too.
 *
 * <p>The log has nothing of what was done to a table while it was unlogged, and afterwards only its files are others: ALTER TABLE gave its rows a new
 * relfilenode and a new TOAST table, by oid. TRUNCATE, which the log has, VACUUM FULL and CLUSTER give it a new relfilenode only; so that counts
 * where there is no TOAST table to tell them apart, and for partitions that are published as their root, whose TRUNCATE the log does not have.
 * {@link PageRange} holds it, too, because there the place of rows matters. Immutable.
 *
 * @param oid of the table
 * @param replicaIdentity {@code pg_class.relreplident}
 * @param columns the replicated columns in the order of the relation
 * @param enums the rows of {@code pg_enum} of all types that the columns are made of
 * @param heap the TOAST table by its oid, or the relfilenode where that counts
 * @param publication the rows that make the table a member of the publication
 * @param readableFrom not 0 while the table must not be copied: transactions before this one may have written to it before it was published, or
 *     before labels of an enum got other names. The log has their changes not at all, or as they would have been before; and a server that has
 *     decoded one of them with the former catalog may keep to that in later transactions, until the log is opened anew
 * @param partitions those that have the rows of a partitioned table
 */
record TableIdentity(
        long oid,
        char replicaIdentity,
        List<ColumnIdentity> columns,
        String enums,
        String heap,
        String publication,
        long readableFrom,
        List<Partition> partitions) {
    /**
     * A partition that has rows of the table.
     *
     * @param inheritance the versions of the rows of {@code pg_inherits} between it and the table
     * @param heap as in {@link TableIdentity}
     */
    record Partition(long oid, String inheritance, String heap) {
        private String text() {
            return oid + ":" + inheritance + ":" + heap;
        }

        private static Partition parse(String text) {
            String[] parts = text.split(":", -1);
            return new Partition(Long.parseLong(parts[0]), parts[1], parts[2]);
        }
    }

    /** A row of {@code pg_attribute}. */
    record ColumnIdentity(int number, long type, int modifier, String version) {
        private String text() {
            return number + ":" + type + ":" + modifier + ":" + version;
        }

        private static ColumnIdentity parse(String text) {
            String[] parts = text.split(":", -1);
            return new ColumnIdentity(
                    Integer.parseInt(parts[0]), Long.parseLong(parts[1]), Integer.parseInt(parts[2]), parts[3]);
        }
    }

    TableIdentity {
        columns = List.copyOf(columns);
        partitions = List.copyOf(partitions);
    }

    /** The stored form. */
    String text() {
        return String.join(
                ";",
                Long.toString(oid),
                Character.toString(replicaIdentity),
                columns.stream().map(ColumnIdentity::text).collect(Collectors.joining(",")),
                enums,
                heap,
                publication,
                Long.toString(readableFrom),
                partitions.stream().map(Partition::text).collect(Collectors.joining(",")));
    }

    /** Reads what {@link #text} wrote. */
    static TableIdentity parse(String text) {
        String[] parts = text.split(";", -1);
        if (parts.length != 8) {
            throw new IllegalArgumentException("not the identity of a table: " + text);
        }
        return new TableIdentity(
                Long.parseLong(parts[0]),
                parts[1].charAt(0),
                list(parts[2], ColumnIdentity::parse),
                parts[3],
                parts[4],
                parts[5],
                Long.parseLong(parts[6]),
                list(parts[7], Partition::parse));
    }

    private static <T> List<T> list(String text, Function<String, T> parse) {
        List<T> items = new ArrayList<>();
        for (String item : text.isEmpty() ? new String[0] : text.split(",", -1)) {
            items.add(parse.apply(item));
        }
        return items;
    }

    /** This identity, readable from another transaction on. */
    TableIdentity readableFrom(long transaction) {
        return new TableIdentity(oid, replicaIdentity, columns, enums, heap, publication, transaction, partitions);
    }

    /** What of {@code now}, the same table later, is not as it is here. */
    Optional<String> differenceTo(TableIdentity now) {
        if (oid != now.oid) {
            return Optional.of("it was dropped and made again");
        }
        if (!columns.equals(now.columns)) {
            return Optional.of("its columns were altered");
        }
        if (replicaIdentity != now.replicaIdentity) {
            return Optional.of("its replica identity was altered");
        }
        if (!enums.equals(now.enums)) {
            return Optional.of("the labels of an enum that it uses were altered");
        }
        if (!publication.equals(now.publication)) {
            return Optional.of("the publication, or what it says of the table, was altered");
        }
        if (!heap.equals(now.heap)) {
            return Optional.of("its rows were written anew, perhaps after it was unlogged for a while");
        }
        if (!partitions.equals(now.partitions)) {
            return Optional.of("a partition was attached, detached, dropped, truncated or rewritten");
        }
        return Optional.empty();
    }
}
