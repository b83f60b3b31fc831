package io.serai.source.mysql;

import io.serai.change.TableRef;
import io.serai.error.ErrorCode;
import io.serai.source.Finding;
import io.serai.source.Finding.Severity;
import io.serai.source.TableSelection;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Compares a server with what replication needs. Confined to one thread. */
final class DatabaseCheck {
    private final Connection connection;
    private final MysqlSettings settings;
    private final List<Finding> findings = new ArrayList<>();

    DatabaseCheck(Connection connection, MysqlSettings settings) {
        this.connection = connection;
        this.settings = settings;
    }

    List<Finding> findings(TableSelection selection) throws SQLException {
        String version = ServerState.value(connection, "SELECT VERSION()");
        if (version.toLowerCase(Locale.ROOT).contains("mariadb")) {
            error(
                    ErrorCode.MYSQL_MARIADB,
                    "The server is MariaDB " + version + ", whose GTIDs and binary log are others than MySQL's",
                    "MySQL 5.7 or later",
                    "");
            return findings;
        }
        if (connection.getMetaData().getDatabaseMajorVersion() < 6 && !version.startsWith("5.7")) {
            error(ErrorCode.MYSQL_VERSION, "The server is MySQL " + version, "MySQL 5.7 or later", "");
            return findings;
        }
        settings();
        if (findings.isEmpty()) {
            privileges();
            databases(selection);
        }
        if (findings.isEmpty()) {
            Catalog catalog = Catalog.look(connection, selection);
            log(selection, catalog.foreignKeys());
            tables(selection, catalog);
        }
        return findings;
    }

    private void settings() throws SQLException {
        require("log_bin", "ON", ErrorCode.MYSQL_LOG_BIN, "log_bin=binlog");
        require("gtid_mode", "ON", ErrorCode.MYSQL_GTID_MODE, "gtid_mode=ON");
        require("enforce_gtid_consistency", "ON", ErrorCode.MYSQL_GTID_MODE, "enforce_gtid_consistency=ON");
        require("binlog_format", "ROW", ErrorCode.MYSQL_BINLOG_FORMAT, "binlog_format=ROW");
        String serverId = ServerState.variable(connection, "server_id");
        if ("0".equals(serverId)) {
            error(ErrorCode.MYSQL_SERVER_ID, "server_id is 0", "a number of its own", inOptions("server_id=1"));
        } else if (String.valueOf(settings.serverId()).equals(serverId)) {
            error(
                    ErrorCode.MYSQL_SERVER_ID,
                    "server_id of the connection is " + serverId + ", which is the server's own",
                    "another number",
                    "Choose another `server_id` for the connection in service.yaml, or leave it out.");
        }
    }

    /** A variable that a server does not have any more has the value that it needs. */
    private void require(String variable, String needed, ErrorCode code, String option) throws SQLException {
        String value = ServerState.variable(connection, variable);
        if (value != null && !value.equalsIgnoreCase(needed)) {
            error(code, variable + " is " + value, variable + " = " + needed, inOptions(option));
        }
    }

    private static String inOptions(String option) {
        return "Write " + option + " into the server's option file, below [mysqld], and start the server again.";
    }

    private void privileges() throws SQLException {
        Set<String> granted = new HashSet<>();
        try (Statement statement = connection.createStatement();
                ResultSet grants = statement.executeQuery("SHOW GRANTS")) {
            while (grants.next()) {
                String grant = grants.getString(1).toUpperCase(Locale.ROOT);
                int on = grant.indexOf(" ON *.* ");
                if (grant.startsWith("GRANT ") && on > 0) {
                    for (String privilege :
                            grant.substring("GRANT ".length(), on).split(",")) {
                        granted.add(privilege.strip());
                    }
                }
            }
        }
        for (String privilege : List.of("REPLICATION SLAVE", "REPLICATION CLIENT")) {
            if (!granted.contains(privilege) && !granted.contains("ALL PRIVILEGES")) {
                error(
                        ErrorCode.MYSQL_PRIVILEGE,
                        "The user " + settings.username() + " lacks " + privilege,
                        privilege + " on *.*",
                        "GRANT " + privilege + " ON *.* TO " + user() + ";");
            }
        }
    }

    private String user() throws SQLException {
        String user = ServerState.value(connection, "SELECT CURRENT_USER()");
        int at = user.lastIndexOf('@');
        return Sql.literal(user.substring(0, at)) + "@" + Sql.literal(user.substring(at + 1));
    }

    /** Databases that are left out of the log, and a replica that does not log what it replicates. */
    private void log(TableSelection selection, ForeignKeys foreignKeys) throws SQLException {
        Set<String> schemas = schemas(selection);
        foreignKeys.parents().forEach(parent -> schemas.add(parent.schema()));
        try (Statement statement = connection.createStatement();
                ResultSet status = statement.executeQuery(ServerState.statusStatement(connection))) {
            if (status.next()) {
                Set<String> only = names(status.getString("Binlog_Do_DB"));
                Set<String> ignored = names(status.getString("Binlog_Ignore_DB"));
                for (String schema : schemas) {
                    if (!only.isEmpty() && !only.contains(schema) || ignored.contains(schema)) {
                        error(
                                ErrorCode.MYSQL_DATABASE_NOT_LOGGED,
                                "The server does not log the database \"" + schema + "\"",
                                "that it is logged",
                                "Correct binlog-do-db and binlog-ignore-db in the server's option file.");
                    }
                }
            }
        }
        String logsReplicated = ServerState.variable(connection, "log_replica_updates");
        if (logsReplicated == null) {
            logsReplicated = ServerState.variable(connection, "log_slave_updates");
        }
        if ("OFF".equals(logsReplicated) && isReplica()) {
            error(
                    ErrorCode.MYSQL_REPLICA_UPDATES,
                    "The server is a replica, and log_replica_updates is OFF",
                    "log_replica_updates = ON",
                    inOptions("log_replica_updates=ON"));
        }
    }

