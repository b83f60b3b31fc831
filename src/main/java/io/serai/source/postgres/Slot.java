package io.serai.source.postgres;

import io.serai.change.Lsn;
import io.serai.error.ErrorCode;
import io.serai.error.SeraiException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A replication slot as {@code pg_replication_slots} shows it. Immutable.
 *
 * @param confirmed up to where the server was told that all is durable, or null while the slot is being made
 * @param active whether a process reads it
 * @param lost why the server no longer keeps its log, or null while it does
 * @param retainedBytes of log that the server keeps for it
 * @param failover whether standbys keep a copy of it
 */
record Slot(
        String name,
        @Nullable Lsn confirmed,
        boolean active,
        @Nullable String lost,
        long retainedBytes,
        boolean failover) {
    /** The first version whose standbys can keep copies of logical slots. */
    static final int FAILOVER_VERSION = 17;

    private static final String OBJECT_IN_USE = "55006";
    private static final String UNDEFINED_OBJECT = "42704";
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(3);
    private static final long PAUSE_MILLIS = 100;

    /** The slot with this name, or null when there is none. */
    static @Nullable Slot find(Connection connection, String name) throws SQLException {
        int version = connection.getMetaData().getDatabaseMajorVersion();
        String status = version >= 13 ? "wal_status" : "CASE WHEN restart_lsn IS NULL THEN 'lost' END";
        String reason = version >= 16
                ? (version >= 17 ? "invalidation_reason" : "CASE WHEN conflicting THEN 'conflict with recovery' END")
                : "NULL";
        String failover = version >= FAILOVER_VERSION ? "failover" : "false";
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT confirmed_flush_lsn, active, " + status + ", " + reason
                        + ", pg_wal_lsn_diff(" + LogHead.SQL + ", restart_lsn)::bigint, " + failover
                        + " FROM pg_replication_slots WHERE slot_name = "
                        + Sql.literal(name))) {
            if (!rows.next()) {
                return null;
            }
            String confirmed = rows.getString(1);
            String invalidation = rows.getString(4);
            boolean isLost = "lost".equals(rows.getString(3)) || invalidation != null;
            return new Slot(
                    name,
                    confirmed == null ? null : Lsn.parse(confirmed),
                    rows.getBoolean(2),
                    isLost ? (invalidation == null ? "its log was removed" : invalidation) : null,
                    rows.getLong(5),
                    rows.getBoolean(6));
        }
    }

    /** Drops the slot if it exists; one that a process goes on reading is left alone. */
    static void drop(Connection connection, String name, String where) throws SQLException, InterruptedException {
        untilFree(name, where, () -> {
            try (Statement statement = connection.createStatement()) {
                statement.execute(
                        "SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE slot_name = "
                                + Sql.literal(name));
            } catch (SQLException e) {
                if (!UNDEFINED_OBJECT.equals(e.getSQLState())) { // else another one dropped it just now
                    throw e;
                }
            }
            return null;
        });
    }

    /**
     * Drops a slot of another name that nobody has read since it was told of {@code last}; one that was is another installation's by now.
     *
     * @return whether there is no such slot any more
     */
    static boolean dropUnread(Connection connection, String name, Lsn last, String where)
            throws SQLException, InterruptedException {
        Slot found = find(connection, name);
        Lsn confirmed = found == null ? null : found.confirmed();
        if (found != null && (found.active() || confirmed == null || confirmed.compareTo(last) > 0)) {
            return false;
        }
        drop(connection, name, where);
        return true;
    }

    /** Lets standbys keep a copy of the slot, or no longer, on a connection for replication to a primary that has such slots. */
    static void setFailover(Connection connection, String name, boolean failover, String where)
            throws SQLException, InterruptedException {
        untilFree(name, where, () -> {
            requireFree(find(connection, name)); // the command would wait for its reader, without an end
            try (Statement statement = connection.createStatement()) {
                statement.execute("ALTER_REPLICATION_SLOT " + Sql.name(name) + " (FAILOVER " + failover + ")");
            }
            return null;
        });
    }

    /** Refuses, as the server does, a slot that somebody reads. */
    static void requireFree(@Nullable Slot slot) throws SQLException {
        if (slot != null && slot.active()) {
            throw new SQLException("Somebody reads the slot", OBJECT_IN_USE);
        }
    }

    /** Does something for which nobody else may read the slot; waits a little for a reader that the server has not missed yet. */
    static <T extends @Nullable Object> T untilFree(String name, String where, Use<T> use)
            throws SQLException, InterruptedException {
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        while (true) {
            try {
                return use.run();
            } catch (SQLException e) {
                if (!OBJECT_IN_USE.equals(e.getSQLState())) {
                    throw e;
                }
                if (System.nanoTime() - deadline >= 0) {
                    throw busy(name, where);
                }
                TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
            }
        }
    }

    private static SeraiException busy(String name, String where) {
        return new SeraiException(
                ErrorCode.POSTGRES_SLOT_BUSY,
                "Replication slot \"" + name + "\" is in use by another process",
                where,
                ErrorCode.POSTGRES_SLOT_BUSY.remedy());
    }

    /** A use of a slot. */
    interface Use<T extends @Nullable Object> {
        T run() throws SQLException;
    }
}
