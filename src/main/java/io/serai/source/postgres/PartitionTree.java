package io.serai.source.postgres;

import io.serai.change.TableRef;
import io.serai.error.ErrorCode;
import io.serai.source.TableSelection;
import io.serai.source.postgres.DescribedTable.Obstacle;
import io.serai.source.postgres.PublishedTable.Leaf;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What is published, with the partitions of each table, and which of it is replicated as a table: a partitioned table with all its rows, or each of its
 * partitions for itself, never both (docs/decisions, 8). Immutable.
 */
final class PartitionTree {
    private final Map<Long, Entry> byOid = new LinkedHashMap<>();
    private final Map<Long, List<Entry>> children = new HashMap<>();

    /** The members of a publication and all partitions, in the order of their names. */
    PartitionTree(Collection<Entry> entries) {
        for (Entry entry : entries) {
            byOid.put(entry.table.oid(), entry);
        }
        for (Entry entry : entries) {
            if (entry.parent != 0) {
                children.computeIfAbsent(entry.parent, oid -> new ArrayList<>()).add(entry);
            }
        }
    }

    /**
     * The tables that the selection means. A partition whose root it means, too, is none: its rows are the root's. One that cannot be told from its
     * root, or whose rows would be replicated twice, has an obstacle.
     */
    List<PublishedTable> wanted(TableSelection selection) {
        Set<TableRef> named = new HashSet<>(selection.named());
        List<PublishedTable> wanted = new ArrayList<>();
        for (Entry entry : byOid.values()) {
            if (isPublished(entry) && selection.isWanted(entry.name())) {
                Entry whole = replicatedAs(entry, selection);
                if (whole == entry) {
                    wanted.add(table(entry, misfit(entry)));
                } else if (named.contains(entry.name()) || !selection.isWanted(whole.name())) {
                    wanted.add(table(entry, notForItself(entry, whole, selection)));
                }
            }
        }
        return wanted;
    }

    /** The table with this oid, or null when it is not published. */
    @Nullable
    PublishedTable table(long oid) {
        Entry entry = byOid.get(oid);
        return entry == null || !isPublished(entry) ? null : table(entry, misfit(entry));
    }

    /** All that is published, whether replicated for itself or not. */
    List<PublishedTable> published() {
        return byOid.values().stream()
                .filter(this::isPublished)
                .map(entry -> table(entry, null))
                .toList();
    }

    /** What the rows of {@code entry} arrive as, or are counted to: itself or a table above it. */
    private Entry replicatedAs(Entry entry, TableSelection selection) {
        Entry found = entry;
        for (Entry above = parent(entry); above != null; above = parent(above)) {
            boolean takesAll =
                    entry.table.viaRoot() ? above.isMember : isPublished(above) && selection.isWanted(above.name());
            if (takesAll) {
                found = above;
            }
        }
        return found;
    }

    private boolean isPublished(Entry entry) {
        if (!entry.hasLog()) {
            return false;
        }
        for (Entry at = entry; at != null; at = parent(at)) {
            if (at.isMember) {
                return true;
            }
        }
        return false;
    }

    private PublishedTable table(Entry entry, @Nullable Obstacle misfit) {
        PublishedTable listed = entry.table;
        List<Entry> leaves = leaves(entry);
        return new PublishedTable(
                listed.oid(),
                listed.table(),
                listed.kind(),
                listed.replicaIdentity(),
                listed.viaRoot(),
                listed.filtered(),
                listed.columnsListed(),
                listed.generatedPublished(),
                membership(entry),
                listed.heap(),
                listed.isPartitioned() ? estimate(leaves) : listed.estimatedRows(),
                leaves.stream().map(leaf -> leaf(entry, leaf)).toList(),
                misfit);
    }

    private List<Entry> leaves(Entry entry) {
        List<Entry> leaves = new ArrayList<>();
        for (Entry child : children.getOrDefault(entry.table.oid(), List.of())) {
            if (child.table.isPartitioned()) {
                leaves.addAll(leaves(child));
            } else {
                leaves.add(child);
            }
        }
        leaves.sort(Comparator.comparingLong(leaf -> leaf.table.oid())); // a new name is no new place
        return leaves;
    }

