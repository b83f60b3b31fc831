package io.serai.source.postgres;

import io.serai.change.TableRef;
import io.serai.error.ErrorCode;
import io.serai.source.Finding;
import io.serai.source.Finding.Severity;
import io.serai.source.TableSelection;
import io.serai.source.postgres.DescribedTable.Obstacle;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Compares a database with what replication needs of it; changes nothing. Used once, confined to one thread. */
final class DatabaseCheck {
    private static final int LEAST_VERSION = 11;

    /** From this version on a partitioned table can be named by a publication; before it is published where all tables are. */
    static final int PARTITIONED_MEMBERS = 13;

    private final Connection connection;
    private final PostgresSettings settings;
    private final String slot;
    private final boolean hasSender;
    private final int version;
    private final String role;
    private final boolean standby;
    private final List<Finding> findings = new ArrayList<>();

    /** @param hasSender whether a WAL sender is ours already, for the log that is still to be opened */
    DatabaseCheck(Connection connection, PostgresSettings settings, String slot, boolean hasSender)
            throws SQLException {
        this.connection = connection;
        this.settings = settings;
        this.slot = slot;
        this.hasSender = hasSender;
        this.version = connection.getMetaData().getDatabaseMajorVersion();
        this.role = Sql.name(settings.username());
        this.standby = Standby.isOne(connection);
    }

    List<Finding> findings(TableSelection selection) throws SQLException {
        if (version < LEAST_VERSION) {
            error(
                    ErrorCode.POSTGRES_VERSION,
                    "The server is Postgres " + version,
                    "Postgres " + LEAST_VERSION + " or newer",
                    "");
            return findings; // the catalog of an older one is another one
        }
        checkServer();
        checkRole();
        checkSlots();
        if (checkPublication()) {
            checkTables(selection);
        }
        return findings;
    }

    private void checkServer() throws SQLException {
        if (standby) {
            checkStandby();
        } else if (settings.failoverSlot()) {
            checkFailover();
        }
        String level = setting("wal_level");
        if (!"logical".equals(level)) {
            error(
                    ErrorCode.POSTGRES_WAL_LEVEL,
                    "The server does not write the logical log: wal_level is \"" + level + "\"",
                    "\"logical\"",
                    logicalLevel());
        }
    }

    private void checkStandby() throws SQLException {
        Obstacle obstacle = Standby.obstacle(connection, slot, settings.failoverSlot());
        if (obstacle != null) {
            error(obstacle.code(), obstacle.what(), "a primary", obstacle.fix());
        }
        String feedback = setting("hot_standby_feedback");
        String upstream = setting("primary_slot_name");
        if (!"on".equals(feedback) || upstream == null || upstream.isEmpty()) {
            warn(
                    ErrorCode.POSTGRES_RETENTION,
                    "The primary does not keep for this standby what slots need: hot_standby_feedback is \"" + feedback
                            + "\", primary_slot_name is \"" + upstream + "\"",
                    "\"on\", and a physical slot of the primary",
                    "SELECT pg_create_physical_replication_slot('…'); on the primary; here: ALTER SYSTEM SET"
                            + " hot_standby_feedback = on; ALTER SYSTEM SET primary_slot_name = '…'; SELECT pg_reload_conf();");
        }
    }