    private boolean isReplica() throws SQLException {
        boolean isNew = ServerState.variable(connection, "log_replica_updates") != null;
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(isNew ? "SHOW REPLICA STATUS" : "SHOW SLAVE STATUS")) {
            return rows.next();
        }
    }

    private Finding withoutKey(TableRef table) throws SQLException {
        String image = ServerState.variable(connection, "binlog_row_image");
        String copies = image == null || image.equals("FULL")
                ? ""
                : "; binlog_row_image is " + image + ", so each insert that leaves columns out has it copied again";
        return new Finding(
                ErrorCode.MYSQL_TABLE_WITHOUT_KEY,
                Severity.WARNING,
                "Table \"" + table
                        + "\" has neither a primary key nor a unique key of NOT NULL columns: it is copied in one"
                        + " long read, which begins again when it is interrupted, and equal rows are one row for clients"
                        + copies,
                "a primary key",
                "ALTER TABLE " + Sql.name(table) + " ADD PRIMARY KEY (…);");
    }

    private static Set<String> names(@Nullable String list) {
        return list == null || list.isEmpty() ? Set.of() : Set.of(list.split(","));
    }

    private void tables(TableSelection selection, Catalog catalog) throws SQLException {
        Set<TableRef> found = new HashSet<>();
        for (DescribedTable table : catalog.tables()) {
            found.add(table.table());
            if (table.obstacle() != null) {
                error(
                        ErrorCode.MYSQL_TABLE_UNSUPPORTED,
                        "Table \"" + table.table() + "\" " + table.obstacle(),
                        "an InnoDB table with known types",
                        "");
            }
            if (table.relation().keyColumns().isEmpty()) {
                findings.add(withoutKey(table.table()));
            }
        }
        foreignKeys(catalog);
        for (TableRef named : selection.named()) {
            if (!found.contains(named)) {
                findings.add(new Finding(
                        ErrorCode.MYSQL_TABLE_MISSING,
                        Severity.WARNING,
                        "The sync config names table \"" + named + "\", which does not exist or may not be read",
                        "the table, and SELECT on it",
                        "GRANT SELECT ON " + Sql.name(named) + " TO " + user() + ";"));
            }
        }
    }

    private void foreignKeys(Catalog catalog) throws SQLException {
        if ("OFF".equals(ServerState.variable(connection, "innodb_native_foreign_keys"))) {
            return;
        }
        for (DescribedTable table : catalog.tables()) {
            Set<ForeignKey> above = catalog.foreignKeys().above(table.table());
            if (!above.isEmpty()) {
                findings.add(new Finding(
                        ErrorCode.MYSQL_FOREIGN_KEYS,
                        Severity.WARNING,
                        "Foreign keys change rows of table \"" + table.table()
                                + "\", and the server does not log such changes: the table is copied again each time",
                        "MySQL 9.6 or later with innodb_native_foreign_keys = OFF, or foreign keys without actions",
                        ""));
            }
        }
        for (TableRef parent : catalog.foreignKeys().parents()) {
            if (!isVisible(parent)) {
                error(
                        ErrorCode.MYSQL_FOREIGN_KEYS,
                        "Foreign keys to table \"" + parent + "\", which may not be read, change rows of others, and"
                                + " the server does not log such changes",
                        "SELECT on it, to know its own foreign keys",
                        "GRANT SELECT ON " + Sql.name(parent) + " TO " + user() + ";");
            }
        }
    }

    /** Without any privilege on it a database is not seen. */
    private void databases(TableSelection selection) throws SQLException {
        for (String database : schemas(selection)) {
            String seen = ServerState.value(
                    connection,
                    "SELECT COUNT(*) FROM information_schema.SCHEMATA WHERE SCHEMA_NAME = " + Sql.literal(database));
            if ("0".equals(seen)) {
                error(
                        ErrorCode.MYSQL_DATABASE_MISSING,
                        "The server has no database \"" + database + "\", or the user may see nothing of it",
                        "the database, and SELECT on its tables",
                        "GRANT SELECT ON " + Sql.name(database) + ".* TO " + user() + ";");
            }
        }
    }

    /** The databases whose tables the sync config names. */
    private Set<String> schemas(TableSelection selection) {
        return new TreeSet<>(selection.schemas().orElse(Set.of(settings.database())));
    }

    private boolean isVisible(TableRef table) throws SQLException {
        return !"0"
                .equals(ServerState.value(
                        connection,
                        "SELECT COUNT(*) FROM information_schema.TABLES WHERE TABLE_SCHEMA = "
                                + Sql.literal(table.schema()) + " AND TABLE_NAME = " + Sql.literal(table.name())));
    }

    private void error(ErrorCode code, String found, String needed, String fix) {
        findings.add(new Finding(code, Severity.ERROR, found, needed, fix));
    }
}
