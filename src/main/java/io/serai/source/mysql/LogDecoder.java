package io.serai.source.mysql;

import io.serai.change.TableRef;
import io.serai.source.LogSink;
import io.serai.source.SourceTable;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Makes changes and transactions of the events of a binary log. What a table's stored description is older than, a DDL statement or a table map that
 * does not fit, ends the log: the table is looked at anew. Confined to the reader's thread, except {@link #altered}.
 */
final class LogDecoder {
    private static final int QUERY = 2;
    private static final int ROTATE = 4;
    private static final int FORMAT_DESCRIPTION = 15;
    private static final int XID = 16;
    private static final int EXECUTE_LOAD_QUERY = 18;
    private static final int TABLE_MAP = 19;
    private static final int WRITE_ROWS_V1 = 23;
    private static final int UPDATE_ROWS_V1 = 24;
    private static final int DELETE_ROWS_V1 = 25;
    private static final int INCIDENT = 26;
    private static final int HEARTBEAT = 27;
    private static final int WRITE_ROWS = 30;
    private static final int UPDATE_ROWS = 31;
    private static final int DELETE_ROWS = 32;
    private static final int GTID = 33;
    private static final int ANONYMOUS_GTID = 34;
    private static final int XA_PREPARE = 38;
    private static final int PARTIAL_UPDATE_ROWS = 39;
    private static final int TRANSACTION_PAYLOAD = 40;
    private static final int HEARTBEAT_V2 = 41;
    private static final int GTID_TAGGED = 42;

    /** What a statement does depends on its session, which may have temporary tables. */
    private static final int OF_SESSION = 4;

    private static final int MOST_KNOWN_MAPS = 1000;
    private static final int HEADER = 19;
    private static final int CHECKSUM = 4;
    private static final int NO_FOREIGN_KEY_CHECKS = 2;
    private static final int LOGS_FOREIGN_KEYS = 16;
    private static final Pattern FILE = Pattern.compile("[^\\x00]*?\\.\\d{6,}");

    private final LogTransaction transaction;
    private final FollowedTables tables;
    private final PreparedTransactions prepared = new PreparedTransactions();
    /** Of this transaction, by the number that the server gave the table. */
    private final Map<Long, LogTable> maps = new HashMap<>();
    /** Of stored tables in former transactions. */
    private final Map<Long, KnownMap> knownMaps = new HashMap<>();

    private boolean hasChecksums;
    private PreparedTransactions.@Nullable Rows ofXa;

    /** A decoder of a log that begins where {@code transaction} says. */
    LogDecoder(LogTransaction transaction, boolean hasChecksums, FollowedTables tables) {
        this.transaction = transaction;
        this.hasChecksums = hasChecksums;
        this.tables = tables;
    }

    /** The numbers of tables that the log describes differently than they are stored. Thread-safe. */
    Set<Integer> altered() {
        return tables.altered();
    }

    /** Whether the log has shown that it goes on from the last transaction before, or did not have to. */
    boolean isProven() {
        return transaction.isProven();
    }

    /** The transactions of a compressed event, or null for an event that was decoded. */
    @Nullable
    Payload decode(byte[] event, int from, boolean isInPayload, LogSink sink) {
        ByteReader in = new ByteReader(event, from, event.length);
        Instant time = Instant.ofEpochSecond(in.u32());
        int type = in.u8();
        in.skip(8);
        long end = in.u32();
        boolean isOfSession = (in.u16() & OF_SESSION) != 0;
        int length = event.length;
        if (type == FORMAT_DESCRIPTION) {
            hasChecksums = event[event.length - CHECKSUM - 1] == 1;
            return null;
        }
        if (hasChecksums && !isInPayload && type != ROTATE && type != HEARTBEAT) {
            length -= CHECKSUM;
        }
        ByteReader body = new ByteReader(event, from + HEADER, length);
        switch (type) {
            case ROTATE -> {
                body.skip(8);
                transaction.file(fileName(body));
            }
            case HEARTBEAT -> transaction.idle(fileName(body), end, sink);
            case GTID -> begin(Gtid.read(body, time), end);
            case GTID_TAGGED -> begin(Gtid.readTagged(body, time), end);
            case ANONYMOUS_GTID -> throw LogTransaction.withoutGtid();
            case INCIDENT ->
                throw LogTransaction.lost("The server says that its binary log lacks events (an incident)");
            default -> {
                if (type == TRANSACTION_PAYLOAD) {
                    transaction.at(end);
                    if (!transaction.isSkipped()) {
                        return Payload.read(body);
                    }
                    transaction.end();
                } else if (transaction.isSkipped()) {
                    skip(type, body);
                } else {
                    follow(type, isOfSession, body, end, isInPayload, sink);
                }
            }
        }
        return null;
    }

