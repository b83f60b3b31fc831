package io.serai.source.mysql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.serai.change.SourcePosition;
import io.serai.testsupport.MysqlServer;
import io.serai.testsupport.MysqlTestDatabase;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Forms of the log that sessions and servers choose, and statements beside rows: the replica holds what the table holds. */
class WhatTheLogHoldsIT {
    @TempDir
    Path folder;

    private MysqlTestDatabase database;
    private MysqlReplica replica;

    @BeforeEach
    void replicate() throws Exception {
        database = MysqlServer.shared().createDatabase();
        database.execute(
                "CREATE TABLE t (id int PRIMARY KEY, a varchar(20), j json)",
                "INSERT INTO t VALUES (1, 'one', '{\"a\": [1, 2, 3], \"b\": \"x\"}')");
        replica = new MysqlReplica(folder, database, "SELECT * FROM t").start();
        assertThat(replica.rows()).hasSize(1);
    }

    @AfterEach
    void close() {
        replica.close();
        database.close();
    }

    @Test
    void partsOfJsonValuesAreAppliedToTheWholeOnes() throws Exception {
        session(
                "SET binlog_row_value_options = 'PARTIAL_JSON'",
                "UPDATE t SET j = JSON_SET(j, '$.a[1]', 'two'), a = 'x' WHERE id = 1",
                "UPDATE t SET j = JSON_REMOVE(j, '$.b') WHERE id = 1",
                "UPDATE t SET j = JSON_REPLACE(j, '$.a[0]', 7) WHERE id = 1",
                "UPDATE t SET j = JSON_SET(j, '$.\"long name\"', 1.5, '$.c', true) WHERE id = 1");

        assertThat(replica.rows()).isEqualTo(selected());
    }

    @Test
    void partsOfJsonValuesThatTheLogLacksAreReadAgain() throws Exception {
        session(
                "SET binlog_row_value_options = 'PARTIAL_JSON', binlog_row_image = 'MINIMAL'",
                "UPDATE t SET j = JSON_SET(j, '$.a[1]', 'two') WHERE id = 1");

        assertThat(replica.rows()).isEqualTo(selected());
    }

    @Test
    void minimalImagesAreCompletedFromTheStoredRows() throws Exception {
        session(
                "SET binlog_row_image = 'MINIMAL'",
                "UPDATE t SET a = 'new' WHERE id = 1",
                "INSERT INTO t (id) VALUES (2)",
                "UPDATE t SET id = 9 WHERE id = 1",
                "DELETE FROM t WHERE id = 2",
                "INSERT INTO t (id, a) VALUES (3, 'three')");

        assertThat(replica.rows()).isEqualTo(selected());
    }

    /** A minimal image has the columns of the key that the server prefers: the first whole one that was made. */
    @Test
    void minimalImagesNameRowsOfATableWithSeveralUniqueKeys() throws Exception {
        replica.close();
        database.execute(
                "DROP TABLE t",
                "CREATE TABLE t (p varchar(20) NOT NULL, id int NOT NULL, a varchar(20), j json, b int NOT NULL DEFAULT 1,"
                        + " UNIQUE a_part (p(3)), UNIQUE z_first (id), UNIQUE m_last (b))",
                "INSERT INTO t VALUES ('p1', 1, 'one', NULL, 1), ('p2', 2, 'two', NULL, 2)");
        replica = new MysqlReplica(folder.resolve("keys"), database, "SELECT id, a, j FROM t").start();
        assertThat(replica.rows()).isEqualTo(selected());

        session(
                "SET binlog_row_image = 'MINIMAL'",
                "UPDATE t SET a = 'new' WHERE id = 1",
                "DELETE FROM t WHERE id = 2");

        assertThat(replica.rows()).isEqualTo(selected()).hasSize(1);
    }

    @Test
    void rowsOfXaTransactionsCountWhenTheyAreCommitted() throws Exception {
        session("XA START 'a'", "INSERT INTO t VALUES (2, 'prepared', NULL)", "XA END 'a'", "XA PREPARE 'a'");
        database.execute("UPDATE t SET a = 'between' WHERE id = 1");
        assertThat(replica.rows()).hasSize(1);

        database.execute("XA COMMIT 'a'");
        session("XA START 'b'", "INSERT INTO t VALUES (3, 'gone', NULL)", "XA END 'b'", "XA PREPARE 'b'");
        database.execute("XA ROLLBACK 'b'");

        assertThat(replica.rows()).isEqualTo(selected()).hasSize(2);
    }

    @Test
    void anXaTransactionThatWasPreparedBeforeARestartIsNotLost() throws Exception {
        session("XA START 'c'", "INSERT INTO t VALUES (2, 'prepared', NULL)", "XA END 'c'", "XA PREPARE 'c'");
        assertThat(replica.rows()).hasSize(1);
        replica.stop();
        replica.start();
        assertThat(replica.rows()).hasSize(1);

        database.execute("XA COMMIT 'c'");

        assertThat(replica.rows()).isEqualTo(selected()).hasSize(2);
    }

