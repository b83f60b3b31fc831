package io.serai.source.postgres;

import io.serai.change.Lsn;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Set;

/** Where the log's end is, and how an idle database's log comes to pass it. */
final class LogHead {
    private static final String INSUFFICIENT_PRIVILEGE = "42501";
    private static final String READ_ONLY_TRANSACTION = "25006";

    private LogHead() {}

    /**
     * The end as SQL. Not the flushed one: a commit that need not wait for the disk is visible before it is flushed. On a standby the later one of what
     * was received and what was replayed: a commit is visible a moment before it counts as replayed, and what was received can be less, since it
     * counts anew after a restart.
     */
    static final String SQL = "CASE WHEN pg_is_in_recovery()"
            + " THEN greatest(pg_last_wal_receive_lsn(), pg_last_wal_replay_lsn()) ELSE pg_current_wal_insert_lsn() END";

    /**
     * A position that all commits that were visible before this call are at or before. On a primary a marker is written behind it, because the log of
     * an idle database may never reach it exactly: at a page boundary it is behind the header of a page that does not exist yet. What a standby
     * received ends where a record does, and the log reaches it. The connection is in autocommit mode.
     */
    static Lsn take(Connection connection) throws SQLException {
        Head head = head(connection);
        if (!head.ofStandby()) {
            mark(connection);
        }
        return head.at();
    }

    /** As {@link #take}, without a marker. */
    static Lsn look(Connection connection) throws SQLException {
        return head(connection).at();
    }

    private static Head head(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT pg_is_in_recovery(), " + SQL)) {
            rows.next();
            return new Head(rows.getBoolean(1), Lsn.parse(rows.getString(2)));
        }
    }

    /** Writes a logical message; where that is not allowed, an empty transaction, whose commit at least makes the next keepalive go further. */
    private static void mark(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            try {
                statement.execute("SELECT pg_logical_emit_message(true, 'serai', '')");
            } catch (SQLException e) {
                if (!Set.of(INSUFFICIENT_PRIVILEGE, READ_ONLY_TRANSACTION).contains(e.getSQLState())) {
                    throw e;
                }
                statement.execute("SELECT txid_current()");
            }
        }
    }

    private record Head(boolean ofStandby, Lsn at) {}
}