    private void follow(int type, boolean isOfSession, ByteReader body, long end, boolean isInPayload, LogSink sink) {
        switch (type) {
            case QUERY -> {
                LoggedStatement statement = LoggedStatement.read(body, 0);
                query(isOfSession ? statement.ofAnyTable() : statement, end, isInPayload, sink);
            }
            case EXECUTE_LOAD_QUERY ->
                query(LoggedStatement.read(body, LoggedStatement.LOAD_HEADER), end, isInPayload, sink);
            case TABLE_MAP -> tableMap(body);
            case WRITE_ROWS_V1, WRITE_ROWS -> rows(LogSink.Kind.INSERT, type, body, sink);
            case UPDATE_ROWS_V1, UPDATE_ROWS, PARTIAL_UPDATE_ROWS -> rows(LogSink.Kind.UPDATE, type, body, sink);
            case DELETE_ROWS_V1, DELETE_ROWS -> rows(LogSink.Kind.DELETE, type, body, sink);
            case XID -> {
                if (!isInPayload) {
                    transaction.at(end);
                }
                commit(sink);
            }
            case XA_PREPARE -> xaPrepare(body, end, isInPayload, sink);
            case HEARTBEAT_V2 -> {}
            default -> {
                // what replicas need, and nobody else
            }
        }
    }

    /** A name that ends where the event does, or before its checksum, whose first byte may look like one more digit. */
    private String fileName(ByteReader body) {
        byte[] bytes = body.take(body.remaining());
        if (hasChecksums && bytes.length > CHECKSUM) {
            String name = new String(bytes, 0, bytes.length - CHECKSUM, StandardCharsets.UTF_8);
            if (FILE.matcher(name).matches()) {
                return name;
            }
        }
        Matcher name = FILE.matcher(new String(bytes, StandardCharsets.UTF_8));
        return name.lookingAt() ? name.group() : "";
    }

    private void begin(Gtid gtid, long end) {
        transaction.begin(gtid, end);
        ofXa = null;
    }

    /** Follows a transaction that is stored already only to where it ends. */
    private void skip(int type, ByteReader body) {
        switch (type) {
            case XID, XA_PREPARE -> transaction.end();
            case QUERY -> {
                LoggedStatement.Kind kind = LoggedStatement.read(body, 0).kind();
                if (kind == LoggedStatement.Kind.BEGIN || kind == LoggedStatement.Kind.XA_BEGIN) {
                    transaction.openSkipped();
                } else if (!transaction.isOpen()
                        || kind == LoggedStatement.Kind.COMMIT
                        || kind == LoggedStatement.Kind.ROLLBACK) {
                    transaction.end();
                }
            }
            default -> {
                // of what is stored
            }
        }
    }

    private void query(LoggedStatement statement, long end, boolean isInPayload, LogSink sink) {
        if (!isInPayload) {
            transaction.at(end);
        }
        switch (statement.kind()) {
            case BEGIN -> transaction.open(sink);
            case XA_BEGIN -> ofXa = new PreparedTransactions.Rows(); // they wait for what becomes of it
            case COMMIT, ROLLBACK -> commit(sink);
            case XA_COMMIT -> xaCommit(statement.database(), sink);
            case XA_ROLLBACK -> {
                prepared.end(PreparedTransactions.xid(statement.database()));
                commit(sink);
            }
            case TRUNCATE -> {
                boolean isInside = transaction.isOpen() || ofXa != null;
                truncate(statement, sink);
                if (!isInside) {
                    commit(sink);
                }
            }
            case HARMLESS -> endUnlessOpen(sink);
            case DDL, FOREIGN_KEYS, DROP_DATABASE, CHANGE -> {
                tables.touch(statement, transaction.gtid());
                endUnlessOpen(sink);
            }
        }
    }

    private void endUnlessOpen(LogSink sink) {
        if (!transaction.isOpen() && ofXa == null) {
            commit(sink);
        }
    }

    private void commit(LogSink sink) {
        if (transaction.commit(sink)) {
            ofXa = null;
            maps.clear();
        }
    }

    /** Servers may not tell names apart by case, so a name that is not known may mean a table that is. */
    private void truncate(LoggedStatement statement, LogSink sink) {
        SourceTable table = tables.get(statement.truncated());
        if (table == null) {
            tables.touch(statement, transaction.gtid());
        } else if (!tables.isOutdated(table, transaction.gtid())) {
            transaction.open(sink);
            sink.truncate(List.of(table));
        }
    }

