package io.serai.source.postgres;

import io.serai.error.ErrorCode;
import io.serai.source.postgres.DescribedTable.Obstacle;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.jspecify.annotations.Nullable;

/**
 * What is different where the log of a standby is read: nothing can be written to it, and its snapshots do not list the transactions that are open on
 * the primary. It shows a commit before it lets the log have it. A standby can be promoted at any time, also under those who are connected.
 */
final class Standby {
    /** The first version whose standbys can decode the log. */
    static final int LEAST_VERSION = 16;

    private Standby() {}

    /** Whether the server is a standby at this moment. */
    static boolean isOne(Connection connection) throws SQLException {
        return is(connection, "pg_is_in_recovery()");
    }

    /** Why a server that is a standby cannot be replicated from, or null. */
    static @Nullable Obstacle obstacle(Connection connection, String slot, boolean failover) throws SQLException {
        int version = connection.getMetaData().getDatabaseMajorVersion();
        if (version < LEAST_VERSION) {
            return obstacle("The server is a standby, and one of Postgres " + version + " cannot decode its log");
        }
        if (failover) {
            return obstacle("The server is a standby, and the failover slot is the primary's");
        }
        if (version >= Slot.FAILOVER_VERSION
                && is(
                        connection,
                        "EXISTS (SELECT FROM pg_replication_slots WHERE synced AND slot_name = " + Sql.literal(slot)
                                + ")")) {
            return obstacle(
                    "The server is a standby, and replication slot \"" + slot + "\" is its copy of the primary's");
        }
        return null;
    }

    private static Obstacle obstacle(String what) {
        return new Obstacle(ErrorCode.POSTGRES_STANDBY, what, ErrorCode.POSTGRES_STANDBY.remedy());
    }

    /**
     * Whether a server that was a standby on this timeline is so no more: it was promoted, or the primary that it follows was. Control data of other
     * servers lag behind, so it may take a while until this is seen.
     */
    static boolean hasLeft(Connection connection, long timeline) throws SQLException {
        return is(
                connection,
                "NOT pg_is_in_recovery() OR greatest((SELECT timeline_id FROM pg_control_checkpoint()),"
                        + " (SELECT min_recovery_end_timeline FROM pg_control_recovery())) > " + timeline);
    }

    private static boolean is(Connection connection, String condition) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT " + condition)) {
            rows.next();
            return rows.getBoolean(1);
        }
    }
}
