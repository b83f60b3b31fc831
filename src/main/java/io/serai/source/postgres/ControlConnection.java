package io.serai.source.postgres;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The one connection for short questions to the database: opened when it is first needed, kept, and opened again when it broke. Thread-safe: one
 * question at a time, guarded by this object's monitor.
 */
final class ControlConnection implements AutoCloseable {
    private static final Set<String> BROKEN = Set.of("08000", "08003", "08006", "57P01", "57P02");

    private final Connections connections;
    private @Nullable Connection open;

    ControlConnection(Connections connections) {
        this.connections = connections;
    }

    /** Asks once more on a new connection when a kept one turns out to be broken. */
    synchronized <T extends @Nullable Object> T ask(Question<T> question) throws SQLException, InterruptedException {
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
        return once(fresh, question);
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
                close();
            }
        }
    }

    @Override
    public synchronized void close() {
        if (open != null) {
            Closing.abort(open);
            open = null;
        }
    }

    /** What is asked. */
    interface Question<T extends @Nullable Object> {
        T ask(Connection connection) throws SQLException, InterruptedException;
    }
}
