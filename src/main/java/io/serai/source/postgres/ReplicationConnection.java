package io.serai.source.postgres;

import io.serai.change.Lsn;
import io.serai.error.ErrorCode;
import io.serai.error.SeraiException;
import io.serai.source.SourceTransaction;
import io.serai.source.postgres.DescribedTable.Obstacle;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A connection on which a slot is made, the server proves that it goes on from a stored position, and the log is then read: all on the same one, so
 * that no proxy can put another server between. Confined to one thread.
 */
final class ReplicationConnection implements AutoCloseable {
    private static final Pattern BRANCH = Pattern.compile("(?m)^\\s*(\\d+)\\s+([0-9A-F]{1,8}/[0-9A-F]{1,8})");

    private final Connection connection;
    private final String slot;
    private final boolean failover;
    private final String where;
    private boolean standby;

    /** @param failover whether standbys keep a copy of the slot */
    ReplicationConnection(Connection connection, String slot, boolean failover, String where) {
        this.connection = connection;
        this.slot = slot;
        this.failover = failover;
        this.where = where;
    }

    /** What this connection's server, database and publication are. */
    ServerIdentity identify() throws SQLException {
        standby = Standby.isOne(connection);
        Obstacle obstacle = standby ? Standby.obstacle(connection, slot, failover) : null;
        if (obstacle != null) {
            throw obstacle.exception(where);
        }
        String system;
        long timeline;
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("IDENTIFY_SYSTEM")) {
            rows.next();
            system = rows.getString("systemid");
            timeline = rows.getLong("timeline");
        }
        try (Statement statement = connection.createStatement();
                ResultSet rows =
                        statement.executeQuery("SELECT d.oid, p.oid, extract(epoch FROM pg_postmaster_start_time())"
                                + " FROM pg_database d"
                                + " LEFT JOIN pg_publication p ON p.pubname = " + Sql.literal(Catalog.PUBLICATION)
                                + " WHERE d.datname = current_database()")) {
            rows.next();
            if (rows.getString(2) == null) {
                throw new SeraiException(
                        ErrorCode.POSTGRES_PUBLICATION_MISSING,
                        "The publication \"" + Catalog.PUBLICATION + "\" does not exist",
                        where,
                        ErrorCode.POSTGRES_PUBLICATION_MISSING.remedy());
            }
            return new ServerIdentity(rows.getString(3), system, timeline, rows.getLong(1), rows.getLong(2), slot);
        }
    }

    /** Whether the server was a standby when it was asked for its identity. */
    boolean isStandby() {
        return standby;
    }

    /** Makes the slot; the snapshot lives until the next command on this connection. */
    NewSlot createSlot() throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows =
                        statement.executeQuery("CREATE_REPLICATION_SLOT " + Sql.name(slot) + " LOGICAL pgoutput "
                                + (failover ? "(SNAPSHOT 'export', FAILOVER true)" : "EXPORT_SNAPSHOT"))) {
            rows.next();
            return new NewSlot(Lsn.parse(rows.getString("consistent_point")), rows.getString("snapshot_name"));
        }
    }

    /**
     * Proves that the log goes on from {@code stored}.
     *
     * @return the identity that belongs to the position from now on: a server that was promoted has another timeline
     */
    ServerIdentity verify(ServerIdentity expected, Lsn stored) throws SQLException, InterruptedException {
        ServerIdentity now = identify();
        if (!now.system().equals(expected.system())) {
            throw otherServer(
                    "The server is another cluster: its system identifier is " + now.system() + ", stored is "
                            + expected.system(),
                    expected);
        }
        if (now.database() != expected.database()) {
            throw otherServer(
                    "The database is another one: its oid is " + now.database() + ", stored is " + expected.database(),
                    expected);
        }
        if (now.timeline() != expected.timeline() && !now.instance().equals(expected.instance())) {
            requireBranchedOffAfter(now.timeline(), expected, stored);
        }
        Lsn head = LogHead.look(connection);
        if (head.compareTo(stored) < 0) {
            if (standby) {
                throw behind(head, stored);
            }
            throw lostHistory("The server's log ends at " + head + ", before the stored position " + stored
                    + ": it was restored from a backup, or it crashed and lost what it had sent");
        }
        if (!expected.slot().equals(slot)) {
            throw slotLost("The stored position is one of replication slot \"" + expected.slot()
                    + "\", and the slot is to be \"" + slot + "\" now");
        }
        Slot found = requireSlot(stored);
        if (now.publication() != expected.publication()) {
            throw lostHistory("The publication \"" + Catalog.PUBLICATION + "\" was dropped and made again");
        }
        if (!standby && found.failover() != failover) {
            Slot.setFailover(connection, slot, failover, where);
        }
        return now;
    }

    private Slot requireSlot(Lsn stored) throws SQLException {
        Slot found = Slot.find(connection, slot);
        if (found == null) {
            throw slotLost("Replication slot \"" + slot + "\" does not exist any more");
        }
        if (found.lost() != null) {
            throw slotLost("Replication slot \"" + slot + "\" was invalidated: " + found.lost());
        }
        Lsn confirmed = found.confirmed();
        if (confirmed == null || confirmed.compareTo(stored) > 0) {
            throw lostHistory("Replication slot \"" + slot + "\" is at " + confirmed + ", after the stored position "
                    + stored + ": the storage is an older copy, or something else read the slot");
        }
        return found;
    }

    private void requireBranchedOffAfter(long now, ServerIdentity expected, Lsn stored) throws SQLException {
        long former = expected.timeline();
        Optional<Lsn> left = now < former ? Optional.empty() : endOf(former, history(now));
        if (left.isEmpty() || left.get().compareTo(stored) < 0) {
            throw otherServer(
                    "The server is on timeline " + now + ", which "
                            + left.map(end -> "left timeline " + former + " at " + end + ", before the stored position "
                                            + stored)
                                    .orElse("does not come from timeline " + former),
                    expected);
        }
    }

    /** The history file of a timeline: a line per ancestor with the place where it was left. */
    private String history(long timeline) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("TIMELINE_HISTORY " + timeline)) {
            rows.next();
            byte[] content = rows.getBytes("content");
            return content == null ? "" : new String(content, StandardCharsets.UTF_8);
        }
    }

    static Optional<Lsn> endOf(long timeline, String history) {
        Matcher lines = BRANCH.matcher(history);
        while (lines.find()) {
            if (Long.parseLong(lines.group(1)) == timeline) {
                return Optional.of(Lsn.parse(lines.group(2)));
            }
        }
        return Optional.empty();
    }

    /**
     * Starts to read. The connection is the reader's from now on.
     *
     * @param last the last transaction before {@code stored}; unless it was acknowledged, the stream begins with it
     */
    PgoutputReader stream(Lsn stored, @Nullable SourceTransaction last, PgoutputDecoder decoder)
            throws SQLException, InterruptedException {
        Lsn from = last == null ? stored : (Lsn) last.commitAt();
        return Slot.untilFree(slot, where, () -> {
            Slot found = Slot.find(connection, slot);
            Slot.requireFree(found); // what the former reader told last may still be on its way to the slot
            Lsn confirmed = found == null ? null : found.confirmed();
            boolean isAhead = confirmed != null && confirmed.compareTo(from) > 0;
            PgoutputReader reader = PgoutputReader.open(connection, slot, from, stored, decoder);
            if (!isAhead) {
                reader.acknowledge(from);
                if (last != null) {
                    decoder.expect(last);
                }
            }
            return reader;
        });
    }

    @Override
    public void close() {
        Closing.abort(connection);
    }

    /** A standby that was started again may still replay what it has, and one of several may be slower than the one before. */
    private SeraiException behind(Lsn head, Lsn stored) {
        return new SeraiException(
                ErrorCode.POSTGRES_STANDBY,
                "The standby has the log up to " + head + " only, and the stored position is " + stored,
                where,
                "The source goes on by itself when the standby has got so far.");
    }

    /** The former server, where it still runs, keeps log for the slot that nobody reads any more. */
    private SeraiException otherServer(String what, ServerIdentity former) {
        return exception(
                ErrorCode.POSTGRES_OTHER_SERVER,
                what + " (if the former one still runs, drop replication slot \"" + former.slot() + "\" there)");
    }

    private SeraiException lostHistory(String what) {
        return exception(ErrorCode.SOURCE_LOST_HISTORY, what);
    }

    private SeraiException slotLost(String what) {
        return exception(ErrorCode.POSTGRES_SLOT_LOST, what);
    }

    private SeraiException exception(ErrorCode code, String what) {
        return new SeraiException(code, what, where, code.remedy());
    }

    /** A slot that was just made: where it begins, and the name of a snapshot of exactly that moment. */
    record NewSlot(Lsn position, @Nullable String snapshot) {}
}
