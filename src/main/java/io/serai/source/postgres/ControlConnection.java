package io.serai.source.postgres;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one connection for short questions to the database: opened when it is first needed, kept, and opened again when it broke. Thread-safe: one
 * question at a time, guarded by a lock.
 */
final class ControlConnection implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ControlConnection.class);
    private static final Set<String> BROKEN = Set.of("08000", "08003", "08006", "57P01", "57P02", "57P05");
    private static final long LOOK_PATIENCE_MILLIS = 500;

    private final Connections connections;
    private final ReentrantLock lock = new ReentrantLock();
    /** Changed under the lock; read by {@link #close} without it. */
    private volatile @Nullable Connection open;

    private volatile boolean closed;

    ControlConnection(Connections connections) {
        this.connections = connections;
    }

    /** Asks, and asks once more on a new connection when a kept one turns out to be broken. */
    <T extends @Nullable Object> T ask(Question<T> question) throws SQLException, InterruptedException {
        lock.lockInterruptibly();
        try {
            Connection kept = open;
            if (kept != null) {
                try {
                    return once(kept, question);
                } catch (SQLException e) {
                    if (!BROKEN.contains(String.valueOf(e.getSQLState()))) {
                        throw e;
                    }
                }
            }
            Connection fresh = connections.sql();
            open = fresh;
            if (closed) {
                close();
            }
            return once(fresh, question);
        } finally {
            lock.unlock();
        }
    }

    /** Keeps no connection: the next one may lead to another server. */
    void drop() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            dropKept();
        } finally {
            lock.unlock();
        }
    }

    /** Keeps the connection only if it still answers, and this answer is true. */
    void keepIf(Question<Boolean> question) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            Connection kept = open;
            if (kept != null && !once(kept, question)) {
                dropKept();
            }
        } catch (SQLException e) {
            LOG.atDebug().setCause(e).log("The connection is opened again when it is needed");
        } finally {
            lock.unlock();
        }
    }

    private void dropKept() {
        Connection kept = open;
        if (kept != null) {
            Closing.abort(kept);
            open = null;
        }
    }

    /** Asks only where an open connection is at hand, for those who look at a source that may be down. */
    <T> Optional<T> askIfOpen(Question<T> question) {
        boolean locked = false;
        try {
            locked = lock.tryLock(LOOK_PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
            Connection kept = locked ? open : null;
            return kept == null ? Optional.empty() : Optional.of(once(kept, question));
        } catch (SQLException e) {
            return Optional.empty(); // whoever needs the answer will ask, and fail with it
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        } finally {
            if (locked) {
                lock.unlock();
            }
        }
    }

    private <T extends @Nullable Object> T once(Connection connection, Question<T> question)
            throws SQLException, InterruptedException {
        boolean answered = false;
        try {
            T answer = question.ask(connection);
            answered = true;
            return answer;
        } finally {
            if (!answered) { // it may be inside a transaction
                Closing.abort(connection);
                open = null;
            }
        }
    }

    /** Ends the connection, also under one who asks: he fails, and so does everybody later. */
    @Override
    public void close() {
        closed = true;
        Connection kept = open;
        if (kept != null) {
            Closing.abort(kept);
        }
    }

    /** What is asked. */
    interface Question<T extends @Nullable Object> {
        T ask(Connection connection) throws SQLException, InterruptedException;
    }
}
