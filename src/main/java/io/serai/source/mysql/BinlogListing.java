package io.serai.source.mysql;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** What the server says of the events in its binary log, without their rows ({@code SHOW BINLOG EVENTS}). */
final class BinlogListing {
    /** Where the first event of a file is. */
    static final int FIRST_OFFSET = 4;

    private static final int PAGE = 1000;
    private static final Set<String> BETWEEN =
            Set.of("Gtid", "Gtid_tagged_log", "Format_desc", "Previous_gtids", "Rotate", "Stop");

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

    /** Whether no transaction has begun before this offset that goes on behind it. */
    static boolean isBetweenTransactions(Connection connection, String file, long offset) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet event = statement.executeQuery(
                        "SHOW BINLOG EVENTS IN " + Sql.literal(file) + " FROM " + offset + " LIMIT 1")) {
            return !event.next() || BETWEEN.contains(event.getString("Event_type"));
        }
    }

    /**
     * Hands over the events of a file from this offset on, and answers where the last one ends. Those of a compressed transaction have no place of their
     * own, so what follows a page is listed from the last event that has one.
     */
    static long read(Connection connection, String file, long from, Sink sink) throws SQLException {
        long start = from;
        int taken = 0;
        long next = from;
        boolean isMore = true;
        while (isMore) {
            isMore = false;
            try (Statement statement = connection.createStatement();
                    ResultSet event = statement.executeQuery("SHOW BINLOG EVENTS IN " + Sql.literal(file) + " FROM "
                            + start + " LIMIT " + taken + ", " + Math.max(PAGE, taken))) {
                while (event.next()) {
                    long offset = event.getLong("Pos");
                    next = event.getLong("End_log_pos");
                    if (offset < next) {
                        start = offset;
                        taken = 0;
                    }
                    taken++;
                    isMore = sink.take(offset, event.getString("Event_type"), event.getString("Info"));
                    if (!isMore) {
                        break;
                    }
                }
            }
        }
        return next;
    }
}
