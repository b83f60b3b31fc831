package io.serai.source.postgres;

import io.serai.change.TableRef;
import io.serai.source.TableSelection;
import java.util.Collection;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Writes the statements that prepare a database for one selection of tables. Immutable. */
final class SetupScript {
    private final PostgresSettings settings;
    private final SortedSet<TableRef> tables;
    private final boolean wildcards;

    /**
     * @param existing the tables of the database that the selection wants; empty when it could not be asked
     */
    SetupScript(PostgresSettings settings, TableSelection selection, Collection<TableRef> existing) {
        this.settings = settings;
        this.tables = new TreeSet<>(selection.named());
        this.wildcards = !tables.containsAll(existing);
        this.tables.addAll(existing);
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
        line(
                sql,
                "-- The role that replicates. On RDS: without REPLICATION, and GRANT rds_replication TO " + role + ";");
        line(sql, "CREATE ROLE " + role + " WITH REPLICATION BYPASSRLS LOGIN PASSWORD '…';");
        for (String schema : tables.stream().map(TableRef::schema).collect(Collectors.toCollection(TreeSet::new))) {
            line(sql, "GRANT USAGE ON SCHEMA " + Sql.name(schema) + " TO " + role + ";");
            if (wildcards) {
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
                wildcards || tables.isEmpty()
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