    private void checkFailover() throws SQLException {
        if (version < Slot.FAILOVER_VERSION) {
            error(
                    ErrorCode.POSTGRES_FAILOVER_SLOT,
                    "Postgres " + version + " has no failover slots",
                    "Postgres " + Slot.FAILOVER_VERSION + " or newer",
                    "Set failover_slot: false in service.yaml: the source is copied again after a failover.");
            return;
        }
        String awaited = setting("synchronized_standby_slots");
        if (awaited == null || awaited.isBlank()) {
            String physical = text("(SELECT string_agg(quote_ident(slot_name), ', ' ORDER BY slot_name)"
                    + " FROM pg_replication_slots WHERE slot_type = 'physical' AND NOT temporary)");
            warn(
                    ErrorCode.POSTGRES_FAILOVER_SLOT,
                    "synchronized_standby_slots is empty: a standby that is promoted may lack what is replicated already,"
                            + " and then the source is copied again",
                    "the physical slots of the standbys that may be promoted",
                    "ALTER SYSTEM SET synchronized_standby_slots = " + (physical == null ? "…" : physical)
                            + "; SELECT pg_reload_conf();");
            return;
        }
        for (List<@Nullable String> row : rows("SELECT trim(both ' \"' from name) FROM unnest(string_to_array("
                + Sql.literal(awaited) + ", ',')) name WHERE NOT EXISTS (SELECT FROM pg_replication_slots"
                + " WHERE slot_name = trim(both ' \"' from name) AND active)")) {
            warn(
                    ErrorCode.POSTGRES_FAILOVER_SLOT,
                    "No standby reads slot \"" + row.get(0)
                            + "\" of synchronized_standby_slots, so the server sends nothing before one does",
                    "a standby that reads it (its primary_slot_name)",
                    "Start the standby, or take the slot out of synchronized_standby_slots.");
        }
    }

    /** Hosted servers do not let anyone set wal_level itself. */
    private String logicalLevel() throws SQLException {
        if (setting("rds.logical_replication") != null) {
            return "Set rds.logical_replication = 1 in the parameter group and reboot the instance.";
        }
        if (setting("cloudsql.logical_decoding") != null) {
            return "Set the flag cloudsql.logical_decoding = on and restart the instance.";
        }
        if (setting("azure.extensions") != null) {
            return "Set the server parameter wal_level = logical in the portal and restart the server.";
        }
        return "Run ALTER SYSTEM SET wal_level = logical; and restart the server. A provider that does not offer it has no logical replication.";
    }

    private void checkRole() throws SQLException {
        if (is("(SELECT rolreplication OR rolsuper FROM pg_roles WHERE rolname = current_user)")) {
            return;
        }
        boolean rds = is("EXISTS (SELECT FROM pg_roles WHERE rolname = 'rds_replication')");
        if (rds && is("pg_has_role('rds_replication', 'member')")) {
            return;
        }
        error(
                ErrorCode.POSTGRES_ROLE,
                "Role " + role + " may not replicate",
                "the attribute REPLICATION",
                rds ? "GRANT rds_replication TO " + role + ";" : "ALTER ROLE " + role + " WITH REPLICATION;");
    }

    private void checkSlots() throws SQLException {
        Slot ours = Slot.find(connection, slot);
        if (ours == null) {
            checkRoom("pg_replication_slots", "max_replication_slots", "replication slot");
        }
        if (!hasSender && (ours == null || !ours.active())) {
            checkRoom("pg_stat_replication", "max_wal_senders", "WAL sender");
        }
        if (ours != null) {
            checkOwn(ours);
        }
        checkForgotten();
    }

    private void checkRoom(String view, String limit, String what) throws SQLException {
        String used = text("(SELECT count(*) FROM " + view + ")");
        if (is("(SELECT count(*) FROM " + view + ") >= current_setting('" + limit + "')::int")) {
            error(
                    ErrorCode.POSTGRES_SLOTS_EXHAUSTED,
                    "The server has no free " + what + ": " + used + " are in use, and " + limit + " is "
                            + setting(limit),
                    "one that is free",
                    "Drop one that nobody uses, or ALTER SYSTEM SET " + limit + " = "
                            + (Integer.parseInt(String.valueOf(used)) + 5) + "; and restart the server.");
        }
    }

