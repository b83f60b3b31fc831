package io.serai.source.postgres;

import io.serai.change.TableRef;
import io.serai.source.TableSelection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Writes the statements that prepare a database for one selection of tables. Immutable. */
final class SetupScript {
    private final PostgresSettings settings;
    private final SortedSet<TableRef> tables;
    private final boolean wildcards;
    /** Where partitions of the tables are, and will be: partitions are read one by one. */
    private final SortedSet<String> partitionSchemas = new TreeSet<>();

    private final boolean partitionsNeedAllTables;

    /** For a database that could not be asked. */
    SetupScript(PostgresSettings settings, TableSelection selection) {
        this(settings, selection, Set.of(), Map.of(), DatabaseCheck.PARTITIONED_MEMBERS);
    }

    /**
     * @param existing the tables of the database
     * @param partitionSchemas the schemas that the partitions of each partitioned table are in
     * @param version of the server
     */
    SetupScript(
            PostgresSettings settings,
            TableSelection selection,
            Set<TableRef> existing,
            Map<TableRef, Set<String>> partitionSchemas,
            int version) {
        this.settings = settings;
        this.tables = new TreeSet<>(selection.named());
        List<TableRef> wanted = existing.stream().filter(selection::isWanted).toList();
        this.wildcards = !tables.containsAll(wanted);
        this.tables.addAll(wanted);
        wanted.forEach(table -> this.partitionSchemas.addAll(partitionSchemas.getOrDefault(table, Set.of())));
        this.partitionsNeedAllTables = version < DatabaseCheck.PARTITIONED_MEMBERS && !this.partitionSchemas.isEmpty();
    }

    String text() {
        String role = Sql.name(settings.username());
        StringBuilder sql = new StringBuilder();
        line(sql, "-- Run this in database " + Sql.name(settings.database()) + ", as its owner or a superuser.");
        line(sql, "");
        line(
                sql,
                "-- The log must be written in full. This takes effect when the server is started again. On RDS, set rds.logical_replication = 1");
        line(
                sql,
                "-- in the parameter group instead; on Cloud SQL the flag cloudsql.logical_decoding; elsewhere see the provider's manual.");
        line(sql, "ALTER SYSTEM SET wal_level = logical;");
        line(sql, "");
        if (settings.failoverSlot()) {
            line(
                    sql,
                    "-- failover_slot: each standby that may be promoted needs a physical slot here, named by its primary_slot_name;");
            line(
                    sql,
                    "-- sync_replication_slots = on, hot_standby_feedback = on, and a dbname in its primary_conninfo. Then, with their names:");
            line(sql, "-- ALTER SYSTEM SET synchronized_standby_slots = …; SELECT pg_reload_conf();");
            line(sql, "");
        }
        line(
                sql,
                "-- The role that replicates. On RDS: without REPLICATION, and GRANT rds_replication TO " + role + ";");
        line(sql, "CREATE ROLE " + role + " WITH REPLICATION BYPASSRLS LOGIN PASSWORD '…';");
        SortedSet<String> schemas = new TreeSet<>(partitionSchemas);
        tables.forEach(table -> schemas.add(table.schema()));
        for (String schema : schemas) {
            line(sql, "GRANT USAGE ON SCHEMA " + Sql.name(schema) + " TO " + role + ";");
            if (wildcards || partitionSchemas.contains(schema)) {
                line(sql, "GRANT SELECT ON ALL TABLES IN SCHEMA " + Sql.name(schema) + " TO " + role + ";");
                line(
                        sql,
                        "ALTER DEFAULT PRIVILEGES IN SCHEMA " + Sql.name(schema) + " GRANT SELECT ON TABLES TO " + role
                                + ";");
            }
        }
        if (!wildcards && !tables.isEmpty()) {
            line(sql, "GRANT SELECT ON " + names() + " TO " + role + ";");
        }
        line(sql, "");
        line(sql, "-- What is replicated: the name is fixed. Each table needs a primary key.");
        line(
                sql,
                wildcards || tables.isEmpty() || partitionsNeedAllTables
                        ? "CREATE PUBLICATION " + Catalog.PUBLICATION + " FOR ALL TABLES;"
                        : "CREATE PUBLICATION " + Catalog.PUBLICATION + " FOR TABLE " + names() + ";");
        return sql.toString();
    }

    private String names() {
        return tables.stream().map(Sql::name).collect(Collectors.joining(", "));
    }

    private static void line(StringBuilder sql, String line) {
        sql.append(line).append('\n');
    }
}
