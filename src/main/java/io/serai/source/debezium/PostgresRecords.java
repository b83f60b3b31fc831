package io.serai.source.debezium;

import io.serai.change.SourcePosition;
import io.serai.change.TableRef;
import io.serai.error.ErrorCode;
import io.serai.error.SeraiException;
import io.serai.source.LogSink;
import io.serai.source.LogSink.Kind;
import io.serai.source.SourceTable;
import io.serai.source.TableSelection;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.source.SourceRecord;
import org.jspecify.annotations.Nullable;

/**
 * Turns the records of a Debezium engine into the events of a log: BEGIN and END bound transactions, the two records of a key change are one change,
 * and rows that the engine read by itself (snapshots) are left out, because Serai reads tables itself.
 *
 * <p>Where a transaction ends is known at its END only, so of a table whose earlier changes are to be left out, one transaction may be left out and
 * turn out to belong to the rest: then the log is read once more, and {@code knownEnds} says it beforehand. Confined to one thread, except
 * {@link #altered}.
 */
final class PostgresRecords implements RecordDecoder {
    private static final String TRANSACTION = "TransactionMetadataValue";
    private static final Set<String> ROW_CHANGES = Set.of("c", "u", "d");
    private static final String OLD_KEY = "__debezium.oldkey";
    private static final String NEW_KEY = "__debezium.newkey";

    private final PostgresConnector connector;
    private final TableSelection selection;
    private final SourcePosition lookedAt;
    private final Map<Long, SourcePosition> knownEnds;
    private final String where;
    private final Map<TableRef, SourceTable> tables = new HashMap<>();
    private final Map<SourceTable, RowLayout> layouts = new HashMap<>();
    private final Map<String, Map<String, TableRef>> names = new HashMap<>();
    private final Set<Integer> altered = ConcurrentHashMap.newKeySet();

    private SourcePosition position;

    private boolean open;
    private long transaction;
    private long events;
    /** Tables, or null for one that is not stored, of which this transaction's changes were left out because it may be older than the look at them. */
    private final Set<@Nullable SourceTable> leftOut = new LinkedHashSet<>();

    /** The first half of a key change: the table and the row before. */
    private @Nullable SourceTable movingTable;

    private byte @Nullable [] movingRow;

    PostgresRecords(
            PostgresConnector connector,
            SourcePosition from,
            List<SourceTable> tables,
            TableSelection selection,
            SourcePosition lookedAt,
            Map<Long, SourcePosition> knownEnds,
            String where) {
        this.connector = connector;
        this.position = from;
        this.selection = selection;
        this.lookedAt = lookedAt;
        this.knownEnds = knownEnds;
        this.where = where;
        tables.stream().filter(table -> !table.isGone()).forEach(table -> this.tables.put(table.table(), table));
    }

    @Override
    public Set<Integer> altered() {
        return Set.copyOf(altered);
    }

    @Override
    public SourcePosition position() {
        return position;
    }

    /** Also the first record of each table is one: the engine says what a table's columns are called, but not that they are those of before. */
    @Override
    public boolean describesAnew(SourceRecord whole) {
        Struct change = change(whole);
        if (change == null || !ROW_CHANGES.contains(change.getString("op"))) {
            return false;
        }
        SourceTable table = tables.get(table(change));
        Struct row = change.getStruct("after") == null ? change.getStruct("before") : change.getStruct("after");
        return table != null && row != null && !isLeftOut(table) && !isLaidOut(table, row.schema());
    }

    private boolean isLaidOut(SourceTable table, Schema schema) {
        RowLayout known = layouts.get(table);
        return known != null && known.isOf(schema);
    }

    @Override
    public void decode(SourceRecord whole, LogSink sink) {
        Schema schema = whole.valueSchema();
        if (schema != null && schema.name() != null && schema.name().endsWith(TRANSACTION)) {
            Struct marker = (Struct) whole.value();
            if ("BEGIN".equals(marker.getString("status"))) {
                begin(marker, sink);
            } else {
                end(marker, whole, sink);
            }
            return;
        }
        Struct change = change(whole);
        if (change != null) {
            change(whole, change, sink);
        }
    }

    /** The value of a record of a change; null for heartbeats, tombstones and the like, on which nothing depends. */
    private static @Nullable Struct change(SourceRecord whole) {
        return whole.value() instanceof Struct value
                        && value.schema().field("op") != null
                        && value.schema().field("source") != null
                ? value
                : null;
    }

    private void begin(Struct marker, LogSink sink) {
        if (open) {
            throw broken("the engine began a transaction inside of another: it has started again by itself");
        }
        open = true;
        events = 0;
        transaction = connector.transactionId(marker.getString("id"));
        SourcePosition end = knownEnds.get(transaction);
        sink.begin(
                transaction,
                end == null ? position : connector.before(end),
                Instant.ofEpochMilli(marker.getInt64("ts_ms")));
    }

    private void end(Struct marker, SourceRecord whole, LogSink sink) {
        SourcePosition end = connector.position(whole.sourceOffset());
        if (!open || connector.transactionId(marker.getString("id")) != transaction) {
            throw broken("the engine ended a transaction that it had not begun");
        }
        if (end.compareTo(position) <= 0) {
            throw broken("the engine delivered a transaction again: it has started again by itself");
        }
        long expected = marker.getInt64("event_count");
        if (expected != events || movingTable != null) {
            throw broken("the engine delivered " + events + " of the " + expected + " records of a transaction");
        }
        requireLeftOutRightly(end);
        knownEnds.remove(transaction);
        open = false;
        position = end;
        sink.commit(end);
    }

