package io.serai.source.mysql;

import io.serai.change.GtidPosition;
import io.serai.change.GtidSet;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What a server says of its transactions and its binary log. */
final class ServerState {
    private ServerState() {}

    /** The transactions that reads of this connection see. */
    static GtidSet executed(Connection connection) throws SQLException {
        return GtidSet.parse(value(connection, "SELECT @@GLOBAL.gtid_executed"));
    }

    /** The transactions that are not in the binary log any more. */
    static GtidSet purged(Connection connection) throws SQLException {
        return GtidSet.parse(value(connection, "SELECT @@GLOBAL.gtid_purged"));
    }

    /** The transactions that are being committed: reads may see them, and they do not count as executed yet. */
    static GtidSet owned(Connection connection) throws SQLException {
        return GtidSet.parse(value(connection, "SELECT @@GLOBAL.gtid_owned").replaceAll("#\\d+", ""));
    }

    static String uuid(Connection connection) throws SQLException {
        return value(connection, "SELECT @@GLOBAL.server_uuid").toLowerCase(Locale.ROOT);
    }

    /**
     * A position that all transactions are before which reads have seen up to now. A row is visible a moment before its transaction counts as executed;
     * until then the transaction is owned, and its place in the log is before the end.
     */
    static GtidPosition head(Connection connection) throws SQLException {
        GtidSet owned = owned(connection);
        String server = uuid(connection);
        try (Statement statement = connection.createStatement();
                ResultSet status = statement.executeQuery(statusStatement(connection))) {
            if (!status.next()) {
                return GtidPosition.of(executed(connection));
            }
            GtidSet executed = GtidSet.parse(status.getString("Executed_Gtid_Set"));
            return new GtidPosition(executed, owned, "", server, status.getString("File"), status.getLong("Position"));
        }
    }

    /** The statement that tells the end of the binary log; 8.4 took away its old name. */
    static String statusStatement(Connection connection) throws SQLException {
        int major = connection.getMetaData().getDatabaseMajorVersion();
        int minor = connection.getMetaData().getDatabaseMinorVersion();
        return major > 8 || major == 8 && minor >= 2 ? "SHOW BINARY LOG STATUS" : "SHOW MASTER STATUS";
    }

    /** Waits until the connection's reads see all of the set; answers whether they do. */
    static boolean awaitExecuted(Connection connection, GtidSet set, int seconds) throws SQLException {
        return "0".equals(value(connection, "SELECT WAIT_FOR_EXECUTED_GTID_SET('" + set + "', " + seconds + ")"));
    }

    /** A variable of the server, or null where it does not have it. */
    static @Nullable String variable(Connection connection, String name) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SHOW GLOBAL VARIABLES LIKE '" + name + "'")) {
            return rows.next() ? rows.getString(2) : null;
        }
    }

    static String value(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            rows.next();
            String value = rows.getString(1);
            return value == null ? "" : value;
        }
    }
}