    private void checkOwn(Slot ours) throws SQLException {
        if (ours.lost() != null) {
            warn(
                    ErrorCode.POSTGRES_SLOT_LOST,
                    "Replication slot \"" + slot + "\" was invalidated: " + ours.lost(),
                    "a slot that keeps the log",
                    ErrorCode.POSTGRES_SLOT_LOST.remedy());
        }
        String keep =
                version >= 13 ? text("(SELECT setting FROM pg_settings WHERE name = 'max_slot_wal_keep_size')") : "-1";
        long megabytes = Long.parseLong(String.valueOf(keep));
        long retained = ours.retainedBytes() >> 20;
        if (megabytes >= 0 && retained > megabytes / 2) {
            warn(
                    ErrorCode.POSTGRES_RETENTION,
                    "Slot \"" + slot + "\" retains " + retained + " MB of the " + megabytes
                            + " MB that max_slot_wal_keep_size allows",
                    "less than half of it",
                    "ALTER SYSTEM SET max_slot_wal_keep_size = '" + 4 * Math.max(retained, 1024)
                            + "MB'; SELECT pg_reload_conf();");
        }
        String idle = version >= 18 ? setting("idle_replication_slot_timeout") : "0";
        if (idle != null && !idle.equals("0")) {
            warn(
                    ErrorCode.POSTGRES_RETENTION,
                    "The server invalidates slots that nobody read for " + idle,
                    "idle_replication_slot_timeout = 0, or a timeout longer than Serai is ever stopped",
                    "ALTER SYSTEM SET idle_replication_slot_timeout = 0; SELECT pg_reload_conf();");
        }
    }

    private void checkForgotten() throws SQLException {
        String prefix = settings.slotName("").replaceAll("_$", "");
        String copies = standby && version >= Slot.FAILOVER_VERSION ? " AND NOT synced" : "";
        for (List<@Nullable String> row :
                rows("SELECT slot_name, slot_name FROM pg_replication_slots WHERE database = current_database()"
                        + " AND plugin = 'pgoutput' AND NOT active AND starts_with(slot_name, "
                        + Sql.literal(prefix + "_")
                        + ") AND slot_name <> " + Sql.literal(slot) + copies)) {
            warn(
                    ErrorCode.POSTGRES_FORGOTTEN_SLOT,
                    "Nobody reads replication slot \"" + row.get(0) + "\", and the server keeps its log",
                    "no slot but those in use",
                    "SELECT pg_drop_replication_slot('" + row.get(0) + "'); if no other installation needs it.");
        }
    }

    private boolean checkPublication() throws SQLException {
        List<List<@Nullable String>> found =
                rows("SELECT pubinsert, pubupdate, pubdelete, pubtruncate FROM pg_publication WHERE pubname = "
                        + Sql.literal(Catalog.PUBLICATION));
        if (found.isEmpty()) {
            error(
                    ErrorCode.POSTGRES_PUBLICATION_MISSING,
                    "The publication \"" + Catalog.PUBLICATION + "\" does not exist",
                    "a publication with this name",
                    "CREATE PUBLICATION " + Catalog.PUBLICATION + " FOR ALL TABLES;");
            return false;
        }
        if (found.get(0).contains("f")) {
            error(
                    ErrorCode.POSTGRES_PUBLICATION_INCOMPLETE,
                    "The publication \"" + Catalog.PUBLICATION + "\" leaves out inserts, updates, deletes or truncates",
                    "all four",
                    "ALTER PUBLICATION " + Catalog.PUBLICATION
                            + " SET (publish = 'insert, update, delete, truncate');");
        }
        return true;
    }

    private void checkTables(TableSelection selection) throws SQLException {
        Catalog catalog = new Catalog(connection);
        PartitionTree tree = catalog.published();
        for (DescribedTable table : catalog.describe(tree.wanted(selection))) {
            if (table.obstacle() != null) {
                error(
                        table.obstacle().code(),
                        table.obstacle().what(),
                        "a table that can be followed",
                        table.obstacle().fix());
            } else {
                checkReadable(table.published().oid(), table.published().table());
                checkLeavesReadable(table.published());
                checkKey(table);
                checkGenerated(table.published());
            }
        }
        Map<TableRef, Existing> existing = existing();
        List<PublishedTable> published = tree.published();
        published.forEach(table -> existing.remove(table.table()));
        checkLeftOut(selection, existing, published);
    }

