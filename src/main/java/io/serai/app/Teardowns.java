package io.serai.app;

import io.serai.app.admin.AdminClient;
import io.serai.app.admin.CommandResult;
import io.serai.config.Connection;
import io.serai.config.MongoConnection;
import io.serai.config.MysqlConnection;
import io.serai.config.PostgresConnection;
import io.serai.config.ServiceConfig;
import io.serai.error.ErrorCode;
import io.serai.error.SeraiException;
import io.serai.source.SourceDatabase;
import io.serai.storage.BucketStorage;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Optional;
import java.util.stream.Collectors;

/** Removes sources: first what was created in the database, then the data, so that after a crash in between it can be repeated. */
public final class Teardowns {
    private Teardowns() {}

    /** Removes a source through the process that runs on the storage, or alone. */
    public static CommandResult run(ServiceConfig service, String source) throws IOException, InterruptedException {
        Path folder = service.storage().path();
        Optional<AdminClient> process = Inspections.runningProcess(folder);
        if (process.isPresent()) {
            return process.get().teardown(source);
        }
        Storages.openReadOnly(folder).close(); // a storage that is not there must not be made
        try (BucketStorage storage = Storages.open(folder)) {
            return run(service, source, storage);
        }
    }

    /** Removes a source that nothing replicates at this moment. */
    static CommandResult run(ServiceConfig service, String source, BucketStorage storage) throws InterruptedException {
        Optional<Connection> connection = service.connections().stream()
                .filter(candidate -> candidate.id().equals(source))
                .findFirst();
        boolean hasData = storage.sources().contains(source);
        if (connection.isEmpty() && !hasData) {
            throw unknown(service, source);
        }
        CommandResult inDatabase = connection.isPresent()
                ? dropInDatabase(connection.get(), storage.id())
                : new CommandResult("It is not in service.yaml, so nothing was dropped in its database.\n", true);
        if (hasData) {
            storage.drop(source);
        }
        return new CommandResult(
                "source " + source + ": " + (hasData ? "its stored data was removed. " : "nothing is stored of it. ")
                        + inDatabase.text(),
                inDatabase.isComplete());
    }

    private static CommandResult dropInDatabase(Connection connection, String storageId) throws InterruptedException {
        try (SourceDatabase database = Databases.open(connection, storageId)) {
            try {
                database.teardown();
                return new CommandResult("Its " + created(connection) + " was dropped.\n", true);
            } catch (SQLException | SeraiException e) {
                return new CommandResult(
                        "Its " + created(connection) + " is LEFT" + burden(connection, storageId) + "\n  "
                                + database.explain(e).getMessage() + "\n",
                        false);
            }
        }
    }

    private static String created(Connection connection) {
        return switch (connection) {
            case PostgresConnection postgres -> "replication slot";
            case MongoConnection mongo -> "collection _powersync_checkpoints";
            case MysqlConnection mysql -> "registration as a replica";
        };
    }

    /** What it does there, and how else it is dropped. */
    private static String burden(Connection connection, String storageId) {
        String again = "  Run this command again when the database can be reached, or drop there the ";
        return switch (connection) {
            case PostgresConnection postgres ->
                " and keeps log on the server:\n" + again + "slot that\n"
                        + "  SELECT slot_name FROM pg_replication_slots WHERE slot_name LIKE '%\\_" + storageId
                        + "' shows.";
            case MongoConnection mongo -> " in the database; it does no harm:\n" + again + "collection.";
            case MysqlConnection mysql -> " until the server notices that the replica is gone.";
        };
    }

    private static SeraiException unknown(ServiceConfig service, String source) {
        String known = service.connections().stream().map(Connection::id).collect(Collectors.joining(", "));
        return new SeraiException(
                ErrorCode.COMMAND_FAILED, "There is no source \"" + source + "\"", "", "Known are " + known + ".");
    }
}
