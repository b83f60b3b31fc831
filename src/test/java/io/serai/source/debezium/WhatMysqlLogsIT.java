package io.serai.source.debezium;

import static org.assertj.core.api.Assertions.assertThat;

import io.serai.testsupport.MysqlTestDatabase;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What MySQL logs otherwise than as rows of a transaction, read by {@code debezium-mysql}: what is stored is what the table has. */
class WhatMysqlLogsIT {
    private static final String PREPARED = "'prepared'";

    @TempDir
    Path folder;

    private DebeziumTodos<MysqlTestDatabase> todos;

    @BeforeEach
    void start() throws Exception {
        todos = DebeziumTodos.mysql(folder);
        todos.database.execute("INSERT INTO todos VALUES ('t1', 'Buy milk', false)");
        todos.run();
        assertThat(todos.stored()).hasSize(1);
    }

    /** What is prepared outlives sessions, and keeps its tables from being dropped. */
    @AfterEach
    void stop() throws Exception {
        if (!todos.database.query("XA RECOVER").isEmpty()) {
            session("XA ROLLBACK " + PREPARED);
        }
        todos.close();
    }

    /** Each leaves another mark in the log, and the row that follows is the proof that the stream goes on. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "FLUSH PRIVILEGES",
                "CREATE INDEX i ON todos (done)",
                "CREATE UNIQUE INDEX i ON todos (done, id)",
                "ALTER TABLE todos COMMENT 'of mine'",
                "RENAME TABLE todos TO old, old TO todos",
                "CREATE TABLE other LIKE todos",
                "CREATE TABLE other AS SELECT * FROM todos",
                "CREATE VIEW v AS SELECT * FROM todos",
                "CREATE TRIGGER t BEFORE INSERT ON todos FOR EACH ROW SET NEW.title = concat(NEW.title, '!')",
                "ANALYZE TABLE todos",
                "SET SESSION binlog_format = STATEMENT; UPDATE todos SET title = 'In a statement'",
                "SET SESSION binlog_transaction_compression = ON; UPDATE todos SET title = 'Compressed'",
                "SET SESSION binlog_rows_query_log_events = ON; UPDATE todos SET title = 'With its text'",
                "BEGIN; UPDATE todos SET title = 'a'; SAVEPOINT s; UPDATE todos SET title = 'b'; ROLLBACK TO s; COMMIT",
                "BEGIN; UPDATE todos SET title = 'a'; ROLLBACK",
                "TRUNCATE TABLE todos",
                "DELETE FROM todos",
                "REPLACE INTO todos VALUES ('t1', 'Another', true)"
            })
    void isFollowed(String statements) throws Exception {
        session(statements.split("; "));
        assertThat(todos.stored()).isEqualTo(todos.selected());

        todos.database.execute("INSERT INTO todos VALUES ('t2', 'Fetch bread', false)");

        assertThat(todos.stored()).isNotEmpty().isEqualTo(todos.selected());
    }

    @Test
    void theRowsOfAPreparedTransactionCountWhenItIsCommitted() throws Exception {
        session(
                "XA START " + PREPARED,
                "INSERT INTO todos VALUES ('x1', 'Prepared', false)",
                "UPDATE todos SET title = 'Changed' WHERE id = 't1'",
                "XA END " + PREPARED,
                "XA PREPARE " + PREPARED);
        todos.database.execute("INSERT INTO todos VALUES ('t2', 'Fetch bread', false)");
        assertThat(todos.stored()).hasSize(2).isEqualTo(todos.selected());

        session("XA COMMIT " + PREPARED);

        assertThat(todos.stored()).hasSize(3).isEqualTo(todos.selected());
        assertThat(todos.operations()).as("nothing was copied again").hasSize(4);
    }

    @Test
    void theRowsOfAPreparedTransactionThatIsRolledBackDoNotCount() throws Exception {
        session(
                "XA START " + PREPARED,
                "INSERT INTO todos VALUES ('x1', 'Prepared', false)",
                "XA END " + PREPARED,
                "XA PREPARE " + PREPARED);
        assertThat(todos.stored()).hasSize(1);

        session("XA ROLLBACK " + PREPARED);
        todos.database.execute("INSERT INTO todos VALUES ('t2', 'Fetch bread', false)");

        assertThat(todos.stored()).hasSize(2).isEqualTo(todos.selected());
    }

    @Test
    void aTransactionThatWasPreparedBeforeARestartCountsWhenItIsCommitted() throws Exception {
        session(
                "XA START " + PREPARED,
                "INSERT INTO todos VALUES ('x1', 'Prepared', false)",
                "XA END " + PREPARED,
                "XA PREPARE " + PREPARED);
        assertThat(todos.stored()).hasSize(1);
        todos.restart();
        todos.run();
        assertThat(todos.stored()).hasSize(1);

        session("XA COMMIT " + PREPARED);

        assertThat(todos.stored()).hasSize(2).isEqualTo(todos.selected());
    }

    /** Nobody said when it was committed, which is what proves that the log goes on from it. */
    @Test
    void goesOnBehindACommittedXaTransaction() throws Exception {
        session(
                "XA START " + PREPARED,
                "INSERT INTO todos VALUES ('x1', 'Prepared', false)",
                "XA END " + PREPARED,
                "XA PREPARE " + PREPARED,
                "XA COMMIT " + PREPARED);
        assertThat(todos.stored()).hasSize(2);
        todos.restart();
        List<Object> routed = new CopyOnWriteArrayList<>();
        todos.run(
                todos.options(),
                route -> route.process(exchange ->
                        routed.add(exchange.getMessage().getBody(Map.class).get("id"))));
        todos.database.execute("INSERT INTO todos VALUES ('t2', 'Fetch bread', false)");

        assertThat(todos.stored()).hasSize(3);
        assertThat(routed).as("nothing was copied again").containsExactly("t2");
    }

    @Test
    void aTransactionThatIsPreparedAndCommittedInOnePhaseCounts() throws Exception {
        session(
                "XA START " + PREPARED,
                "INSERT INTO todos VALUES ('x1', 'Prepared', false)",
                "XA END " + PREPARED,
                "XA COMMIT " + PREPARED + " ONE PHASE");

        assertThat(todos.stored()).hasSize(2).isEqualTo(todos.selected());
    }

    /** The table is looked at beside a running log, and one engine passes over what was before. */
    @Test
    void aTableThatIsAlteredWhileOthersWriteIsWholeAfterwards() throws Exception {
        Thread writer = new Thread(() -> {
            for (int i = 0; i < 400; i++) {
                todos.database.execute("INSERT INTO todos (id, title, done) VALUES ('w" + i + "', 'Rest', false)");
            }
        });
        writer.start();
        for (int i = 0; i < 4; i++) {
            todos.database.execute("ALTER TABLE todos ADD c" + i + " int DEFAULT " + i, "ALTER TABLE todos DROP c" + i);
        }
        writer.join();

        assertThat(todos.stored()).hasSize(401).isEqualTo(todos.selected());
    }

    private void session(String... statements) throws SQLException {
        try (Connection connection = todos.database.connection();
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }
}