    private void checkKey(DescribedTable table) {
        if (table.relation().keyColumns().isEmpty()) {
            warn(
                    ErrorCode.POSTGRES_REPLICA_IDENTITY,
                    "Table \"" + table.published().table()
                            + "\" has no primary key that names its rows: it is copied in one long transaction, which"
                            + " begins again when it is interrupted, and equal rows are one row for clients",
                    "a primary key that is not deferrable",
                    "ALTER TABLE " + Sql.name(table.published().table()) + " ADD PRIMARY KEY (…);");
        }
    }

    /** Partitions are read one by one, so the right to read their table is not enough. */
    private void checkLeavesReadable(PublishedTable table) throws SQLException {
        if (table.leaves().isEmpty()) {
            return;
        }
        Map<String, TableRef> names = new HashMap<>();
        table.leaves().forEach(leaf -> names.put(Long.toString(leaf.oid()), leaf.table()));
        for (List<@Nullable String> row : rows("SELECT c.oid FROM pg_class c WHERE c.oid IN ("
                + String.join(",", names.keySet())
                + ") AND NOT (has_schema_privilege(c.relnamespace, 'USAGE') AND has_table_privilege(c.oid, 'SELECT')"
                + " AND NOT row_security_active(c.oid)) ORDER BY c.relname")) {
            String oid = String.valueOf(row.get(0));
            TableRef name = names.get(oid);
            if (name != null) {
                checkReadable(Long.parseLong(oid), name);
            }
        }
    }

    private void checkReadable(long oid, TableRef table) throws SQLException {
        String name = Sql.name(table);
        boolean schema =
                is("has_schema_privilege(" + Sql.literal(Sql.name(table.schema())) + "::regnamespace, 'USAGE')");
        if (!schema || !is("has_table_privilege(" + oid + "::oid, 'SELECT')")) {
            error(
                    ErrorCode.POSTGRES_SELECT_DENIED,
                    "Role " + role + " may not read table \"" + table + "\"",
                    "SELECT on it",
                    (schema ? "" : "GRANT USAGE ON SCHEMA " + Sql.name(table.schema()) + " TO " + role + "; ")
                            + "GRANT SELECT ON " + name + " TO " + role + ";");
        } else if (is("row_security_active(" + oid + "::oid)")) {
            error(
                    ErrorCode.POSTGRES_ROW_SECURITY,
                    "Row level security may hide rows of table \"" + table + "\" from role " + role,
                    "the attribute BYPASSRLS",
                    "ALTER ROLE " + role + " WITH BYPASSRLS;");
        }
    }

    private void checkGenerated(PublishedTable table) throws SQLException {
        if (version < 12 || table.generatedPublished()) {
            return;
        }
        String columns = text("(SELECT string_agg(quote_ident(attname), ', ') FROM pg_attribute WHERE attrelid = "
                + table.oid() + " AND attnum > 0 AND NOT attisdropped AND attgenerated <> '')");
        if (columns != null) {
            warn(
                    ErrorCode.POSTGRES_PUBLICATION_INCOMPLETE,
                    "The server does not publish generated columns, so table \"" + table.table() + "\" comes without "
                            + columns,
                    "columns that are published",
                    version >= 18
                            ? "ALTER PUBLICATION " + Catalog.PUBLICATION + " SET (publish_generated_columns = stored);"
                            : "");
        }
    }

