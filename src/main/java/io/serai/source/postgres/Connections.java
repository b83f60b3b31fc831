package io.serai.source.postgres;

import io.serai.error.ErrorCode;
import io.serai.error.SeraiException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;
import org.postgresql.Driver;
import org.postgresql.PGProperty;

/** Opens connections to one database, for SQL and for replication, whose sessions print values alike. Thread-safe. */
final class Connections {
    /** What a database or role may set otherwise, and what decides the text of values, the order of a copy, and whether a marker waits. */
    private static final String SESSION = "SET TimeZone = 'UTC'; SET DateStyle = 'ISO'; SET IntervalStyle = 'postgres';"
            + " SET extra_float_digits = 3; SET bytea_output = 'hex'; SET synchronous_commit = 'local';"
            + " SET standard_conforming_strings = on; SET default_transaction_read_only = off; SET search_path = pg_catalog; SET statement_timeout = 0; SET lock_timeout = 0;"
            + " SET idle_in_transaction_session_timeout = 0";

    /** Rows must come in the order of their locations, or a copy could not be cut. */
    private static final String SQL_SESSION = SESSION + "; SET enable_tidscan = on; SET synchronize_seqscans = off;"
            + " SET max_parallel_workers_per_gather = 0; SET jit = off";

    private final PostgresSettings settings;

    Connections(PostgresSettings settings) {
        this.settings = settings;
    }

    /** A connection in autocommit mode. */
    Connection sql() throws SQLException {
        return open(properties(), SQL_SESSION);
    }

    /** A connection that takes replication commands beside simple SQL. */
    Connection replication() throws SQLException {
        Properties properties = properties();
        PGProperty.REPLICATION.set(properties, "database");
        return open(properties, SESSION);
    }

    private Connection open(Properties properties, String session) throws SQLException {
        Connection connection = new Driver().connect(url(), properties);
        if (connection == null) {
            throw new SeraiException(ErrorCode.BUG, "The driver does not know its own address", settings.where(), "");
        }
        try (Statement statement = connection.createStatement()) {
            statement.execute(session);
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
        PGProperty.USER.set(properties, settings.username());
        PGProperty.PASSWORD.set(properties, settings.password());
        PGProperty.SSL_MODE.set(properties, settings.sslMode().text());
        PGProperty.APPLICATION_NAME.set(properties, "serai " + settings.id());
        PGProperty.CONNECT_TIMEOUT.set(
                properties, (int) Math.max(1, settings.connectTimeout().toSeconds()));
        PGProperty.LOGIN_TIMEOUT.set(
                properties, (int) Math.max(1, 2 * settings.connectTimeout().toSeconds()));
        PGProperty.TCP_KEEP_ALIVE.set(properties, true);
        // simple protocol: the only one on replication connections, and several statements in one round trip on the
        // others
        PGProperty.PREFER_QUERY_MODE.set(properties, "simple");
        PGProperty.ASSUME_MIN_SERVER_VERSION.set(properties, "11");
        return properties;
    }
}
