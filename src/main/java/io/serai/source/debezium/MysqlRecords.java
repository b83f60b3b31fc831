package io.serai.source.debezium;

import io.serai.change.GtidPosition;
import io.serai.change.GtidSet;
import io.serai.change.Relation;
import io.serai.change.SourcePosition;
import io.serai.change.TableRef;
import io.serai.error.ErrorCode;
import io.serai.error.SeraiException;
import io.serai.source.LogSink;
import io.serai.source.LogSink.Kind;
import io.serai.source.SourceTable;
import io.serai.source.mysql.MysqlDatabase;
import io.serai.source.mysql.RelayedLog;
import io.serai.source.mysql.RelayedLog.Place;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.source.SourceRecord;
import org.jspecify.annotations.Nullable;

/**
 * Turns the records of a Debezium engine for MySQL into the events of a log: BEGIN and END bound transactions, statements come as schema changes, rows
 * outside of transactions are those of XA transactions, and heartbeats tell where an idle log stands. Confined to one thread, except where
 * {@link RecordDecoder} says otherwise.
 */
final class MysqlRecords implements RecordDecoder {
    private static final String TRANSACTION = "TransactionMetadataValue";
    private static final String OLD_KEY = "__debezium.oldkey";
    private static final String NEW_KEY = "__debezium.newkey";
    private static final Pattern GTID = Pattern.compile("[0-9a-fA-F-]{36}:\\d+");
    private static final Pattern MAKES_TABLES = Pattern.compile(".*\\b(CREATE|RENAME)\\b.*", Pattern.DOTALL);

    private final MysqlDatabase database;
    private final RelayedLog log;
    private final String where;

    /** What a transaction's END must count. */
    private long events;

    /** The first half of a key change. */
    private @Nullable Struct moving;

    /** Where the log ended when it was asked, unless that was reached. */
    private @Nullable GtidPosition end;

    /** Up to where it is known that nothing more is before. */
    private String settled = "";

    /** @param log to which all is handed over */
    MysqlRecords(MysqlDatabase database, RelayedLog log, String where) {
        this.database = database;
        this.log = log;
        this.where = where;
    }

    @Override
    public Set<Integer> altered() {
        return log.altered();
    }

    @Override
    public SourcePosition position() {
        return log.position();
    }

    @Override
    public List<SourceTable> tables() {
        return log.describe();
    }

    @Override
    public boolean needsAnotherEngine() {
        return log.isDescribedAnew();
    }

    /** A table that a statement made which the engine has not understood, and whose rows it therefore skips. */
    @Override
    public boolean describesAnew(SourceRecord whole) {
        return whole.value() instanceof Struct value
                && isStatement(value)
                && value.getArray("tableChanges").isEmpty()
                && MAKES_TABLES
                        .matcher(value.getString("ddl").toUpperCase(Locale.ROOT))
                        .matches();
    }

    private static boolean isStatement(Struct value) {
        return value.schema().field("ddl") != null && value.schema().field("tableChanges") != null;
    }

    @Override
    public void decode(SourceRecord whole, LogSink sink) throws SQLException, InterruptedException {
        Schema schema = whole.valueSchema();
        if (!(whole.value() instanceof Struct value)) {
            return;
        }
        if (schema != null && schema.name() != null && schema.name().endsWith(TRANSACTION)) {
            if ("BEGIN".equals(value.getString("status"))) {
                begin(value, whole, sink);
            } else {
                end(value, sink);
            }
        } else if (isStatement(value)) {
            Struct source = value.getStruct("source");
            String database = value.getString("databaseName");
            log.statement(value.getString("ddl"), database == null ? "" : database, place(source, whole), sink);
        } else if (value.schema().field("op") != null && value.schema().field("source") != null) {
            change(whole, value, sink);
        } else {
            idle(whole, sink);
        }
    }

    private void begin(Struct marker, SourceRecord whole, LogSink sink) throws SQLException, InterruptedException {
        String gtid = marker.getString("id");
        if (log.isOpen()) {
            throw broken("the engine began a transaction inside of another: it has started again by itself");
        }
        requireNew(gtid);
        events = 0;
        moving = null;
        log.begin(place(gtid, marker.getInt64("ts_ms"), whole), sink);
    }

    /** A transaction with a tag has the identifier of the one before, or a place in the log. */
    private void requireNew(String gtid) {
        if (!GTID.matcher(gtid).matches() || log.has(gtid)) {
            throw broken("the engine delivered transaction " + gtid + " again: it has started again by itself, or the"
                    + " server has transactions with tags");
        }
    }

    private void end(Struct marker, LogSink sink) throws SQLException, InterruptedException {
        long expected = marker.getInt64("event_count");
        if (!log.isOpen(marker.getString("id"))) {
            throw broken("the engine ended a transaction that it had not begun");
        }
        if (expected != events || moving != null) {
            throw broken("the engine delivered " + events + " of the " + expected + " records of a transaction");
        }
        log.commit(sink);
    }

