package io.serai.source.postgres;

import io.serai.change.Lsn;
import io.serai.change.SourcePosition;
import io.serai.change.TableRef;
import io.serai.error.ErrorCode;
import io.serai.error.SeraiException;
import io.serai.source.LogSink;
import io.serai.source.LogSink.Kind;
import io.serai.source.SourceTable;
import io.serai.source.SourceTransaction;
import io.serai.source.TableSelection;
import io.serai.source.postgres.LogRelation.MessageColumn;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Decodes the messages of {@code pgoutput}, protocol version 1 (Postgres manual, "Logical Replication Message Formats"). Confined to one thread.
 */
final class PgoutputDecoder {
    private static final Instant POSTGRES_EPOCH = Instant.parse("2000-01-01T00:00:00Z");

    private final Lsn from;
    private final Map<Integer, SourceTable> tables = new HashMap<>();
    /** The tables that partitions belong to, by the partition's oid. */
    private final Map<Integer, SourceTable> partitions = new HashMap<>();

    private final TableSelection selection;
    private final SourcePosition lookedAt;
    private final Set<Integer> altered = ConcurrentHashMap.newKeySet();
    private final Map<Integer, LogRelation> relations = new HashMap<>();
    private final TupleImage images = new TupleImage();
    private final Ancestors ancestors;

    private @Nullable SourceTransaction expected;
    private boolean open;
    private boolean dropped;
    private Lsn commitAt = Lsn.ZERO;
    /** What was described last, until the next change, which is one of its rows whatever relation it names. */
    private @Nullable LogRelation described;

    private int lastOid;
    private @Nullable LogRelation lastRelation;

    /** Decodes what follows {@code from} for these tables; of others, what is before {@code lookedAt} is skipped. */
    PgoutputDecoder(
            Lsn from,
            List<SourceTable> tables,
            TableSelection selection,
            SourcePosition lookedAt,
            Ancestors ancestors) {
        this.from = from;
        this.ancestors = ancestors;
        this.selection = selection;
        this.lookedAt = lookedAt;
        for (SourceTable table : tables) {
            if (!table.isGone()) {
                TableIdentity identity = TableIdentity.parse(table.identity());
                this.tables.put((int) identity.oid(), table);
                identity.partitions().forEach(partition -> partitions.put((int) partition.oid(), table));
            }
        }
    }

    /** The log must begin with this transaction, which is stored. */
    void expect(SourceTransaction last) {
        expected = last;
    }

    /** The numbers of stored tables of which the log had a change in another form. Thread-safe. */
    Set<Integer> altered() {
        return Set.copyOf(altered);
    }

    /** Whether a transaction has begun and not ended. */
    boolean isOpen() {
        return open;
    }

    /** Hands one message over. */
    void decode(ByteBuffer message, LogSink sink) throws SQLException, InterruptedException {
        byte kind = message.get();
        switch (kind) {
            case 'B' -> begin(message, sink);
            case 'C' -> commit(message, sink);
            case 'R' -> relation(message);
            case 'I', 'U', 'D' -> change(kind, message, sink);
            case 'T' -> truncate(message, sink);
            case 'M', 'O', 'Y' -> {} // a logical message, an origin, a type: nothing that is stored depends on them
            default ->
                throw new IllegalStateException(
                        "pgoutput sent a message of kind " + kind + ", which was not asked for");
        }
    }

    private void begin(ByteBuffer message, LogSink sink) {
        commitAt = new Lsn(message.getLong());
        Instant time = POSTGRES_EPOCH.plus(message.getLong(), ChronoUnit.MICROS);
        long transaction = Integer.toUnsignedLong(message.getInt());
        open = true;
        // A commit record may start where the last one ended, so one that starts at the stored position is after it.
        dropped = commitAt.compareTo(from) < 0;
        prove(new SourceTransaction(transaction, commitAt, time));
        if (!dropped) {
            sink.begin(transaction, commitAt, time);
        }
    }

    /** What was stored before the position is the last transaction of it, or is not of this log. */
    private void prove(SourceTransaction transaction) {
        boolean isExpected = transaction.equals(expected);
        if (dropped != isExpected || expected != null && !isExpected) {
            throw lostHistory("it has transaction " + transaction.id() + " at " + transaction.commitAt());
        }
        expected = null;
    }

    /** The log was read up to {@code position}, with no transaction open. */
    void passed(Lsn position) {
        if (expected != null && position.compareTo(expected.commitAt()) > 0) {
            throw lostHistory("it has no transaction " + expected.id() + " at " + expected.commitAt());
        }
    }

    private SeraiException lostHistory(String what) {
        return new SeraiException(
                ErrorCode.SOURCE_LOST_HISTORY,
                "The server's log is not the one that was read up to " + from + ": " + what,
                "",
                ErrorCode.SOURCE_LOST_HISTORY.remedy());
    }

    private void commit(ByteBuffer message, LogSink sink) {
        message.get(); // flags, unused
        message.getLong(); // where the commit record starts
        Lsn end = new Lsn(message.getLong());
        open = false;
        if (!dropped) {
            sink.commit(end);
        }
    }

    private void relation(ByteBuffer message) throws SQLException, InterruptedException {
        int oid = message.getInt();
        String schema = string(message);
        TableRef name = new TableRef(schema.isEmpty() ? "pg_catalog" : schema, string(message));
        char replicaIdentity = (char) message.get();
        LogRelation relation = relation(oid, name, replicaIdentity, columns(message));
        relations.put(oid, relation);
        described = relation;
        lastRelation = null;
    }

