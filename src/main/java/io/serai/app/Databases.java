package io.serai.app;

import io.serai.change.TableRef;
import io.serai.config.ClientCertificate;
import io.serai.config.Connection;
import io.serai.config.LostHistory;
import io.serai.config.MongoConnection;
import io.serai.config.MysqlConnection;
import io.serai.config.PostgresConnection;
import io.serai.error.SeraiException;
import io.serai.source.OnLostHistory;
import io.serai.source.SourceDatabase;
import io.serai.source.TableSelection;
import io.serai.source.mongodb.MongoDatabase;
import io.serai.source.mongodb.MongoSettings;
import io.serai.source.mongodb.MongoSource;
import io.serai.source.mongodb.PostImages;
import io.serai.source.mysql.MysqlDatabase;
import io.serai.source.mysql.MysqlSettings;
import io.serai.source.mysql.MysqlSource;
import io.serai.source.postgres.PostgresDatabase;
import io.serai.source.postgres.PostgresSettings;
import io.serai.source.postgres.PostgresSource;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Makes the object that stands for a connection's database. */
public final class Databases {
    private static final Duration LOOK = Duration.ofSeconds(3);

    private static final TableSelection NO_TABLES = new TableSelection() {
        @Override
        public boolean isWanted(TableRef table) {
            return false;
        }

        @Override
        public Optional<Set<String>> schemas() {
            return Optional.of(Set.of());
        }

        @Override
        public List<TableRef> named() {
            return List.of();
        }
    };

    private Databases() {}

    /**
     * A database that has not been connected to yet; the caller closes it.
     *
     * @param storageId the id of the storage that it is replicated into, which names what is created in the database
     */
    public static SourceDatabase open(Connection connection, String storageId) {
        return switch (connection) {
            case PostgresConnection postgres ->
                new PostgresDatabase(settings(postgres, postgres.connectTimeout()), storageId);
            case MongoConnection mongo -> new MongoDatabase(settings(mongo, mongo.connectTimeout()), storageId);
            case MysqlConnection mysql -> new MysqlDatabase(settings(mysql, mysql.connectTimeout()), storageId);
        };
    }

    /** What the database says of its side at this moment, or why it cannot be asked; a server that does not answer is not waited for long. */
    static Map<String, String> facts(Connection connection, String storageId) {
        SourceDatabase opened = switch (connection) {
            case PostgresConnection postgres -> new PostgresDatabase(settings(postgres, LOOK), storageId);
            case MongoConnection mongo -> new MongoDatabase(settings(mongo, LOOK), storageId);
            case MysqlConnection mysql -> new MysqlDatabase(settings(mysql, LOOK), storageId);
        };
        try (SourceDatabase database = opened) {
            database.tables(NO_TABLES); // which connects
            return database.facts();
        } catch (SQLException | SeraiException e) {
            return Map.of("database", String.valueOf(opened.explain(e).getMessage()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Map.of();
        }
    }

    /** What a route of the connection finds under its id. */
    static Object source(Connection connection) {
        return switch (connection) {
            case PostgresConnection postgres ->
                new PostgresSource(
                        settings(postgres, postgres.connectTimeout()),
                        postgres.tag(),
                        onLostHistory(postgres.onLostHistory()));
            case MongoConnection mongo ->
                new MongoSource(
                        settings(mongo, mongo.connectTimeout()), mongo.tag(), onLostHistory(mongo.onLostHistory()));
            case MysqlConnection mysql ->
                new MysqlSource(
                        settings(mysql, mysql.connectTimeout()), mysql.tag(), onLostHistory(mysql.onLostHistory()));
        };
    }

    /** Where the database is, as parameters of a route template whose endpoint is not Serai's own. */
    static Map<String, Object> parameters(Connection connection) {
        return switch (connection) {
            case PostgresConnection postgres ->
                Map.of(
                        "hostname", postgres.hostname(),
                        "port", postgres.port(),
                        "database", postgres.database(),
                        "username", postgres.username(),
                        "password", postgres.password(),
                        "sslmode",
                                postgres.sslmode()
                                        .name()
                                        .toLowerCase(Locale.ROOT)
                                        .replace('_', '-'));
            case MysqlConnection mysql ->
                Map.of(
                        "hostname", mysql.hostname(),
                        "port", mysql.port(),
                        "username", mysql.username(),
                        "password", mysql.password(),
                        "sslmode",
                                switch (mysql.sslmode()) {
                                    case VERIFY_FULL -> "verify_identity";
                                    case VERIFY_CA -> "verify_ca";
                                    case DISABLE -> "disabled";
                                });
            case MongoConnection mongo -> Map.of();
        };
    }

    private static OnLostHistory onLostHistory(LostHistory configured) {
        return switch (configured) {
            case RESNAPSHOT -> OnLostHistory.RESNAPSHOT;
            case WAIT -> OnLostHistory.WAIT;
        };
    }

    /** The connection in the words of the source. */
    private static MongoSettings settings(MongoConnection connection, Duration connectTimeout) {
        return new MongoSettings(
                connection.id(),
                connection.uri(),
                connection.database(),
                connection.username(),
                connection.password(),
                switch (connection.postImages()) {
                    case OFF -> PostImages.OFF;
                    case AUTO_CONFIGURE -> PostImages.AUTO_CONFIGURE;
                    case READ_ONLY -> PostImages.READ_ONLY;
                },
                connectTimeout,
                null);
    }

    /** The connection in the words of the source. */
    private static MysqlSettings settings(MysqlConnection connection, Duration connectTimeout) {
        return new MysqlSettings(
                connection.id(),
                connection.hostname(),
                connection.port(),
                connection.database(),
                connection.username(),
                connection.password(),
                switch (connection.sslmode()) {
                    case VERIFY_FULL -> MysqlSettings.Encryption.VERIFY_FULL;
                    case VERIFY_CA -> MysqlSettings.Encryption.VERIFY_CA;
                    case DISABLE -> MysqlSettings.Encryption.DISABLE;
                },
                connection.cacert().orElse(null),
                connection.client().map(ClientCertificate::certificate).orElse(null),
                connection.client().map(ClientCertificate::privateKey).orElse(null),
                connection.serverId(),
                connectTimeout);
    }

    /** The connection in the words of the source. */
    private static PostgresSettings settings(PostgresConnection connection, Duration connectTimeout) {
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
                connection.client().map(ClientCertificate::certificate).orElse(null),
                connection.client().map(ClientCertificate::privateKey).orElse(null),
                connection.tlsServername().orElse(null),
                connection.slotNamePrefix(),
                connection.failoverSlot(),
                connectTimeout);
    }
}
