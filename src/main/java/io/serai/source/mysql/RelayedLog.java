package io.serai.source.mysql;

import io.serai.change.GtidPosition;
import io.serai.change.GtidSet;
import io.serai.change.RowImage;
import io.serai.change.TableRef;
import io.serai.error.ErrorCode;
import io.serai.error.SeraiException;
import io.serai.source.LogSink;
import io.serai.source.SourceTable;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Makes changes and transactions of what another replica has read of the binary log and hands over: BEGIN, rows, COMMIT, and statements as text. It
 * says nothing of XA transactions but their rows, and nothing of a few statements; that there was something shows in the set of transactions before the
 * next one, and what it was is asked of the server. Confined to one thread, except {@link #altered}.
 */
public final class RelayedLog {
    private static final Pattern AFTER_XA = Pattern.compile("XA (PREPARE|COMMIT|ROLLBACK)\\s*");

    private final LogTransaction transaction;
    private final FollowedTables tables;
    /** The tables, each with the transactions before the look that described it. */
    private final Map<SourceTable, GtidSet> stored = new LinkedHashMap<>();

    private final SilentTransactions silent;
    private final UnseenChanges unseen;
    private final boolean logsForeignKeys;
    private final PreparedTransactions prepared = new PreparedTransactions();
    /** Rows that came outside of transactions, by the identifier of the XA transaction that they were prepared in. */
    private final Map<String, PreparedTransactions.Rows> ofXa = new HashMap<>();

    /** How many events with rows came of a table, by the identifier of their transaction. */
    private final Map<String, Map<String, Integer>> received = new HashMap<>();

    /** Those whose rows the replica can read. */
    private final List<SourceTable> known = new ArrayList<>();

    private final List<SourceTable> unknown = new ArrayList<>();

    private boolean isOpen;
    private boolean isStatement;

    /**
     * One that begins where {@code transaction} says.
     *
     * @param stored the tables that are followed
     * @param logsForeignKeys whether the server logs what foreign keys do
     */
    RelayedLog(
            LogTransaction transaction,
            FollowedTables tables,
            Collection<SourceTable> stored,
            SilentTransactions silent,
            UnseenChanges unseen,
            boolean logsForeignKeys) {
        this.transaction = transaction;
        this.tables = tables;
        stored.stream()
                .filter(table -> !table.isGone())
                .forEach(table -> this.stored.put(table, GtidSet.parse(table.identity())));
        this.silent = silent;
        this.unseen = unseen;
        this.logsForeignKeys = logsForeignKeys;
    }

    /** One image of a row, or none. */
    public interface RowSource {
        /**
         * The columns in the order of the table's, each as {@link RelayedValue#encoded} gave it, or null for NULL.
         *
         * @return null when the row does not have the table's columns
         */
        byte @Nullable [] @Nullable [] columns(SourceTable table);
    }

    /**
     * Where in the log an event is.
     *
     * @param gtid of the transaction that it is in
     * @param before the transactions before that one, which may have it, too
     * @param file of the log
     * @param offset in the file, at most the event's end
     * @param time when the transaction was committed
     */
    public record Place(String gtid, GtidSet before, String file, long offset, Instant time) {}

    /** The numbers of tables that the log describes differently than they are stored. Thread-safe. */
    public Set<Integer> altered() {
        return tables.altered();
    }

    /** Up to where all was handed over. */
    public GtidPosition position() {
        return transaction.position();
    }

    /** Whether the transaction was handed over already. */
    public boolean has(String gtid) {
        return isIn(gtid, position().executed());
    }

    private static boolean isIn(String gtid, GtidSet set) {
        return gtid(gtid, Instant.EPOCH).isIn(set);
    }

    /** Whether this transaction has begun and is not committed. */
    public boolean isOpen(String gtid) {
        return isOpen
                && transaction.gtid().text().equals(gtid(gtid, Instant.EPOCH).text());
    }

    /** Whether any transaction has begun and is not committed. */
    public boolean isOpen() {
        return isOpen;
    }

    /**
     * The tables whose stored descriptions are no newer than what was handed over, so that the rows that come after are as described. From now on only
     * rows of these come, until this is asked again.
     */
    public List<SourceTable> describe() {
        known.clear();
        unknown.clear();
        stored.keySet().forEach(table -> (isDescribed(table) ? known : unknown).add(table));
        return List.copyOf(known);
    }

    /** Whether there are more such tables than when it was asked. */
    public boolean isDescribedAnew() {
        return !isOpen && !unknown.isEmpty() && unknown.stream().anyMatch(this::isDescribed);
    }

    private boolean isDescribed(SourceTable table) {
        GtidSet described = stored.get(table);
        return described != null && position().executed().contains(described);
    }

    /** A transaction of rows begins. */
    public void begin(Place place, LogSink sink) throws SQLException, InterruptedException {
        start(place, sink);
        transaction.open(sink);
        isOpen = true;
    }

    private void start(Place place, LogSink sink) throws SQLException, InterruptedException {
        endStatement(sink);
        Gtid gtid = gtid(place.gtid(), place.time());
        pass(place.before().without(gtid.source(), gtid.number()), place, sink);
        transaction.file(place.file());
        transaction.begin(gtid, place.offset());
    }

    /** The open transaction is committed. */
    public void commit(LogSink sink) throws SQLException, InterruptedException {
        isOpen = false;
        requireSeen(
                transaction.gtid(), transaction.file(), transaction.position().offset());
        transaction.commit(sink);
    }

    /** A statement comes as text, or a part of one: then the others follow at once. It may be inside of the open transaction. */
    public void statement(String sql, String database, Place place, LogSink sink)
            throws SQLException, InterruptedException {
        inside(place, sink);
        LoggedStatement statement = LoggedStatement.of(sql, database);
        switch (statement.kind()) {
            case TRUNCATE -> truncate(statement, sink);
            case DDL, FOREIGN_KEYS, DROP_DATABASE, CHANGE ->
                tables.touch(statement.inAnyDatabase(), transaction.gtid());
            case COMMIT, ROLLBACK -> {
                if (isOpen) {
                    commit(sink);
                }
            }
            case HARMLESS, BEGIN, XA_BEGIN, XA_COMMIT, XA_ROLLBACK -> {}
        }
    }

    /** All rows of a table were deleted by a statement that does not come as text. */
    public void truncate(TableRef name, Place place, LogSink sink) throws SQLException, InterruptedException {
        inside(place, sink);
        SourceTable table = tables.get(name);
        if (table != null) {
            truncate(table, sink);
        }
    }

    private void inside(Place place, LogSink sink) throws SQLException, InterruptedException {
        boolean isFurtherPart = isStatement
                && transaction
                        .gtid()
                        .text()
                        .equals(gtid(place.gtid(), place.time()).text());
        if (!isOpen && !isFurtherPart) {
            start(place, sink);
            isStatement = true;
        }
    }

    private void truncate(LoggedStatement statement, LogSink sink) {
        SourceTable table = tables.get(statement.truncated());
        if (table == null) {
            tables.touch(statement, transaction.gtid());
        } else {
            truncate(table, sink);
        }
    }

    private void truncate(SourceTable table, LogSink sink) {
        if (!tables.isOutdated(table, transaction.gtid())) {
            transaction.open(sink);
            sink.truncate(List.of(table));
        }
    }

    private void endStatement(LogSink sink) {
        if (isStatement) {
            isStatement = false;
            transaction.commit(sink);
        }
    }

    /** The row that comes next is the first of its event. */
    public void event(TableRef name, Place place) {
        Gtid gtid = isOpen ? transaction.gtid() : gtid(place.gtid(), place.time());
        received.computeIfAbsent(gtid.text(), key -> new HashMap<>()).merge(name.toString(), 1, Integer::sum);
    }

    /** A row changed. Outside of a transaction it is one of an XA transaction, which may be committed later. */
    public void change(LogSink.Kind kind, TableRef name, RowSource before, RowSource after, Place place, LogSink sink) {
        Gtid gtid = isOpen ? transaction.gtid() : gtid(place.gtid(), place.time());
        PreparedTransactions.Rows xa =
                isOpen ? null : ofXa.computeIfAbsent(gtid.text(), key -> new PreparedTransactions.Rows());
        SourceTable table = tables.get(name);
        if (table == null) {
            tables.requireKnown(name, gtid);
            return;
        }
        boolean isLeftOut = xa == null && tables.isOutdated(table, gtid);
        byte @Nullable [] @Nullable [] old = isLeftOut ? null : before.columns(table);
        byte @Nullable [] @Nullable [] now = isLeftOut ? null : after.columns(table);
        actOnForeignKeys(kind, table, old, now, gtid, xa);
        if (!isLeftOut) {
            boolean isWhole =
                    (old != null || kind == LogSink.Kind.INSERT) && (now != null || kind == LogSink.Kind.DELETE);
            byte[] oldImage = old == null ? null : image(table, old, !table.isKeyless());
            byte[] newImage = now == null ? null : image(table, now, false);
            if (!isWhole && xa != null) {
                xa.addUnknown(table);
            } else if (!isWhole) {
                throw tables.altered(table, "the log has other columns");
            } else if (xa != null) {
                xa.add(new RowsEvent.Change(kind, table, oldImage, newImage));
            } else {
                sink.change(kind, table, oldImage, newImage);
            }
        }
    }

    /** Whether the session did without foreign keys is not handed over; reading children again does no harm. */
    private void actOnForeignKeys(
            LogSink.Kind kind,
            SourceTable table,
            byte @Nullable [] @Nullable [] old,
            byte @Nullable [] @Nullable [] now,
            Gtid gtid,
            PreparedTransactions.@Nullable Rows xa) {
        Set<String> referenced = tables.referenced(table.table());
        if (logsForeignKeys || referenced == null || kind == LogSink.Kind.INSERT) {
            return;
        }
        if (mayDiffer(referenced, table, old, now)) {
            tables.act(kind, table.table(), gtid, xa);
        }
    }

    /** The same for rows that were not handed over, so that they may have been deleted or have got another key. */
    private void actOnForeignKeys(SourceTable table, Gtid gtid, PreparedTransactions.@Nullable Rows xa) {
        if (!logsForeignKeys) {
            tables.act(LogSink.Kind.DELETE, table.table(), gtid, xa);
            tables.act(LogSink.Kind.UPDATE, table.table(), gtid, xa);
        }
    }

    private static boolean mayDiffer(
            Set<String> names,
            SourceTable table,
            byte @Nullable [] @Nullable [] old,
            byte @Nullable [] @Nullable [] now) {
        if (old == null || now == null) {
            return true;
        }
        for (String name : names) {
            int column = table.relation().indexOf(name);
            if (column < 0 || !Arrays.equals(old[column], now[column])) {
                return true;
            }
        }
        return false;
    }

    private static byte[] image(SourceTable table, byte[] @Nullable [] columns, boolean isKeyOnly) {
        RowImage.Builder out = new RowImage.Builder(columns.length);
        for (int i = 0; i < columns.length; i++) {
            byte[] value = columns[i];
            if (isKeyOnly && !table.relation().keyColumns().contains(i)) {
                out.addUnknown();
            } else if (value == null) {
                out.addNull();
            } else {
                RelayedValue.add(
                        value, (MysqlType) table.relation().columns().get(i).type(), out);
            }
        }
        return out.bytes();
    }

    /**
     * Nothing follows for now, unless the place is in a transaction of which nothing came yet.
     *
     * @param over transactions that are known to be before the place
     */
    public void idle(String file, long offset, GtidSet over, LogSink sink) throws SQLException, InterruptedException {
        if (isOpen || !ofXa.keySet().stream().allMatch(gtid -> isIn(gtid, over))) {
            return;
        }
        boolean isKnown = file.equals(position().file()) && offset == position().offset();
        if (!isKnown && !file.isEmpty() && !silent.isBetween(file, offset)) {
            return;
        }
        endStatement(sink);
        pass(over, new Place("", GtidSet.EMPTY, file, offset, Instant.EPOCH), sink);
        transaction.file(file);
        transaction.idle("", offset, sink);
    }

    /** Follows the transactions that are over and of which nothing came. */
    private void pass(GtidSet over, Place place, LogSink sink) throws SQLException, InterruptedException {
        GtidSet left = over.minus(position().executed());
        if (left.count() == 0) {
            return;
        }
        for (SilentTransactions.Found found : silent.find(left, position(), place)) {
            left = left.without(found.gtid().source(), found.gtid().number());
            follow(found, sink);
        }
        for (String source : left.sources()) {
            for (long first : left.intervals(source)) { // unknown, so that it may have changed anything
                tables.requireKept(tables.all(), new Gtid(source, first, place.time()));
            }
        }
        transaction.passed(left);
        ofXa.keySet().removeIf(this::has);
    }

    /**
     * Ends the log at a transaction of which not all was handed over. Debezium's engine for MySQL 3.4.0 goes on reading for a moment when it has failed
     * at an event, and may end the transaction as if it were whole.
     */
    private void requireSeen(Gtid gtid, String file, long offset) throws SQLException, InterruptedException {
        UnseenChanges.Found found = unseen.of(gtid, file, offset);
        found.statements().forEach(sql -> tables.touch(LoggedStatement.of(sql, ""), gtid));
        for (SourceTable table : stored.keySet()) {
            String name = table.table().toString();
            if (found.partly().contains(name)
                    || unknown.contains(table) && found.changed().contains(name)) {
                actOnForeignKeys(table, gtid, null);
            }
        }
        tables.requireWhole(found.partly(), gtid);
        Map<String, Integer> came = received.getOrDefault(gtid.text(), Map.of());
        received.remove(gtid.text());
        for (SourceTable table : known) {
            String name = table.table().toString();
            int logged = found.rows().getOrDefault(name, 0);
            if (logged != came.getOrDefault(name, 0)) {
                throw new SeraiException(
                        ErrorCode.DEBEZIUM_INCOMPLETE,
                        "Of the " + logged + " events with rows of table \"" + name + "\" in transaction " + gtid.text()
                                + " the engine delivered " + came.getOrDefault(name, 0),
                        "after position " + transaction.position(),
                        ErrorCode.DEBEZIUM_INCOMPLETE.remedy());
            }
        }
    }

    private void follow(SilentTransactions.Found found, LogSink sink) throws SQLException, InterruptedException {
        requireSeen(found.gtid(), found.file(), found.offset());
        transaction.file(found.file());
        transaction.beginUntimed(found.gtid(), found.offset());
        for (String text : found.texts()) {
            if (text.startsWith("XA ")) {
                if (followXa(text, found.gtid(), sink)) {
                    return;
                }
            } else {
                LoggedStatement statement = LoggedStatement.of(text, "");
                switch (statement.kind()) {
                    case DDL, FOREIGN_KEYS, DROP_DATABASE, CHANGE, TRUNCATE -> tables.touch(statement, found.gtid());
                    case HARMLESS, BEGIN, COMMIT, ROLLBACK, XA_BEGIN, XA_COMMIT, XA_ROLLBACK -> {}
                }
            }
        }
        transaction.commit(sink);
    }

    /** Follows a statement of an XA transaction; answers whether it has ended the transaction of the log that it is in. */
    private boolean followXa(String text, Gtid gtid, LogSink sink) {
        String xid = PreparedTransactions.xid(AFTER_XA.matcher(text).replaceFirst(""));
        if (text.startsWith("XA PREPARE") || text.endsWith("ONE PHASE")) {
            PreparedTransactions.Rows rows =
                    Objects.requireNonNullElseGet(ofXa.remove(gtid.text()), PreparedTransactions.Rows::new);
            for (SourceTable table : unknown) {
                rows.addUnknown(table);
                actOnForeignKeys(table, gtid, rows);
            }
            if (text.endsWith("ONE PHASE")) {
                commitXa(rows, sink);
                return true;
            }
            prepared.prepare(xid, rows);
        } else if (text.startsWith("XA COMMIT")) {
            commitXa(prepared.end(xid), sink);
            return true;
        } else if (text.startsWith("XA ROLLBACK")) {
            prepared.end(xid);
        }
        return false;
    }

    /** What was prepared before the log was opened may have changed anything. */
    private void commitXa(PreparedTransactions.@Nullable Rows rows, LogSink sink) {
        tables.requireKept(rows == null ? tables.all() : rows.unknown(), transaction.gtid());
        transaction.open(sink);
        if (rows != null) {
            for (RowsEvent.Change change : rows.changes()) {
                if (!tables.isOutdated(change.table(), transaction.gtid())) {
                    sink.change(change.kind(), change.table(), change.before(), change.after());
                }
            }
        }
        transaction.commit(sink);
    }

    private static Gtid gtid(String text, Instant time) {
        int colon = text.lastIndexOf(':');
        return new Gtid(
                text.substring(0, colon).toLowerCase(Locale.ROOT), Long.parseLong(text.substring(colon + 1)), time);
    }
}