    private void tableMap(ByteReader body) {
        long id = body.little(6);
        KnownMap known = knownMaps.get(id);
        if (known != null && body.restEquals(known.bytes)) {
            maps.put(id, known.table);
            return;
        }
        byte[] bytes = body.rest();
        body.skip(2);
        TableRef name = LogTable.name(body);
        SourceTable table = tables.get(name);
        LogTable map = tables.isDescribed(name) ? LogTable.read(name, table, body) : LogTable.unknown(name);
        maps.put(id, map);
        if (table == null) {
            tables.requireKnown(name, transaction.gtid());
        } else {
            keep(id, new KnownMap(bytes, map));
        }
    }

    /** The server numbers a table anew whenever it opens it. */
    private void keep(long id, KnownMap map) {
        if (knownMaps.size() >= MOST_KNOWN_MAPS) {
            knownMaps.clear();
        }
        knownMaps.put(id, map);
    }

    private void rows(LogSink.Kind kind, int type, ByteReader body, LogSink sink) {
        LogTable map = maps.get(body.little(6));
        int flags = body.u16();
        if (type >= WRITE_ROWS) {
            body.skip(body.u16() - 2);
        }
        if (map == null) {
            return; // the end of a statement whose last event had nothing
        }
        if (kind != LogSink.Kind.INSERT && (flags & (NO_FOREIGN_KEY_CHECKS | LOGS_FOREIGN_KEYS)) == 0) {
            tables.act(kind, type == PARTIAL_UPDATE_ROWS, map, body, transaction.gtid(), ofXa);
        }
        SourceTable table = map.table();
        if (table == null) {
            return;
        }
        PreparedTransactions.Rows xa = ofXa;
        if (xa != null && map.difference() != null) {
            xa.addUnknown(table);
            return;
        }
        if (xa == null && tables.isOutdated(table, transaction.gtid())) {
            return;
        }
        if (map.difference() != null) {
            throw tables.altered(table, map.difference());
        }
        RowsEvent rows = new RowsEvent(kind, type == PARTIAL_UPDATE_ROWS, map, table, body);
        while (rows.hasNext()) {
            RowsEvent.Change change = rows.next();
            if (xa != null) {
                keep(xa, table, change);
            } else if (change != null) {
                transaction.open(sink);
                sink.change(change.kind(), table, change.before(), change.after());
            } else {
                throw tables.altered(table, "a part of a JSON value changed that the log does not have as a whole");
            }
        }
    }

    private static void keep(PreparedTransactions.Rows xa, SourceTable table, RowsEvent.@Nullable Change change) {
        if (change == null) {
            xa.addUnknown(table);
        } else {
            xa.add(change);
        }
    }

    private void xaPrepare(ByteReader body, long end, boolean isInPayload, LogSink sink) {
        boolean isOnePhase = body.u8() != 0;
        if (!isInPayload) {
            transaction.at(end);
        }
        PreparedTransactions.Rows rows = ofXa == null ? new PreparedTransactions.Rows() : ofXa;
        if (isOnePhase) {
            commitXa(rows, sink);
        } else {
            long format = body.u32();
            int globalLength = (int) body.u32();
            int branchLength = (int) body.u32();
            prepared.prepare(PreparedTransactions.xid(body.take(globalLength), body.take(branchLength), format), rows);
            commit(sink);
        }
    }

    private void xaCommit(String xid, LogSink sink) {
        PreparedTransactions.Rows rows = prepared.end(PreparedTransactions.xid(xid));
        if (rows == null) { // it was prepared before the log was opened, and may have changed anything
            rows = new PreparedTransactions.Rows();
            tables.all().forEach(rows::addUnknown);
        }
        commitXa(rows, sink);
    }

    private void commitXa(PreparedTransactions.Rows rows, LogSink sink) {
        tables.requireKept(rows.unknown(), transaction.gtid());
        transaction.open(sink);
        for (RowsEvent.Change change : rows.changes()) {
            if (!tables.isOutdated(change.table(), transaction.gtid())) {
                sink.change(change.kind(), change.table(), change.before(), change.after());
            }
        }
        commit(sink);
    }

    /** A table map event, which a server sends again before the rows of each statement. */
    private static final class KnownMap {
        private final byte[] bytes;
        private final LogTable table;

        private KnownMap(byte[] bytes, LogTable table) {
            this.bytes = bytes;
            this.table = table;
        }
    }
}
