package io.serai.source.mysql;

import io.serai.change.TableRef;
import io.serai.source.TableSelection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** What prepares a server: lines of its option file, and statements. */
final class SetupScript {
    private SetupScript() {}

    /** The script for the tables that are named, or, with wildcards, for their databases. */
    static String text(MysqlSettings settings, TableSelection selection) {
        StringBuilder out = new StringBuilder("""
                -- Prepares MySQL for Serai. The server's option file needs these lines, below [mysqld]; a restart makes them count:
                --   server_id=1                  (any number that no other server of the replication has)
                --   log_bin=binlog
                --   gtid_mode=ON
                --   enforce_gtid_consistency=ON
                --   binlog_format=ROW
                --   binlog_row_image=FULL        (recommended; smaller images are completed from what is stored)
                -- Run the statements as an administrator; read them before. Choose a password.
                CREATE USER '%s'@'%%' IDENTIFIED BY '<password>';
                GRANT REPLICATION SLAVE, REPLICATION CLIENT ON *.* TO '%s'@'%%';
                """.formatted(
                settings.username().replace("'", "''"), settings.username().replace("'", "''")));
        grants(selection).forEach(on -> out.append(grant(settings, on)).append('\n'));
        return out.toString();
    }

    private static Set<String> grants(TableSelection selection) {
        List<TableRef> named = selection.named();
        Set<String> on = new TreeSet<>();
        Optional<Set<String>> schemas = selection.schemas();
        if (schemas.isEmpty()) {
            on.add("*.*");
        } else if (named.isEmpty()) {
            schemas.get().forEach(schema -> on.add(Sql.name(schema) + ".*"));
        } else {
            named.forEach(table -> on.add(Sql.name(table)));
            schemas.get().stream()
                    .filter(schema ->
                            named.stream().noneMatch(table -> table.schema().equals(schema)))
                    .forEach(schema -> on.add(Sql.name(schema) + ".*"));
        }
        return on;
    }

    /** The statement that lets the user read. */
    static String grant(MysqlSettings settings, String on) {
        return "GRANT SELECT ON " + on + " TO '" + settings.username().replace("'", "''") + "'@'%';";
    }
}
