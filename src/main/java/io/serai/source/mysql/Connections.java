package io.serai.source.mysql;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** Opens SQL connections, through MariaDB's driver, and keeps one for short questions. Thread-safe: one question at a time. */
final class Connections implements AutoCloseable {
    private static final String[] SESSION = {
        // What a server or its administrator sets for all sessions must not change what is read; it is what DEFAULT is.
        "SET SESSION sql_mode = '', time_zone = '+00:00', sql_select_limit = 18446744073709551615, autocommit = 1",
        "SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY",
        // A long read waits while the storage is slow, and the server must not end it.
        "SET SESSION net_write_timeout = 3600"
    };

    private final MysqlSettings settings;
    private final ReentrantLock asking = new ReentrantLock();
    private volatile @Nullable Connection kept;
    private volatile boolean closed;

    Connections(MysqlSettings settings) {
        this.settings = settings;
    }

    /** A new connection, in UTC and without modes or limits of the server's; the caller closes it. */
    Connection open() throws SQLException {
        Properties properties = new Properties();
        properties.put("user", settings.username());
        properties.put("password", settings.password());
        properties.put("connectTimeout", Long.toString(settings.connectTimeout().toMillis()));
        properties.put("tcpKeepAlive", "true");
        properties.put("allowPublicKeyRetrieval", "true"); // as the connection of the log does it
        Certificates.configure(properties, settings);
        String host = settings.hostname().indexOf(':') < 0 ? settings.hostname() : "[" + settings.hostname() + "]";
        Connection connection = new org.mariadb.jdbc.Driver()
                .connect("jdbc:mariadb://" + host + ":" + settings.port() + "/", properties);
        if (connection == null) {
            throw new SQLException("the driver does not take the address");
        }
        boolean done = false;
        try (Statement statement = connection.createStatement()) {
            for (String sql : SESSION) {
                statement.execute(sql);
            }
            if (!connection.getMetaData().getDatabaseProductName().contains("MariaDB")) {
                statement.execute("SET SESSION max_execution_time = 0");
            }
            done = true;
            return connection;
        } finally {
            if (!done) {
                connection.close();
            }
        }
    }

    /** Asks, and asks once more on a new connection when a kept one turns out to be broken. */
    <T> T ask(Question<T> question) throws SQLException, InterruptedException {
        asking.lockInterruptibly();
        try {
            Connection open = kept;
            if (open != null && open.isValid(1)) {
                return once(open, question);
            }
            Connection fresh = open();
            kept = fresh;
            if (closed) {
                abort(fresh);
            }
            return once(fresh, question);
        } finally {
            asking.unlock();
        }
    }

    private <T> T once(Connection connection, Question<T> question) throws SQLException, InterruptedException {
        boolean answered = false;
        try {
            T answer = question.ask(connection);
            answered = true;
            return answer;
        } finally {
            if (!answered) {
                abort(connection);
                kept = null;
            }
        }
    }

    /** Ends the kept connection, also under one who asks. */
    @Override
    public void close() {
        closed = true;
        Connection open = kept;
        if (open != null) {
            abort(open);
        }
    }

    /** Cuts a connection without a word to the server; thread-safe. */
    static void abort(Connection connection) {
        Executor here = Runnable::run;
        try {
            connection.abort(here);
        } catch (SQLException e) {
            throw new IllegalStateException(e); // only an executor that is null
        }
    }

    /** What is asked. */
    interface Question<T> {
        T ask(Connection connection) throws SQLException, InterruptedException;
    }
}
