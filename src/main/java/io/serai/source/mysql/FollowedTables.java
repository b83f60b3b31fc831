package io.serai.source.mysql;

import io.serai.change.GtidPosition;
import io.serai.change.GtidSet;
import io.serai.change.TableRef;
import io.serai.error.ErrorCode;
import io.serai.error.SeraiException;
import io.serai.source.LogSink;
import io.serai.source.SourceTable;
import io.serai.source.TableSelection;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The tables that a log is decoded for, as they are stored, and what in the log makes such a description doubtful: then it throws, the session ends, and
 * the table is looked at anew. Confined to the reader's thread, except {@link #altered()}.
 */
final class FollowedTables {
    private final Map<TableRef, SourceTable> tables = new HashMap<>();
    private final Map<SourceTable, GtidSet> describedAt = new HashMap<>();
    private final ForeignKeys foreignKeys;
    private final TableSelection selection;
    private final GtidSet lookedAt;
    private final Set<TableRef> hidden;
    private final Set<Integer> altered = ConcurrentHashMap.newKeySet();

    /**
     * The stored tables.
     *
     * @param foreignKeys as they were when the tables were looked at
     * @param lookedAt when that was
     * @param hidden wanted tables that the look did not see, although the log had rows of them; those of which rows come are added
     */
    FollowedTables(
            Collection<SourceTable> stored,
            ForeignKeys foreignKeys,
            TableSelection selection,
            GtidPosition lookedAt,
            Set<TableRef> hidden) {
        this.foreignKeys = foreignKeys;
        this.selection = selection;
        this.lookedAt = lookedAt.executed();
        this.hidden = hidden;
        for (SourceTable table : stored) {
            if (!table.isGone()) {
                tables.put(table.table(), table);
                describedAt.put(table, describedAt(table));
            }
        }
    }

    /** The transactions that the looks at the table had seen. */
    static GtidSet describedAt(SourceTable table) {
        GtidSet described = GtidSet.parse(table.identity());
        return table.renewal() == null
                ? described
                : described.union(((GtidPosition) table.renewal().since()).executed());
    }

    /** The numbers of tables that turned out to be not what is stored. Thread-safe. */
    Set<Integer> altered() {
        return altered;
    }

    /** The table with these names, or null for one that is not replicated. */
    @Nullable
    SourceTable get(TableRef name) {
        return tables.get(name);
    }

    Collection<SourceTable> all() {
        return tables.values();
    }

    /** Whether the transaction is one that the look at the table had seen. */
    boolean isOutdated(SourceTable table, Gtid gtid) {
        GtidSet seen = describedAt.get(table);
        return seen == null || gtid.isIn(seen);
    }

    /** Whether more than the names of a table is wanted from its table map. */
    boolean isDescribed(TableRef name) {
        return tables.containsKey(name) || foreignKeys.isParent(name);
    }

    /**
     * Ends the log at rows of a table that is wanted and that the look did not see. If the next look does not see it either, the user may not read it:
     * its rows are passed over until one does, which its copy is to come after.
     */
    void requireKnown(TableRef name, Gtid gtid) {
        if (selection.isWanted(name)
                && !gtid.isIn(lookedAt)
                && !Catalog.SYSTEM.contains(name.schema())
                && hidden.add(name)) {
            throw changed(name, "it appeared after the tables were looked at");
        }
    }

    /**
     * Ends the log at a statement that may have altered tables, or changed rows without a row event. Foreign keys that it may have altered did unknown
     * things before: rows below them may have changed.
     */
    void touch(LoggedStatement statement, Gtid gtid) {
        hidden.removeIf(statement::mayTouch);
        Set<SourceTable> doubtful = new LinkedHashSet<>();
        tables.values().stream()
                .filter(table -> statement.mayTouch(table.table()))
                .forEach(doubtful::add);
        List<TableRef> parents =
                foreignKeys.parents().stream().filter(statement::mayTouch).toList();
        if (statement.mayActOnForeignKeys()) {
            parents.forEach(parent -> doubtful.addAll(below(parent, true)));
            parents.forEach(parent -> doubtful.addAll(below(parent, false)));
        }
        require(
                doubtful,
                gtid,
                statement.kind() == LoggedStatement.Kind.CHANGE
                        ? "it, or what it references, was changed in statement format, which a session's binlog_format"
                                + " asks for"
                        : "a statement may have altered it, or what it references");
        if (!parents.isEmpty() && !gtid.isIn(lookedAt)) {
            throw changed(parents.get(0), "a statement may have altered its foreign keys");
        }
    }

    private Collection<SourceTable> below(TableRef parent, boolean isDelete) {
        return foreignKeys.below(parent, isDelete).stream()
                .filter(tables::containsKey)
                .map(tables::get)
                .toList();
    }

    /** Ends the log where an XA transaction is committed whose changes of these tables were not kept. */
    void requireKept(Collection<SourceTable> unknown, Gtid gtid) {
        require(unknown, gtid, "an XA transaction was committed whose rows are not known any more");
    }

    /** Ends the log at updates of which only a part is known, of tables that are named as {@code schema.table}. */
    void requireWhole(Set<String> partly, Gtid gtid) {
        require(
                tables.values().stream()
                        .filter(table -> partly.contains(table.table().toString()))
                        .toList(),
                gtid,
                "a part of a JSON value changed that the log does not have as a whole");
    }

    /**
     * Ends the log where foreign keys changed rows of other tables, which is not in it, or has an XA transaction do that at its commit.
     *
     * @param body of the event, behind its header; it is not moved
     */
    void act(
            LogSink.Kind kind,
            boolean isPartial,
            LogTable parent,
            ByteReader body,
            Gtid gtid,
            PreparedTransactions.@Nullable Rows xa) {
        TableRef name = parent.name();
        if (foreignKeys.isParent(name)
                && (kind != LogSink.Kind.UPDATE
                        || isPartial
                        || UpdatedColumns.anyDiffers(parent, foreignKeys.referenced(name), body))) {
            act(kind, name, gtid, xa);
        }
    }

    /** The columns of a table whose change changes rows of others, or null for a table that is not referenced. */
    @Nullable
    Set<String> referenced(TableRef name) {
        return foreignKeys.isParent(name) ? foreignKeys.referenced(name) : null;
    }

    /** The same for a row of a table that is referenced, of which such a column changed, or all. */
    void act(LogSink.Kind kind, TableRef name, Gtid gtid, PreparedTransactions.@Nullable Rows xa) {
        Collection<SourceTable> hit = below(name, kind == LogSink.Kind.DELETE);
        if (xa != null) {
            hit.forEach(xa::addUnknown);
        } else {
            require(
                    hit,
                    gtid,
                    "rows of \"" + name + "\" changed, and the server does not log what foreign keys did then");
        }
    }

    private void require(Collection<SourceTable> doubtful, Gtid gtid, String difference) {
        SeraiException failure = null;
        for (SourceTable table : doubtful) {
            if (!isOutdated(table, gtid)) {
                failure = altered(table, difference);
            }
        }
        if (failure != null) {
            throw failure;
        }
    }

    /** Notes that a table is not what is stored; what is returned ends the log. */
    SeraiException altered(SourceTable table, String difference) {
        altered.add(table.handle().number());
        return changed(table.table(), difference);
    }

    private static SeraiException changed(TableRef table, String difference) {
        return new SeraiException(
                ErrorCode.SOURCE_TABLE_CHANGED,
                "Table \"" + table + "\" is not what was replicated: " + difference,
                "",
                ErrorCode.SOURCE_TABLE_CHANGED.remedy());
    }
}
