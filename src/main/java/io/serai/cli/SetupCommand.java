package io.serai.cli;

import io.serai.app.Configuration;
import io.serai.app.Databases;
import io.serai.config.Connection;
import io.serai.config.MongoConnection;
import io.serai.config.MysqlConnection;
import io.serai.config.PostgresConnection;
import io.serai.source.RulesSelection;
import io.serai.source.SourceDatabase;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code serai setup}: the statements that prepare each database. */
@Command(
        name = "setup",
        header = {"Prints what prepares the databases: SQL, or a script for mongosh.", ""},
        description = {
            "Prints the statements that prepare each source's database for the tables of the sync rules: the"
                    + " replicating role, the",
            "publication, grants. Read them, then run them as the database's owner. Nothing is changed by this command."
        },
        footer = {"", "serai setup | psql -h db.internal -U owner shop"})
final class SetupCommand implements Callable<Integer> {
    @Mixin
    private final ConfigOption config = new ConfigOption();

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        Configuration configuration = config.load();
        for (Connection connection : configuration.service().connections()) {
            try (SourceDatabase database = Databases.open(connection, "")) {
                RulesSelection selection =
                        new RulesSelection(configuration.rules(), connection.tag(), database.defaultSchema());
                spec.commandLine().getOut().println(comment(connection) + "source " + connection.id());
                spec.commandLine().getOut().println(database.setup(selection).stripTrailing());
            }
        }
        return 0;
    }

    /** What begins a comment in the language of the database's own shell. */
    private static String comment(Connection connection) {
        return switch (connection) {
            case PostgresConnection postgres -> "-- ";
            case MysqlConnection mysql -> "-- ";
            case MongoConnection mongo -> "// ";
        };
    }
}