    private void change(SourceRecord whole, Struct change, LogSink sink) throws SQLException, InterruptedException {
        String operation = change.getString("op");
        if ("r".equals(operation)) {
            return;
        }
        Struct source = change.getStruct("source");
        TableRef name = new TableRef(source.getString("db"), source.getString("table"));
        boolean isCounted = change.schema().field("transaction") != null && change.getStruct("transaction") != null;
        if (isCounted != log.isOpen()) {
            throw broken("the engine delivered a change outside of its transaction");
        }
        events += isCounted ? 1 : 0;
        Place place = place(source, whole);
        boolean isMoved = whole.headers().lastWithName(OLD_KEY) != null;
        if (!isMoved && source.getInt32("row") == 0) {
            log.event(name, place);
        }
        Struct before = change.getStruct("before");
        Struct after = change.getStruct("after");
        switch (operation) {
            case "c" -> {
                Struct moved = moving;
                if (isMoved != (moved != null)) {
                    throw broken("the engine delivered half of a key change");
                }
                moving = null;
                row(isMoved ? Kind.UPDATE : Kind.INSERT, name, moved, after, place, sink);
            }
            case "u" -> row(Kind.UPDATE, name, before, after, place, sink);
            case "d" -> {
                if (whole.headers().lastWithName(NEW_KEY) == null) {
                    row(Kind.DELETE, name, before, null, place, sink);
                } else {
                    moving = before;
                }
            }
            case "t" -> log.truncate(name, place, sink);
            default -> throw broken("the engine delivered a change of the unknown kind \"" + operation + "\"");
        }
    }

    private void row(
            Kind kind, TableRef name, @Nullable Struct before, @Nullable Struct after, Place place, LogSink sink) {
        log.change(kind, name, table -> columns(table, before), table -> columns(table, after), place, sink);
    }

    /** The row's columns in the order of the table's; null when it has others, or when there is no row. */
    private static byte @Nullable [] @Nullable [] columns(SourceTable table, @Nullable Struct row) {
        Relation relation = table.relation();
        if (row == null || row.schema().fields().size() != relation.columns().size()) {
            return null;
        }
        byte[][] columns = new byte[relation.columns().size()][];
        for (Field field : row.schema().fields()) {
            int column = relation.indexOf(field.name());
            if (column < 0) {
                return null;
            }
            // not `get`, which gives a column's default for NULL
            columns[column] = (byte[]) row.getWithoutDefault(field.name());
        }
        return columns;
    }

    /** A heartbeat, or what else tells nothing but the offset. Of the last transaction before it nothing may have come, which the server tells. */
    private void idle(SourceRecord whole, LogSink sink) throws SQLException, InterruptedException {
        if (log.isOpen()) {
            return;
        }
        Map<String, ?> offset = whole.sourceOffset();
        GtidSet over = gtids(offset);
        String place = file(offset) + ":" + offset(offset);
        GtidPosition reaching = end;
        if (reaching == null && !place.equals(settled)) {
            reaching = (GtidPosition) database.head();
        }
        if (reaching != null
                && log.position()
                        .at(reaching.server(), file(offset), offset(offset))
                        .isPlacedAtOrAfter(reaching)) {
            over = over.union(reaching.executed());
            settled = place;
            reaching = null;
        }
        end = reaching;
        log.idle(file(offset), offset(offset), over, sink);
    }

    private Place place(Struct source, SourceRecord whole) {
        String gtid = source.getString("gtid");
        if (gtid == null || !GTID.matcher(gtid).matches()) {
            throw broken("the engine delivered a change without the identifier of its transaction");
        }
        return place(gtid, source.getInt64("ts_ms"), whole);
    }

    private static Place place(String gtid, long millis, SourceRecord whole) {
        Map<String, ?> offset = whole.sourceOffset();
        return new Place(gtid, gtids(offset), file(offset), offset(offset), Instant.ofEpochMilli(millis));
    }

    private static GtidSet gtids(Map<String, ?> offset) {
        return offset.get("gtids") instanceof String set ? GtidSet.parse(set) : GtidSet.EMPTY;
    }

    private static String file(Map<String, ?> offset) {
        return String.valueOf(offset.get("file"));
    }

    private static long offset(Map<String, ?> offset) {
        return offset.get("pos") instanceof Number number ? number.longValue() : 0;
    }

    private SeraiException broken(String what) {
        return new SeraiException(
                ErrorCode.DEBEZIUM_INCOMPLETE,
                "The records of Debezium's engine are no whole transactions: " + what,
                where + ", after position " + log.position(),
                ErrorCode.DEBEZIUM_INCOMPLETE.remedy());
    }
}
