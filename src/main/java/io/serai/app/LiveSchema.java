package io.serai.app;

import io.serai.change.TableRef;
import io.serai.config.Connection;
import io.serai.error.SeraiException;
import io.serai.source.RulesSelection;
import io.serai.source.SourceDatabase;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Looks up the tables that the sync rules name in the databases as they are now. */
public final class LiveSchema {
    private LiveSchema() {}

    /** What differs, in lines; a database that cannot be reached is a line, too. */
    public static List<String> compare(Configuration configuration) throws InterruptedException {
        List<String> lines = new ArrayList<>();
        for (Connection connection : configuration.service().connections()) {
            try (SourceDatabase database = Databases.open(connection, "")) {
                compare(configuration, connection, database, lines);
            }
        }
        return lines;
    }

    private static void compare(
            Configuration configuration, Connection connection, SourceDatabase database, List<String> lines)
            throws InterruptedException {
        RulesSelection selection =
                new RulesSelection(configuration.rules(), connection.tag(), database.defaultSchema());
        try {
            Set<TableRef> published = database.tables(selection).stream()
                    .map(table -> table.relation().table())
                    .collect(Collectors.toSet());
            for (TableRef table : selection.named()) {
                if (!published.contains(table)) {
                    lines.add("source " + connection.id() + ": table " + table
                            + " does not exist or is not published; its rows come when it is.");
                }
            }
        } catch (SQLException | SeraiException e) {
            lines.add("source " + connection.id() + ": its schema was not compared. "
                    + database.explain(e).getMessage());
        }
    }
}
