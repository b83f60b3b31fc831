package io.serai.source.postgres;

import io.serai.change.Column;
import io.serai.change.Lsn;
import io.serai.change.SourcePosition;
import io.serai.change.TableRef;
import io.serai.error.ErrorCode;
import io.serai.error.SeraiException;
import io.serai.source.SourceTable;
import io.serai.source.postgres.TableIdentity.ColumnIdentity;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A table as a relation message of the log describes it, and what is stored of it. A difference counts only when a change is of this relation: the
 * log may begin with what was described before. Immutable.
 */
final class LogRelation {
    private static final char FULL = 'f';
    private static final ColumnOrder AS_SENT =
            ColumnOrder.between(List.of(), List.of()).orElseThrow();

    private final TableRef name;
    private final @Nullable SourceTable table;
    private final @Nullable String difference;
    private final boolean[] key;
    private final boolean sendsWholeRows;
    /** Of a partition whose changes are those of {@code table}; null for any other table. */
    private final @Nullable ColumnOrder order;

    private LogRelation(
            TableRef name,
            @Nullable SourceTable table,
            @Nullable String difference,
            boolean[] key,
            boolean sendsWholeRows,
            @Nullable ColumnOrder order) {
        this.name = name;
        this.table = table;
        this.difference = difference;
        this.key = key;
        this.sendsWholeRows = sendsWholeRows;
        this.order = order;
    }

    /** A table that is not replicated. */
    static LogRelation skipped(TableRef name) {
        return new LogRelation(name, null, null, new boolean[0], false, null);
    }

    /** A table that should be replicated and is not stored. */
    static LogRelation appeared(TableRef name) {
        return new LogRelation(name, null, "it appeared after the tables were looked at", new boolean[0], false, null);
    }

    /** A partition that a table got after it was looked at. */
    static LogRelation attached(SourceTable table, TableRef name) {
        return new LogRelation(
                name, table, "its partition \"" + name + "\" is a new one", new boolean[0], false, AS_SENT);
    }

    /** A table that is stored; {@code columns} is what the message says. */
    static LogRelation of(
            SourceTable table,
            TableIdentity identity,
            TableRef name,
            char replicaIdentity,
            List<MessageColumn> columns) {
        return new LogRelation(
                name,
                table,
                difference(table, identity, name, replicaIdentity, columns).orElse(null),
                key(columns),
                replicaIdentity == FULL,
                null);
    }

    /** A partition of a table that is stored; {@code columns} is what the message says of the partition. */
    static LogRelation ofPartition(
            SourceTable table,
            TableIdentity identity,
            TableRef name,
            char replicaIdentity,
            List<MessageColumn> columns) {
        List<String> stored =
                table.relation().columns().stream().map(Column::name).toList();
        List<String> sent = columns.stream().map(MessageColumn::name).toList();
        ColumnOrder order = ColumnOrder.between(stored, sent).orElse(null);
        boolean namesRows = !table.isKeyless() || replicaIdentity == FULL;
        String difference = order == null || !namesRows
                ? "the columns or the replica identity of its partition \"" + name + "\" were altered"
                : difference(table, identity, name, order, columns);
        return new LogRelation(
                name, table, difference, key(columns), replicaIdentity == FULL, order == null ? AS_SENT : order);
    }

    private static boolean[] key(List<MessageColumn> columns) {
        boolean[] key = new boolean[columns.size()];
        for (int i = 0; i < key.length; i++) {
            key[i] = columns.get(i).isKey;
        }
        return key;
    }

    /** The replica identity of a partition is its own; it is enough when it names the rows of the table, too. */
    private static @Nullable String difference(
            SourceTable table, TableIdentity identity, TableRef name, ColumnOrder order, List<MessageColumn> columns) {
        for (int i = 0; i < columns.size(); i++) {
            MessageColumn column = columns.get(order.place(i));
            ColumnIdentity expected = identity.columns().get(i);
            if (expected.type() != column.type || expected.modifier() != column.modifier) {
                return "column \"" + column.name + "\" of its partition \"" + name + "\" was altered";
            }
            if (table.relation().keyColumns().contains(i) && !column.isKey) {
                return "the replica identity of its partition \"" + name + "\" was altered";
            }
        }
        return null;
    }

    private static Optional<String> difference(
            SourceTable table,
            TableIdentity identity,
            TableRef name,
            char replicaIdentity,
            List<MessageColumn> columns) {
        if (!table.table().equals(name)) {
            return Optional.of("it was renamed to \"" + name + "\"");
        }
        if (identity.replicaIdentity() != replicaIdentity) {
            return Optional.of("its replica identity was altered");
        }
        List<Column> stored = table.relation().columns();
        if (stored.size() != columns.size()) {
            return Optional.of("its columns were altered");
        }
        for (int i = 0; i < columns.size(); i++) {
            MessageColumn column = columns.get(i);
            ColumnIdentity expected = identity.columns().get(i);
            if (!stored.get(i).name().equals(column.name)
                    || expected.type() != column.type
                    || expected.modifier() != column.modifier) {
                return Optional.of("column \"" + stored.get(i).name() + "\" was altered");
            }
            boolean isKey =
                    replicaIdentity == FULL || table.relation().keyColumns().contains(i);
            if (isKey != column.isKey) {
                return Optional.of("its key was altered");
            }
        }
        return Optional.empty();
    }

    /** Whether its changes are of no interest. */
    boolean isSkipped() {
        return table == null && difference == null;
    }

    /** Whether a change that committed there is older than the look at the catalog that knows the table, or none. */
    boolean isOutdated(Lsn commitAt, SourcePosition lookedAt) {
        return table == null ? !commitAt.covers(lookedAt) : table.isOutdated(commitAt);
    }

    /** The stored table, when the log describes it differently. */
    Optional<SourceTable> differing() {
        return difference == null ? Optional.empty() : Optional.ofNullable(table);
    }

    /**
     * The stored table that its changes belong to; it is not skipped.
     *
     * @throws SeraiException {@code SOURCE_TABLE_CHANGED} when the stored description is not the one that the log has
     */
    SourceTable table() {
        if (table == null || difference != null) {
            throw new SeraiException(
                    ErrorCode.SOURCE_TABLE_CHANGED,
                    "Table \"" + (table == null ? name : table.table()) + "\" is not what was replicated: "
                            + difference,
                    "",
                    ErrorCode.SOURCE_TABLE_CHANGED.remedy());
        }
        return table;
    }

    /** Whether it is a partition whose changes are those of {@link #table}. */
    boolean isPartition() {
        return order != null;
    }

    /**
     * Whether changes of {@code root}, as which the publication sends those of this relation, are what the stored description of that table
     * makes of them.
     */
    boolean isKnownPartitionOf(LogRelation root) {
        return isPartition() && table == root.table && difference == null && (sendsWholeRows || !root.sendsWholeRows);
    }

    /** The image of a row as one of {@link #table}. */
    byte[] image(byte[] sent) {
        return order == null ? sent : order.apply(sent);
    }

    /** The columns that an old tuple has when it has only the key. */
    boolean[] key() {
        return key;
    }

    /** A column of a relation message. */
    record MessageColumn(boolean isKey, String name, long type, int modifier) {}
}
