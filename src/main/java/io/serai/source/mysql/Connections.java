package io.serai.source.mysql;

import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.spi.AbstractInterruptibleChannel;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Properties;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** Opens SQL connections, through MariaDB's driver, and keeps one for short questions. Thread-safe: one question at a time. */
final class Connections implements AutoCloseable {
    private static final String[] SESSION = {
        // What a server or its administrator sets for all sessions must not change what is read; it is what DEFAULT is.
        "SET SESSION sql_mode = 'ALLOW_INVALID_DATES', time_zone = '+00:00', autocommit = 1,"
                + " sql_select_limit = 18446744073709551615, sql_big_selects = 1"
                + " /*!80030 , show_gipk_in_create_table_and_information_schema = ON */",
        "SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY",
        // A long read waits while the storage is slow, and the server must not end it.
        "SET SESSION net_write_timeout = 3600"
    };

    /** More than the longest answer takes that is waited for on purpose. */
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    private static final int PROBE_AFTER_SECONDS = 20;
    private static final int PROBE_EVERY_SECONDS = 5;
    private static final int PROBES = 4;

    private final MysqlSettings settings;
    private final Duration patience;
    private final ReentrantLock asking = new ReentrantLock();
    private volatile @Nullable Connection kept;
    private volatile boolean closed;

    Connections(MysqlSettings settings) {
        this(settings, PATIENCE);
    }

    /** @param patience how long an answer may take */
    Connections(MysqlSettings settings, Duration patience) {
        this.settings = settings;
        this.patience = patience;
    }

    /** A new connection, in UTC and without modes or limits of the server's; the caller closes it. */
    Connection open() throws SQLException {
        Properties properties = new Properties();
        properties.put("user", settings.username());
        properties.put("password", settings.password());
        properties.put("connectTimeout", Long.toString(settings.connectTimeout().toMillis()));
        properties.put("socketTimeout", Long.toString(patience.toMillis()));
        properties.put("tcpKeepAlive", "true");
        properties.put("tcpKeepIdle", Integer.toString(PROBE_AFTER_SECONDS));
        properties.put("tcpKeepInterval", Integer.toString(PROBE_EVERY_SECONDS));
        properties.put("tcpKeepCount", Integer.toString(PROBES));
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

    /** Asks, on a new connection when the kept one turns out to be broken. An interrupt cuts the connection, and so ends the wait for an answer. */
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
        Interruption interruption = new Interruption(connection);
        boolean answered = false;
        try {
            interruption.await();
            T answer = question.ask(connection);
            answered = true;
            return answer;
        } finally {
            if (interruption.hasCome() || !answered) {
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

    /** Cuts a connection when the thread that reads from it is interrupted, which reading from a socket does not notice. */
    private static final class Interruption extends AbstractInterruptibleChannel {
        private final Connection connection;

        private Interruption(Connection connection) {
            this.connection = connection;
        }

        private void await() {
            begin();
        }

        private boolean hasCome() {
            try {
                end(true);
                return false;
            } catch (AsynchronousCloseException e) {
                return true;
            }
        }

        @Override
        protected void implCloseChannel() {
            abort(connection);
        }
    }

    /** What is asked. */
    interface Question<T> {
        T ask(Connection connection) throws SQLException, InterruptedException;
    }
}
