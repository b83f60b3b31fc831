package io.serai.source.postgres;

import io.serai.error.ErrorCode;
import io.serai.error.SeraiException;
import io.serai.source.postgres.PostgresSettings.SslMode;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;
import org.jspecify.annotations.Nullable;
import org.postgresql.Driver;
import org.postgresql.PGProperty;

/**
 * Opens connections to one database, for SQL and for replication, whose sessions print values alike. An address can lead to several servers, or come to
 * lead to another one: what is read beside the log must be read where the log is, so the replication connection decides which one it is. Thread-safe.
 */
final class Connections {
    /** What a database or role may set otherwise, and what decides the text of values, whether a marker waits, and how long we may take. */
    private static final String SESSION = """
            SET TimeZone = 'UTC';
            SET DateStyle = 'ISO';
            SET IntervalStyle = 'postgres';
            SET extra_float_digits = 3;
            SET bytea_output = 'hex';
            SET standard_conforming_strings = on;
            SET search_path = pg_catalog;
            SET synchronous_commit = 'local';
            SET default_transaction_read_only = off;
            SET statement_timeout = 0;
            SET idle_in_transaction_session_timeout = 0;
            """;

    /**
     * Rows must come in the order of their places, or a copy could not be cut; rows that a policy hides are an error, never left out; and nothing
     * of ours waits in a queue before an application.
     */
    private static final String SQL_SESSION = """
            SET lock_timeout = '1s';
            SET row_security = off;
            SET enable_tidscan = on;
            SET synchronize_seqscans = off;
            SET max_parallel_workers_per_gather = 0;
            SET jit = off;
            """;

    /** No statement of ours is silent for so long; on a replication connection a timeout would cut messages of the log. */
    private static final int SILENT_SECONDS = 120;

    private final PostgresSettings settings;

    /** The server to which all connections must lead, or null while it can be any. */
    private volatile @Nullable String server;

    Connections(PostgresSettings settings) {
        this.settings = settings;
    }

    /** A connection in autocommit mode, to the server that the last replication connection leads to. */
    Connection sql() throws SQLException {
        Properties properties = properties();
        PGProperty.SOCKET_TIMEOUT.set(properties, SILENT_SECONDS);
        Connection connection = open(properties, SESSION + SQL_SESSION);
        if (!leadsToTheServer(connection)) {
            connection.close();
            throw new SeraiException(
                    ErrorCode.SOURCE_CONNECTION_FAILED,
                    "The address leads to another server than the log comes from",
                    settings.where(),
                    "If it stays so, name one server: the primary.");
        }
        return connection;
    }

    /** A connection that takes replication commands beside simple SQL; from now on all must lead to its server. */
    Connection replication() throws SQLException {
        Properties properties = properties();
        PGProperty.REPLICATION.set(properties, "database");
        Connection connection = open(properties, SESSION);
        server = server(connection);
        return connection;
    }

    /** Lets connections lead to any server until the next one for replication. */
    void forgetServer() {
        server = null;
    }

    /** Whether a connection of before leads to the server that the last replication connection leads to. */
    boolean leadsToTheServer(Connection connection) throws SQLException {
        String expected = server;
        return expected == null || expected.equals(server(connection));
    }

    /** When it was started tells a running server from its standbys, which have the same system identifier. */
    private static String server(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT pg_postmaster_start_time()")) {
            rows.next();
            return rows.getString(1);
        }
    }

    private Connection open(Properties properties, String session) throws SQLException {
        Connection connection = new Driver().connect(url(), properties);
        if (connection == null) {
            throw new SeraiException(ErrorCode.BUG, "The driver does not know its own address", settings.where(), "");
        }
        try (Statement statement = connection.createStatement()) {
            int version = connection.getMetaData().getDatabaseMajorVersion();
            statement.execute(session
                    // A server that is busy with what nobody wants answers our questions only every half of it.
                    + (version >= 12 ? "SET wal_sender_timeout = '60s';" : "")
                    + (version >= 14 ? "SET idle_session_timeout = 0;" : "")
                    + (version >= 17 ? "SET transaction_timeout = 0;" : ""));
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
        return connection;
    }

    private String url() {
        String host = settings.hostname().contains(":") ? "[" + settings.hostname() + "]" : settings.hostname();
        return "jdbc:postgresql://" + host + ":" + settings.port() + "/"
                + URLEncoder.encode(settings.database(), StandardCharsets.UTF_8);
    }

    private Properties properties() {
        Properties properties = new Properties();
        int seconds = (int) Math.max(1, settings.connectTimeout().toSeconds());
        PGProperty.USER.set(properties, settings.username());
        PGProperty.PASSWORD.set(properties, settings.password());
        PGProperty.APPLICATION_NAME.set(properties, "serai " + settings.id());
        PGProperty.CONNECT_TIMEOUT.set(properties, seconds);
        PGProperty.LOGIN_TIMEOUT.set(properties, 2 * seconds);
        PGProperty.SOCKET_FACTORY.set(properties, WatchfulSocketFactory.class.getName());
        if (settings.sslMode() == SslMode.DISABLE) {
            PGProperty.SSL_MODE.set(properties, SslMode.DISABLE.text());
        } else {
            // the factory verifies the name itself: it may be another one than the host's
            PGProperty.SSL_MODE.set(
                    properties,
                    (settings.sslMode() == SslMode.VERIFY_FULL ? SslMode.VERIFY_CA : settings.sslMode()).text());
            PemSocketFactory.configure(properties, settings);
        }
        // the simple protocol is the only one on replication connections; on the others it saves round trips
        PGProperty.PREFER_QUERY_MODE.set(properties, "simple");
        PGProperty.ASSUME_MIN_SERVER_VERSION.set(properties, "11");
        return properties;
    }
}
