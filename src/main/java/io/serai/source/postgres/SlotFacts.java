package io.serai.source.postgres;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.LinkedHashMap;
import java.util.Map;

/** What an operator should see of the database's side. */
final class SlotFacts {
    private SlotFacts() {}

    static Map<String, String> read(Connection connection, String slot) throws SQLException {
        int version = connection.getMetaData().getDatabaseMajorVersion();
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("server-version", connection.getMetaData().getDatabaseProductVersion());
        facts.put("server-role", Standby.isOne(connection) ? "standby" : "primary");
        facts.put("slot", slot);
        String status = version >= 13 ? "wal_status" : "NULL";
        String limit = version >= 13 ? "current_setting('max_slot_wal_keep_size')" : "NULL";
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT active, confirmed_flush_lsn, pg_wal_lsn_diff("
                        + LogHead.SQL + ", restart_lsn), " + status + ", " + limit
                        + " FROM pg_replication_slots WHERE slot_name = "
                        + Sql.literal(slot))) {
            if (rows.next()) {
                facts.put("slot-active", Boolean.toString(rows.getBoolean(1)));
                put(facts, "slot-confirmed", rows.getString(2));
                put(facts, "wal-retained-bytes", rows.getString(3));
                put(facts, "wal-status", rows.getString(4));
                put(facts, "wal-keep-limit", rows.getString(5));
            } else {
                facts.put("slot-active", "missing");
            }
        }
        return facts;
    }

    private static void put(Map<String, String> facts, String name, String value) {
        if (value != null) {
            facts.put(name, value);
        }
    }
}