    /** Tables that the sync config names, or that its wildcards mean, and that the publication does not have. */
    private void checkLeftOut(
            TableSelection selection, Map<TableRef, Existing> unpublished, List<PublishedTable> published) {
        for (TableRef named : selection.named()) {
            Existing found = unpublished.remove(named);
            if (found != null) {
                error(
                        ErrorCode.POSTGRES_PUBLICATION_INCOMPLETE,
                        found.what(named),
                        "a table in the publication",
                        found.fix(named, version));
            } else if (published.stream().noneMatch(table -> table.table().equals(named))) {
                warn(
                        ErrorCode.POSTGRES_TABLE_MISSING,
                        "Table \"" + named + "\" of the sync config does not exist",
                        "the table, before its rows can be replicated",
                        "");
            }
        }
        unpublished.forEach((table, found) -> {
            if (selection.isWanted(table) && found.isTable()) {
                warn(
                        ErrorCode.POSTGRES_PUBLICATION_INCOMPLETE,
                        found.what(table),
                        "a table in the publication",
                        found.fix(table, version));
            }
        });
    }

    private Map<TableRef, Existing> existing() throws SQLException {
        Map<TableRef, Existing> existing = new TreeMap<>();
        for (List<@Nullable String> row : rows(
                "SELECT n.nspname, c.relname, c.relkind, c.relpersistence, (SELECT puballtables FROM"
                        + " pg_publication WHERE pubname = " + Sql.literal(Catalog.PUBLICATION)
                        + ") FROM pg_class c JOIN pg_namespace n ON"
                        + " n.oid = c.relnamespace WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND c.oid >= 16384 AND c.relpersistence <> 't'")) {
            existing.put(
                    new TableRef(String.valueOf(row.get(0)), String.valueOf(row.get(1))),
                    new Existing(String.valueOf(row.get(2)), String.valueOf(row.get(3))));
        }
        return existing;
    }

    private void error(ErrorCode code, String found, String needed, String fix) {
        findings.add(new Finding(code, Severity.ERROR, found, needed, fix));
    }

    private void warn(ErrorCode code, String found, String needed, String fix) {
        findings.add(new Finding(code, Severity.WARNING, found, needed, fix));
    }

    private boolean is(String condition) throws SQLException {
        return "t".equals(text(condition));
    }

    private @Nullable String setting(String name) throws SQLException {
        return text("current_setting(" + Sql.literal(name) + ", true)");
    }

    private @Nullable String text(String expression) throws SQLException {
        return rows("SELECT " + expression).get(0).get(0);
    }

    private List<List<@Nullable String>> rows(String query) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(query)) {
            int columns = result.getMetaData().getColumnCount();
            List<List<@Nullable String>> rows = new ArrayList<>();
            while (result.next()) {
                List<@Nullable String> row = new ArrayList<>(columns);
                for (int i = 1; i <= columns; i++) {
                    row.add(result.getString(i));
                }
                rows.add(row);
            }
            return rows;
        }
    }

    /** Something with the name of a table that the publication does not have. */
    private record Existing(String kind, String persistence) {
        boolean isTable() {
            return (kind.equals("r") || kind.equals("p")) && persistence.equals("p");
        }

        String what(TableRef name) {
            String quoted = "\"" + name + "\"";
            if (isTable()) {
                return "Table " + quoted + " is not in the publication \"" + Catalog.PUBLICATION + "\"";
            }
            return switch (kind) {
                case "v", "m" -> quoted + " is a view, which has no log";
                case "f" -> quoted + " is a foreign table, which has no log here";
                default -> "Table " + quoted + " is unlogged";
            };
        }

        String fix(TableRef name, int version) {
            if (kind.equals("p") && version < PARTITIONED_MEMBERS) {
                return "DROP PUBLICATION IF EXISTS " + Catalog.PUBLICATION + "; CREATE PUBLICATION "
                        + Catalog.PUBLICATION + " FOR ALL TABLES;";
            }
            if (isTable()) {
                return "ALTER PUBLICATION " + Catalog.PUBLICATION + " ADD TABLE " + Sql.name(name) + ";";
            }
            return kind.equals("r") ? "ALTER TABLE " + Sql.name(name) + " SET LOGGED;" : "";
        }
    }
}
