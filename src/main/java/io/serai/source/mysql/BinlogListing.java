package io.serai.source.mysql;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** What the server says of the events in its binary log, without their rows ({@code SHOW BINLOG EVENTS}). */
final class BinlogListing {
    /** Where the first event of a file is. */
    static final int FIRST_OFFSET = 4;

    private static final int PAGE = 1000;

    private BinlogListing() {}

    /** Takes events. */
    interface Sink {
        /**
         * Takes one.
         *
         * @param offset where it begins
         * @param info its statement, or what else the server says of it
         * @return whether more is wanted
         */
        boolean take(long offset, String type, String info);
    }

    /** The files, the oldest first. */
    static List<String> files(Connection connection) throws SQLException {
        List<String> files = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SHOW BINARY LOGS")) {
            while (rows.next()) {
                files.add(rows.getString(1));
            }
        }
        return files;
    }

    /** Hands over the events of a file from this offset on, and answers where the last one ends. */
    static long read(Connection connection, String file, long from, Sink sink) throws SQLException {
        long next = from;
        boolean isMore = true;
        while (isMore) {
            isMore = false;
            try (Statement statement = connection.createStatement();
                    ResultSet event = statement.executeQuery(
                            "SHOW BINLOG EVENTS IN " + Sql.literal(file) + " FROM " + next + " LIMIT " + PAGE)) {
                while (event.next()) {
                    next = event.getLong("End_log_pos");
                    isMore = sink.take(event.getLong("Pos"), event.getString("Event_type"), event.getString("Info"));
                    if (!isMore) {
                        break;
                    }
                }
            }
        }
        return next;
    }
}
