package io.serai.app.demo;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** People who use the to-do application: a small transaction every moment, on a thread of its own. Thread-safe. */
final class TodoWriter implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(TodoWriter.class);
    private static final Duration MOMENT = Duration.ofMillis(250);

    private static final String ADD = """
        INSERT INTO todos (list_id, owner_id, title)
          SELECT id, owner_id, (ARRAY['Call', 'Buy', 'Fix', 'Read', 'Write'])[1 + floor(random() * 5)::int] || ' '
            || (ARRAY['the plumber', 'bread', 'the bicycle', 'a chapter', 'to Ada'])[1 + floor(random() * 5)::int]
          FROM lists ORDER BY random() LIMIT 1
        """;
    private static final String COMPLETE = """
        UPDATE todos SET done = true, completed_at = now()
          WHERE id = (SELECT id FROM todos WHERE NOT done ORDER BY random() LIMIT 1)
        """;
    private static final String RENAME =
            "UPDATE lists SET name = split_part(name, ',', 1) || ', ' || to_char(now(), 'HH24:MI:SS')"
                    + " WHERE id = (SELECT id FROM lists ORDER BY random() LIMIT 1)";
    private static final String CLEAN_UP =
            "DELETE FROM todos WHERE id IN (SELECT id FROM todos WHERE done ORDER BY completed_at LIMIT 5)";

    private final TodoDatabase database;
    private final RandomGenerator random;
    private final AtomicLong transactions = new AtomicLong();
    private final Thread thread;

    private TodoWriter(TodoDatabase database, RandomGenerator random) {
        this.database = database;
        this.random = random;
        this.thread = Thread.ofPlatform().name("serai-demo-writer").unstarted(this::write);
    }

    static TodoWriter start(TodoDatabase database, RandomGenerator random) {
        TodoWriter writer = new TodoWriter(database, random);
        writer.thread.start();
        return writer;
    }

    /** How many transactions were committed. */
    long transactions() {
        return transactions.get();
    }

    @Override
    public void close() {
        thread.interrupt();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void write() {
        try (Connection connection = database.connect()) {
            connection.setAutoCommit(false);
            while (!Thread.currentThread().isInterrupted()) {
                writeOne(connection);
                TimeUnit.MILLISECONDS.sleep(MOMENT.toMillis());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (SQLException e) {
            LOG.atWarn().setCause(e).log("The to-do application stopped writing");
        }
    }

    private void writeOne(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            switch (random.nextInt(8)) {
                case 0, 1, 2 -> statement.executeUpdate(ADD);
                case 3, 4 -> statement.executeUpdate(COMPLETE);
                case 5 -> statement.executeUpdate(RENAME);
                case 6 -> statement.executeUpdate(CLEAN_UP);
                default -> { // somebody ticks one off and notes the next
                    statement.executeUpdate(COMPLETE);
                    statement.executeUpdate(ADD);
                }
            }
        }
        connection.commit();
        transactions.incrementAndGet();
    }
}
