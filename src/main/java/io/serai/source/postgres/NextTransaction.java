package io.serai.source.postgres;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * A number that is greater than those of all transactions that had one when a snapshot was taken. The snapshot's own xmax is not: it follows the last
 * transaction that has ended, and open ones can be beyond it. Asked when it is first needed, outside of a transaction, because on a primary it takes
 * a number. Confined to one thread.
 */
final class NextTransaction {
    private static final String INVALID_PARAMETER = "22023";

    private final Connection connection;
    private final TransactionSnapshot snapshot;
    private long number;

    NextTransaction(Connection connection, TransactionSnapshot snapshot) {
        this.connection = connection;
        this.snapshot = snapshot;
    }

    long number() throws SQLException {
        if (number == 0) {
            number = Standby.isOne(connection) ? firstUnknown() : Long.parseLong(ask("txid_current()"));
        }
        return number;
    }

    /** A standby knows all numbers up to the greatest that it has met, and refuses to tell of later ones. */
    private long firstUnknown() throws SQLException {
        long known = snapshot.xmax() - 1;
        long step = 1;
        while (isKnown(known + step)) {
            known += step;
            step *= 2;
        }
        long unknown = known + step;
        while (unknown - known > 1) {
            long middle = known + (unknown - known) / 2;
            if (isKnown(middle)) {
                known = middle;
            } else {
                unknown = middle;
            }
        }
        return unknown;
    }

    private boolean isKnown(long transaction) throws SQLException {
        try {
            ask("coalesce(pg_xact_status('" + transaction + "'::xid8), 'forgotten')");
            return true;
        } catch (SQLException e) {
            if (INVALID_PARAMETER.equals(e.getSQLState())) {
                return false;
            }
            throw e;
        }
    }

    private String ask(String expression) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT " + expression)) {
            rows.next();
            return rows.getString(1);
        }
    }
}