    private Leaf leaf(Entry root, Entry leaf) {
        StringBuilder inheritance = new StringBuilder(leaf.inheritance);
        for (Entry above = parent(leaf); above != null && above != root; above = parent(above)) {
            inheritance.append('.').append(above.inheritance);
        }
        return new Leaf(
                leaf.table.oid(), leaf.name(), leaf.table.replicaIdentity(), inheritance.toString(), leaf.table.heap());
    }

    /** A partition can be published because a table above it is: then what makes it a partition counts, too. */
    private String membership(Entry entry) {
        StringBuilder membership = new StringBuilder(entry.table.membership());
        Entry at = entry;
        for (Entry above = parent(at); above != null && !entry.isMember; above = parent(above)) {
            membership.append('<').append(at.inheritance).append('<').append(above.table.membership());
            at = above;
        }
        return membership.toString();
    }

    private static long estimate(List<Entry> leaves) {
        long known = 0;
        boolean any = false;
        for (Entry leaf : leaves) {
            if (leaf.table.estimatedRows() >= 0) {
                known += leaf.table.estimatedRows();
                any = true;
            }
        }
        return any ? known : -1;
    }

    private @Nullable Entry parent(Entry entry) {
        return entry.parent == 0 ? null : byOid.get(entry.parent);
    }

    /** What keeps a table from being replicated that is the fault of one of its partitions. */
    private @Nullable Obstacle misfit(Entry entry) {
        for (Entry leaf : leaves(entry)) {
            String name = "Partition \"" + leaf.name() + "\" of table \"" + entry.name() + "\"";
            if (!leaf.hasLog()) {
                return new Obstacle(
                        ErrorCode.SOURCE_UNSUPPORTED,
                        name + (leaf.table.kind() == 'f' ? " is a foreign table" : " is unlogged")
                                + ", so its changes are not in the log",
                        leaf.table.kind() == 'f'
                                ? "Detach it, or name the other partitions in the sync config instead of the table."
                                : "Run ALTER TABLE " + Sql.name(leaf.name()) + " SET LOGGED;");
            }
            if (!leaf.table.viaRoot() && (leaf.table.filtered() || leaf.table.columnsListed())) {
                return new Obstacle(
                        ErrorCode.POSTGRES_PUBLICATION_INCOMPLETE,
                        name + " has a " + (leaf.table.filtered() ? "row filter" : "list of columns")
                                + " in the publication",
                        "ALTER PUBLICATION " + Catalog.PUBLICATION + " DROP TABLE " + Sql.name(leaf.name()) + ";");
            }
        }
        return null;
    }

    private static Obstacle notForItself(Entry entry, Entry whole, TableSelection selection) {
        String name = "\"" + entry.name() + "\"";
        String root = "\"" + whole.name() + "\"";
        if (!selection.isWanted(whole.name())) {
            return new Obstacle(
                    ErrorCode.POSTGRES_PUBLICATION_INCOMPLETE,
                    "The publication sends rows of " + name + " as those of " + root + ", of which it is a partition,"
                            + " and the sync config does not name that",
                    "ALTER PUBLICATION " + Catalog.PUBLICATION + " SET (publish_via_partition_root = false);");
        }
        return new Obstacle(
                ErrorCode.SOURCE_UNSUPPORTED,
                "Table " + name + " is a partition of " + root + ", and the sync config names both",
                "Name only one of them in the sync config: rows of a partition are rows of its table.");
    }

    /**
     * A table that is a member of the publication, or a partition.
     *
     * @param table as it is listed: without partitions, its membership for itself
     * @param isMember whether the publication names it, its schema or all tables
     * @param persistence {@code pg_class.relpersistence}
     * @param parent the oid of the table that it is a partition of, or 0
     * @param inheritance the version of the row that makes it a partition
     */
    record Entry(PublishedTable table, boolean isMember, char persistence, long parent, String inheritance) {
        private TableRef name() {
            return table.table();
        }

        private boolean hasLog() {
            return persistence == 'p' && table.kind() != 'f';
        }
    }
}
