package io.serai.app.demo;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.random.RandomGenerator;

/**
 * Uses the application through one connection, which belongs to it.
 *
 * @param add notes something in any list
 * @param complete ticks any to-do off
 * @param rename changes any list's name
 * @param cleanUp deletes what has been done for longest
 */
record SqlUser(
        Connection connection, RandomGenerator random, String add, String complete, String rename, String cleanUp)
        implements DemoDatabase.User {
    @Override
    public void act() throws SQLException {
        try (Statement statement = connection.createStatement()) {
            switch (random.nextInt(8)) {
                case 0, 1, 2 -> statement.executeUpdate(add);
                case 3, 4 -> statement.executeUpdate(complete);
                case 5 -> statement.executeUpdate(rename);
                case 6 -> statement.executeUpdate(cleanUp);
                default -> { // somebody ticks one off and notes the next
                    statement.executeUpdate(complete);
                    statement.executeUpdate(add);
                }
            }
        }
        connection.commit();
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