    /** What was left out must be older than the look at its table. */
    private void requireLeftOutRightly(SourcePosition end) {
        for (SourceTable table : leftOut) {
            if (!isBeforeTheLook(table, connector.before(end))) {
                knownEnds.put(transaction, end);
                throw new SeraiException(
                        ErrorCode.DEBEZIUM_ENGINE,
                        "A transaction is read again, because only its end tells that it is younger than the look at a"
                                + " table that was altered",
                        where,
                        ErrorCode.DEBEZIUM_ENGINE.remedy());
            }
        }
        leftOut.clear();
    }

    private void change(SourceRecord whole, Struct change, LogSink sink) {
        String operation = change.getString("op");
        if ("r".equals(operation)) {
            return;
        }
        boolean isCounted = change.schema().field("transaction") != null && change.getStruct("transaction") != null;
        if (!isCounted && "m".equals(operation)) {
            return; // a logical message outside of transactions
        }
        if (!open || !isCounted) {
            throw broken("the engine delivered a change outside of a transaction");
        }
        events++;
        if ("m".equals(operation)) {
            return;
        }
        TableRef name = table(change);
        SourceTable table = tables.get(name);
        if (table == null && !selection.isWanted(name)) {
            return;
        }
        if (isLeftOut(table)) {
            leftOut.add(table);
            return;
        }
        if (table == null) {
            throw altered(name, "it appeared after the tables were looked at");
        }
        switch (operation) {
            case "c" -> created(whole, table, change, sink);
            case "u" ->
                sink.change(Kind.UPDATE, table, before(table, change.getStruct("before")), after(table, change));
            case "d" -> deleted(whole, table, change, sink);
            case "t" -> sink.truncate(List.of(table));
            default -> throw broken("the engine delivered a change of the unknown kind \"" + operation + "\"");
        }
    }

    private void created(SourceRecord whole, SourceTable table, Struct change, LogSink sink) {
        byte[] after = after(table, change);
        SourceTable moving = movingTable;
        if (whole.headers().lastWithName(OLD_KEY) == null) {
            sink.change(Kind.INSERT, table, null, after);
        } else if (moving == table) {
            sink.change(Kind.UPDATE, table, movingRow, after);
            movingTable = null;
            movingRow = null;
        } else {
            throw broken("the engine delivered the second half of a key change without the first");
        }
    }

    private void deleted(SourceRecord whole, SourceTable table, Struct change, LogSink sink) {
        byte[] before = before(table, change.getStruct("before"));
        if (whole.headers().lastWithName(NEW_KEY) == null) {
            sink.change(Kind.DELETE, table, before, null);
        } else {
            movingTable = table;
            movingRow = before;
        }
    }

    private byte[] after(SourceTable table, Struct change) {
        Struct row = change.getStruct("after");
        if (row == null) {
            throw broken("the engine delivered a change without its row, of table \"" + table.table() + "\"");
        }
        return layout(table, row.schema()).image(row, true);
    }

    /** A row before a change has NULL also where the log sent nothing, except of a table without a key, whose whole rows it sends. */
    private byte @Nullable [] before(SourceTable table, @Nullable Struct row) {
        return row == null ? null : layout(table, row.schema()).image(row, table.isKeyless());
    }

    private RowLayout layout(SourceTable table, Schema schema) {
        RowLayout known = layouts.get(table);
        if (known != null && known.isOf(schema)) {
            return known;
        }
        RowLayout made = RowLayout.of(table, schema, connector, where);
        if (made == null || known != null) {
            this.altered.add(table.handle().number());
            throw altered(table.table(), "the log has other columns, or other types");
        }
        layouts.put(table, made);
        return made;
    }

    private boolean isLeftOut(@Nullable SourceTable table) {
        SourcePosition end = knownEnds.get(transaction);
        return isBeforeTheLook(table, end == null ? position : connector.before(end));
    }

    private boolean isBeforeTheLook(@Nullable SourceTable table, SourcePosition at) {
        return table == null ? !at.covers(lookedAt) : table.isOutdated(at);
    }

    private TableRef table(Struct change) {
        Struct source = change.getStruct("source");
        String schema = String.valueOf(source.getString("schema"));
        String table = String.valueOf(source.getString("table"));
        return names.computeIfAbsent(schema, key -> new HashMap<>())
                .computeIfAbsent(table, key -> new TableRef(connector.name(schema), connector.name(table)));
    }

    private SeraiException altered(TableRef table, String difference) {
        return new SeraiException(
                ErrorCode.SOURCE_TABLE_CHANGED,
                "Table \"" + table + "\" is not what was replicated: " + difference,
                where,
                ErrorCode.SOURCE_TABLE_CHANGED.remedy());
    }

    private SeraiException broken(String what) {
        return new SeraiException(
                ErrorCode.DEBEZIUM_INCOMPLETE,
                "The records of Debezium's engine are no whole transactions: " + what,
                where + ", after position " + position,
                ErrorCode.DEBEZIUM_INCOMPLETE.remedy());
    }
}
