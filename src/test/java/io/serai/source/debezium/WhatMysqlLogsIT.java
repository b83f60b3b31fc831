package io.serai.source.debezium;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.serai.error.ErrorCode;
import io.serai.testsupport.MysqlTestDatabase;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What MySQL logs otherwise than as rows of a transaction, read by {@code debezium-mysql}: what is stored is what the table has. */
class WhatMysqlLogsIT {
    private static final Set<ErrorCode> STOPS = Set.of(ErrorCode.DEBEZIUM_ENGINE, ErrorCode.DEBEZIUM_INCOMPLETE);

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
                "ALTER TABLE todos MODIFY done bool DEFAULT true, MODIFY title varchar(99) NOT NULL DEFAULT 'x'",
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

    /**
     * The manual says that it does; Serai's own source reads both. The engine may end the transaction as if it were whole before it stops, which the
     * server's listing contradicts.
     */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "SET SESSION binlog_row_image = MINIMAL; UPDATE todos SET done = true",
                "SET SESSION sql_mode = 'ALLOW_INVALID_DATES'; UPDATE todos SET day = '2026-02-31'"
            })
    void stopsTheEngineButLosesNothing(String statements) throws Exception {
        todos.restart();
        todos.database.execute("ALTER TABLE todos ADD day date");
        todos.run();
        List<String> before = todos.stored();
        assertThat(before).hasSize(1);

        session(statements.split("; "));
        todos.database.execute("INSERT INTO todos (id) VALUES ('t2')");

        await().atMost(DebeziumTodos.PATIENCE)
                .until(() -> todos.replication()
                        .problem()
                        .filter(problem -> STOPS.contains(problem.code()) && problem.attempts() > 1)
                        .isPresent());
        assertThat(todos.storedNow()).as("nothing behind it").isEqualTo(before);
    }

    /** The engine reads every statement of the server, and must not stop at any. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "CREATE TABLE more (a varchar(9) DEFAULT 'x', b timestamp DEFAULT CURRENT_TIMESTAMP, c bool DEFAULT true,"
                        + " d date DEFAULT '2020-01-01', e decimal(5,2) DEFAULT 1.5, f bit(3) DEFAULT b'1', g enum('a') DEFAULT 'a',"
                        + " h json DEFAULT (json_array()), i datetime(3) DEFAULT '2020-01-01 01:02:03.004', j year DEFAULT 2020,"
                        + " k time DEFAULT '10:00:00', l double DEFAULT 1e3, m set('a','b') DEFAULT 'a,b', n binary(3) DEFAULT 'a',"
                        + " o bigint unsigned DEFAULT 18446744073709551615, p text DEFAULT ('x'), q smallint NOT NULL DEFAULT 7,"
                        + " r varchar(9) NOT NULL DEFAULT '', s float DEFAULT 1.5, t mediumint DEFAULT NULL)",
                "CREATE TABLE more (id int, v vector(3), g geometry NOT NULL SRID 4326, n int GENERATED ALWAYS AS (id + 1) VIRTUAL"
                        + " INVISIBLE, CHECK (id > 0) NOT ENFORCED)",
                "ALTER TABLE other ADD a int DEFAULT 7, ADD INDEX i (a)",
                "ALTER TABLE other MODIFY title varchar(9) FIRST",
                "ALTER TABLE other CHANGE title name varchar(9)",
                "ALTER TABLE other RENAME COLUMN title TO name",
                "ALTER TABLE other DROP title",
                "ALTER TABLE other DROP PRIMARY KEY, ADD PRIMARY KEY (id, n)",
                "ALTER TABLE other ALTER n SET DEFAULT 5",
                "ALTER TABLE other ADD UNIQUE INDEX u (n)",
                "ALTER TABLE other RENAME TO another",
                "ALTER TABLE other ADD FOREIGN KEY (up) REFERENCES other (id)",
                "ALTER TABLE other PARTITION BY HASH (id) PARTITIONS 3; ALTER TABLE other REMOVE PARTITIONING",
                "ALTER TABLE other CONVERT TO CHARACTER SET latin1",
                "ALTER TABLE other ENGINE = MyISAM; INSERT INTO other (id, n) VALUES (2, 2)",
                "RENAME TABLE other TO another",
                "DROP TABLE other",
                "CREATE UNIQUE INDEX u ON other (n); DROP INDEX u ON other",
                "TRUNCATE TABLE other",
                "TRUNCATE other",
                "CREATE TABLE more LIKE other",
                "CREATE TABLE more SELECT * FROM other",
                "CREATE PROCEDURE p() BEGIN SELECT 1; END",
                "CREATE FUNCTION f() RETURNS int DETERMINISTIC RETURN 1",
                "CREATE EVENT e ON SCHEDULE EVERY 1 DAY DO SELECT 1",
                "CREATE USER IF NOT EXISTS nobody_of_all; DROP USER nobody_of_all",
                "CREATE TEMPORARY TABLE t (id int); DROP TEMPORARY TABLE t",
                "BEGIN; INSERT INTO other (id) VALUES (3); INSERT INTO todos VALUES ('t3', 'Both', true); COMMIT"
            })
    void stopsNothing(String statements) throws Exception {
        todos.restart();
        todos.database.execute("CREATE TABLE other (id int PRIMARY KEY, title varchar(20), n int, up int)");
        todos.run();
        assertThat(todos.stored()).hasSize(1);

        if (statements.contains("BEGIN SELECT")) {
            session(statements);
        } else {
            session(statements.split("; "));
        }
        todos.database.execute("INSERT INTO todos VALUES ('t2', 'Fetch bread', false)");

        assertThat(todos.stored()).hasSizeGreaterThan(1).isEqualTo(todos.selected());
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

    /** The engine passes over such an update, which the server's listing of the log tells. */
    @Test
    void partsOfJsonValuesAreReadFromTheTable() throws Exception {
        session("ALTER TABLE todos ADD doc json", "UPDATE todos SET doc = JSON_OBJECT('a', REPEAT('x', 100), 'b', 1)");
        assertThat(todos.stored()).singleElement().asString().contains("\\\"b\\\": 1");

        session(
                "SET SESSION binlog_row_value_options = 'PARTIAL_JSON'",
                "UPDATE todos SET doc = JSON_SET(doc, '$.b', 2)");
        todos.database.execute("INSERT INTO todos (id) VALUES ('t2')");

        assertThat(todos.stored()).hasSize(2).first().asString().contains("\\\"b\\\": 2");
    }

    /** The server lists the events of such a transaction as if all were in one place. */
    @Test
    void aPartOfAJsonValueIsReadFromTheTableAlsoBehindAThousandEventsOfACompressedTransaction() throws Exception {
        session(
                "CREATE TABLE others (id int PRIMARY KEY, text varchar(800))",
                "ALTER TABLE todos ADD doc json",
                "UPDATE todos SET doc = JSON_OBJECT('a', REPEAT('x', 100), 'b', 1)");
        assertThat(todos.stored()).singleElement().asString().contains("\\\"b\\\": 1");

        session(
                "SET SESSION binlog_row_value_options = 'PARTIAL_JSON'",
                "SET SESSION binlog_transaction_compression = ON",
                "SET SESSION cte_max_recursion_depth = 20000",
                "BEGIN",
                "INSERT INTO others WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000)"
                        + " SELECT i, REPEAT('x', 800) FROM n",
                "UPDATE todos SET doc = JSON_SET(doc, '$.b', 2)",
                "COMMIT");

        assertThat(todos.stored()).singleElement().asString().contains("\\\"b\\\": 2");
    }

    /** It passes over the file, too. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void rowsThatAreLoadedFromAFileInStatementFormatAreReadFromTheTable(boolean isMeanwhile) throws Exception {
        String into = "IF(@@secure_file_priv = '', @@datadir, @@secure_file_priv)";
        String file = todos.database
                .query("SELECT CONCAT(" + into + ", DATABASE(), '.txt')")
                .get(0)
                .get(0);
        if (isMeanwhile) {
            todos.restart();
        }
        session(
                "SELECT 't2', 'Loaded', 1 INTO OUTFILE '" + file + "'",
                "SET SESSION binlog_format = STATEMENT",
                "LOAD DATA INFILE '" + file + "' INTO TABLE todos");
        todos.database.execute("INSERT INTO todos VALUES ('t3', 'Fetch bread', false)");
        if (isMeanwhile) {
            todos.run();
        }

        assertThat(todos.stored()).hasSize(3).isEqualTo(todos.selected());
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
