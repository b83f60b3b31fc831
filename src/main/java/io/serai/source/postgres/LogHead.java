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
     * A position that all commits before this call are at or before. Not the flushed one: a commit that need not wait for the disk is visible
     * before it is flushed. A marker is written behind it, because the log of an idle database may never reach it exactly: at a page boundary it
     * is behind the header of a page that does not exist yet. The connection is in autocommit mode.
     */
    static Lsn take(Connection connection) throws SQLException {
        Lsn head = insertLsn(connection);
        mark(connection);
        return head;
    }

    static Lsn insertLsn(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT pg_current_wal_insert_lsn()")) {
            rows.next();
            return Lsn.parse(rows.getString(1));
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
}