    private LogRelation relation(int oid, TableRef name, char replicaIdentity, List<MessageColumn> columns)
            throws SQLException, InterruptedException {
        SourceTable table = tables.get(oid);
        if (table != null) {
            return LogRelation.of(table, TableIdentity.parse(table.identity()), name, replicaIdentity, columns);
        }
        SourceTable root = partitions.get(oid);
        if (root != null) {
            return LogRelation.ofPartition(root, TableIdentity.parse(root.identity()), name, replicaIdentity, columns);
        }
        SourceTable grown = partitions.isEmpty() ? null : tableAbove(oid);
        if (grown != null) {
            return LogRelation.attached(grown, name);
        }
        return selection.isWanted(name) ? LogRelation.appeared(name) : LogRelation.skipped(name);
    }

    /** A row that moved to a partition that is not known is deleted from one that is: it must not leave before its table is looked at again. */
    private @Nullable SourceTable tableAbove(int oid) throws SQLException, InterruptedException {
        for (long ancestor : ancestors.of(Integer.toUnsignedLong(oid))) {
            SourceTable table = tables.get((int) ancestor);
            if (table != null) {
                return table;
            }
        }
        return null;
    }

    private static List<MessageColumn> columns(ByteBuffer message) {
        int count = message.getShort();
        List<MessageColumn> columns = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            boolean isKey = (message.get() & 1) != 0;
            String name = string(message);
            columns.add(new MessageColumn(isKey, name, Integer.toUnsignedLong(message.getInt()), message.getInt()));
        }
        return columns;
    }

    private void change(byte kind, ByteBuffer message, LogSink sink) {
        LogRelation relation = relation(message.getInt());
        LogRelation sender = described == null ? relation : described;
        described = null;
        if (dropped || isSkipped(relation)) {
            return;
        }
        SourceTable table = table(relation);
        if (sender != relation && !sender.isKnownPartitionOf(relation)) {
            throw altered(table, "a partition of it was attached or altered");
        }
        byte[] bytes = message.array();
        int at = message.arrayOffset() + message.position();
        byte tuple = bytes[at++];
        int old = -1;
        byte @Nullable [] before = null;
        if (tuple == 'K' || tuple == 'O') {
            old = at;
            before = relation.image(images.encode(bytes, at, -1, tuple == 'K' ? relation.key() : null));
            if (kind == 'D') {
                sink.change(Kind.DELETE, table, before, null);
                return;
            }
            at = TupleImage.end(bytes, at) + 1;
        }
        byte[] after = relation.image(images.encode(bytes, at, old, null));
        sink.change(kind == 'I' ? Kind.INSERT : Kind.UPDATE, table, before, after);
    }

    private void truncate(ByteBuffer message, LogSink sink) {
        int count = message.getInt();
        message.get(); // CASCADE and RESTART IDENTITY; the list has the tables that CASCADE reached
        described = null;
        List<SourceTable> truncated = new ArrayList<>(count);
        Map<SourceTable, Set<Integer>> partly = new LinkedHashMap<>();
        for (int i = 0; i < count; i++) {
            int oid = message.getInt();
            LogRelation relation = relation(oid);
            if (!dropped && !isSkipped(relation)) {
                SourceTable table = table(relation);
                if (relation.isPartition()) {
                    partly.computeIfAbsent(table, t -> new HashSet<>()).add(oid);
                } else {
                    truncated.add(table);
                }
            }
        }
        partly.forEach((table, oids) -> {
            requireAllPartitions(table, oids);
            truncated.add(table);
        });
        if (!truncated.isEmpty()) {
            sink.truncate(truncated);
        }
    }

    /** Which rows were in a partition that lost them is not known: without all partitions a truncate is not one of the table. */
    private void requireAllPartitions(SourceTable table, Set<Integer> truncated) {
        partitions.forEach((oid, root) -> {
            if (root == table && !truncated.contains(oid)) {
                throw altered(table, "a partition of it was truncated");
            }
        });
    }

    private SeraiException altered(SourceTable table, String difference) {
        altered.add(table.handle().number());
        return TableComparison.changed(table, difference, "");
    }

    private boolean isSkipped(LogRelation relation) {
        return relation.isSkipped() || relation.isOutdated(commitAt, lookedAt);
    }

    private SourceTable table(LogRelation relation) {
        relation.differing().ifPresent(table -> altered.add(table.handle().number()));
        return relation.table();
    }

    private LogRelation relation(int oid) {
        LogRelation last = lastRelation;
        if (last != null && lastOid == oid) {
            return last;
        }
        LogRelation relation = relations.get(oid);
        if (relation == null) {
            throw new IllegalStateException(
                    "pgoutput sent a change of a relation that it has not described: " + Integer.toUnsignedString(oid));
        }
        lastOid = oid;
        lastRelation = relation;
        return relation;
    }

    private static String string(ByteBuffer message) {
        int start = message.position();
        int end = start;
        while (message.get(end) != 0) {
            end++;
        }
        String text = new String(message.array(), message.arrayOffset() + start, end - start, StandardCharsets.UTF_8);
        message.position(end + 1);
        return text;
    }

    /** Says what a relation is a partition of by now, its table first. */
    interface Ancestors {
        List<Long> of(long oid) throws SQLException, InterruptedException;
    }
}
