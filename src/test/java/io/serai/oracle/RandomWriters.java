package io.serai.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import io.serai.testsupport.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/** Two connections that change a database at random, in small transactions that meet each other, until they are told to stop. */
final class RandomWriters implements AutoCloseable {
    private final TestDatabase database;
    private final Function<Random, String> change;
    private final ExecutorService threads = Executors.newFixedThreadPool(2);
    private final Future<?> one;
    private final Future<?> other;
    private volatile boolean stopping;

    private RandomWriters(TestDatabase database, Random random, Function<Random, String> change) {
        this.database = database;
        this.change = change;
        Random dice = new Random(random.nextLong());
        Random otherDice = new Random(random.nextLong());
        this.one = threads.submit(() -> write(dice));
        this.other = threads.submit(() -> write(otherDice));
    }

    /** Starts to write statements that {@code change} makes. */
    static RandomWriters start(TestDatabase database, Random random, Function<Random, String> change) {
        return new RandomWriters(database, random, change);
    }

    /** Ends the transactions that are open, and fails if a writer has. */
    void stop() throws Exception {
        stopping = true;
        one.get(1, TimeUnit.MINUTES);
        other.get(1, TimeUnit.MINUTES);
        close();
    }

    private Void write(Random dice) throws Exception {
        try (Connection connection = database.connection();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            while (!stopping) {
                transaction(connection, statement, dice);
                TimeUnit.MILLISECONDS.sleep(dice.nextInt(10));
            }
        }
        return null;
    }

    private void transaction(Connection connection, Statement statement, Random dice) throws SQLException {
        try {
            for (int left = 1 + dice.nextInt(4); left > 0; left--) {
                statement.execute(change.apply(dice));
            }
            if (dice.nextInt(8) == 0) {
                connection.rollback();
            } else {
                connection.commit();
            }
        } catch (SQLException e) {
            // both wait for the other, or one took the new key first
            assertThat(e.getSQLState()).as(e.getMessage()).isIn("40P01", "23505");
            connection.rollback();
        }
    }

    @Override
    public void close() {
        stopping = true;
        threads.shutdownNow();
    }
}
