package io.serai.source.mysql;

import io.serai.change.GtidPosition;
import io.serai.change.GtidSet;
import io.serai.source.SnapshotReader.Sight;
import io.serai.source.SnapshotReader.Snapshot;
import io.serai.source.SourceTransaction;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * What a connection's read view sees of the log. InnoDB makes a transaction visible a moment before it counts as executed, and until then it is owned: so
 * the view has all that was executed before it, and may have what was executed or owned right after it. Immutable.
 *
 * @param seen what the view sees for certain
 * @param around all that it may see
 */
record TableSnapshot(GtidSet seen, GtidSet around) implements Snapshot {
    /** Begins a transaction that holds a table against DDL, and has no view yet: where nothing is to be read, none is made. */
    static void hold(Connection connection, String table) throws SQLException {
        execute(connection, "START TRANSACTION READ ONLY");
        execute(connection, "SELECT 1 FROM " + table + " LIMIT 0");
    }

    /** Makes the view of a transaction that {@link #hold} began. */
    static TableSnapshot take(Connection connection, String table) throws SQLException {
        GtidSet seen = ServerState.executed(connection);
        execute(connection, "SELECT 1 FROM " + table + " LIMIT 1");
        GtidSet owned = ServerState.owned(connection); // before the next question: none gets past both
        return new TableSnapshot(seen, owned.union(ServerState.executed(connection)));
    }

    /** Ends the transaction. */
    static void release(Connection connection) throws SQLException {
        execute(connection, "ROLLBACK");
    }

    /** Whether {@link #of} is certain of each transaction. */
    boolean isCertain() {
        return seen.contains(around);
    }

    @Override
    public Sight of(SourceTransaction transaction) {
        GtidPosition at = (GtidPosition) transaction.commitAt();
        if (at.isLastIn(seen)) {
            return Sight.ALL;
        }
        return at.isLastIn(around) ? Sight.UNCERTAIN : Sight.NOTHING;
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