    @Test
    void aChangeInStatementFormatIsReadFromTheTable() throws Exception {
        session("SET binlog_format = 'STATEMENT'", "UPDATE t SET a = 'statement' WHERE id = 1");

        assertThat(replica.rows()).isEqualTo(selected());
        assertThat(replica.rows().get(0)).contains("statement");
    }

    @Test
    void rowsThatAreLoadedFromAFileInStatementFormatAreReadFromTheTable() throws Exception {
        String folder = "IF(@@secure_file_priv = '', @@datadir, @@secure_file_priv)";
        String file = database.query("SELECT CONCAT(" + folder + ", DATABASE(), '.txt')")
                .get(0)
                .get(0);
        session(
                "SELECT 2, 'loaded', NULL INTO OUTFILE '" + file + "'",
                "SET binlog_format = 'STATEMENT'",
                "LOAD DATA INFILE '" + file + "' INTO TABLE t");

        assertThat(replica.rows()).isEqualTo(selected()).hasSize(2);
    }

    @Test
    void aTruncateWithAComment() throws Exception {
        database.execute("TRUNCATE TABLE /* all rows */ t", "INSERT INTO t VALUES (5, 'five', NULL)");

        assertThat(replica.rows()).isEqualTo(selected()).hasSize(1);
    }

    /** Only in statement format the log has what is done to one. */
    @Test
    void aTruncateOfATemporaryTableOfTheSameNameLeavesTheRows() throws Exception {
        List<String> rows = replica.rows();
        assertThat(rows).isNotEmpty();

        session("SET binlog_format = 'STATEMENT'", "CREATE TEMPORARY TABLE t (id int)", "TRUNCATE t");

        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertThat(replica.rows()).isEqualTo(rows));
    }

    @Test
    void truncateDropAndTheSameNameAgain() throws Exception {
        database.execute(
                "INSERT INTO t VALUES (2, 'two', NULL)", "TRUNCATE TABLE t", "INSERT INTO t VALUES (5, 'five', NULL)");
        assertThat(replica.rows()).isEqualTo(selected());

        database.execute("DROP TABLE t");
        await().atMost(Duration.ofSeconds(30)).until(() -> replica.rows().isEmpty());
        database.execute(
                "CREATE TABLE t (a varchar(30), id bigint PRIMARY KEY, j json)",
                "INSERT INTO t VALUES ('again', 7, NULL)");

        await().atMost(Duration.ofSeconds(30)).until(() -> replica.rows().size() == 1);
        assertThat(replica.rows().get(0)).contains("again");
    }

    @Test
    void aTableThatIsSwappedWithACopyOfItselfIsFollowed() throws Exception {
        database.execute(
                "CREATE TABLE _t_gho LIKE t",
                "ALTER TABLE _t_gho ADD COLUMN more int DEFAULT 3 AFTER id",
                "INSERT INTO _t_gho (id, a, j) SELECT id, a, j FROM t",
                "RENAME TABLE t TO _t_del, _t_gho TO t",
                "UPDATE t SET a = 'swapped'");

        await().atMost(Duration.ofSeconds(30))
                .until(() -> replica.rows().toString().contains("\"more\":3"));
        assertThat(replica.rows().toString()).contains("swapped");
    }

    @Test
    void aCharacterSetThatIsConvertedChangesNoText() throws Exception {
        database.execute(
                "UPDATE t SET a = 'é'",
                "ALTER TABLE t CONVERT TO CHARACTER SET latin1",
                "INSERT INTO t VALUES (2, 'ü', NULL)",
                "ALTER TABLE t CONVERT TO CHARACTER SET utf16",
                "INSERT INTO t VALUES (3, 'ö', NULL)");

        assertThat(replica.rows()).isEqualTo(selected());
    }

    @Test
    void anotherFileInTheMiddleOfATransactionAndAnIdleServer() throws Exception {
        try (Connection connection = database.connection();
                Statement statement = connection.createStatement()) {
            statement.execute("BEGIN");
            statement.execute("INSERT INTO t VALUES (2, 'before', NULL)");
            database.server().execute("FLUSH BINARY LOGS");
            statement.execute("INSERT INTO t VALUES (3, 'after', NULL)");
            statement.execute("COMMIT");
        }
        assertThat(replica.rows()).isEqualTo(selected());

        database.server().execute("FLUSH BINARY LOGS");
        Optional<SourcePosition> before = replica.replication().status().position();

        await().atMost(Duration.ofSeconds(20))
                .until(() -> !replica.replication().status().position().equals(before));
    }

    private void session(String... statements) throws Exception {
        try (Connection connection = database.connection();
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    /** The rows as the rules select them. */
    private List<String> selected() {
        return database
                .query(
                        "SELECT CONCAT('{\"id\":', id, ',\"a\":', IF(a IS NULL, 'null', JSON_QUOTE(CONVERT(a USING utf8mb4))),"
                                + " ',\"j\":', IF(j IS NULL, 'null', JSON_QUOTE(CAST(j AS CHAR))), '}') FROM t ORDER BY id")
                .stream()
                .map(row -> String.valueOf(row.get(0)))
                .toList();
    }
}
