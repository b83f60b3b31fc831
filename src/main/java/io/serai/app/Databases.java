package io.serai.app;

import io.serai.config.Connection;
import io.serai.config.PostgresConnection;
import io.serai.source.SourceDatabase;
import io.serai.source.postgres.PostgresDatabase;
import io.serai.source.postgres.PostgresSettings;
import io.serai.source.postgres.PostgresSource;

/** Makes the object that stands for a connection's database. */
public final class Databases {
    private Databases() {}

    /**
     * A database that has not been connected to yet; the caller closes it.
     *
     * @param storageId the id of the storage that it is replicated into, which names what is created in the database
     */
    public static SourceDatabase open(Connection connection, String storageId) {
        return switch (connection) {
            case PostgresConnection postgres -> new PostgresDatabase(settings(postgres), storageId);
        };
    }

    /** What a route of the connection finds under its id. */
    static Object source(Connection connection) {
        return switch (connection) {
            case PostgresConnection postgres -> new PostgresSource(settings(postgres), postgres.tag());
        };
    }

    /** The connection in the words of the source. */
    private static PostgresSettings settings(PostgresConnection connection) {
        return new PostgresSettings(
                connection.id(),
                connection.hostname(),
                connection.port(),
                connection.database(),
                connection.username(),
                connection.password(),
                switch (connection.sslmode()) {
                    case VERIFY_FULL -> PostgresSettings.SslMode.VERIFY_FULL;
                    case VERIFY_CA -> PostgresSettings.SslMode.VERIFY_CA;
                    case DISABLE -> PostgresSettings.SslMode.DISABLE;
                },
                connection.cacert().orElse(null),
                connection.clientCertificate().orElse(null),
                connection.clientPrivateKey().orElse(null),
                connection.tlsServername().orElse(null),
                connection.slotNamePrefix(),
                connection.connectTimeout());
    }
}
