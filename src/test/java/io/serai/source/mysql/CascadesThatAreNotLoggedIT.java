package io.serai.source.mysql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.serai.testsupport.MysqlServer;
import io.serai.testsupport.MysqlTestDatabase;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What foreign keys do to rows on a server that does not log it, as those before 9.6: the replica holds what the tables hold. */
class CascadesThatAreNotLoggedIT {
    private static MysqlServer server;

    @TempDir
    Path folder;

    private MysqlTestDatabase database;
    private MysqlReplica replica;

    @BeforeAll
    static void start() {
        server = MysqlServer.own("--innodb-native-foreign-keys=ON");
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    /** Of the three levels the one in the middle is not replicated. */
    @BeforeEach
    void replicate() throws Exception {
        database = server.createDatabase();
        database.execute(
                "CREATE TABLE top (id int PRIMARY KEY, code varchar(10) COLLATE utf8mb4_0900_ai_ci UNIQUE, n int)",
                "CREATE TABLE middle (id int PRIMARY KEY, top int, FOREIGN KEY (top) REFERENCES top(id)"
                        + " ON DELETE CASCADE ON UPDATE CASCADE)",
                "CREATE TABLE leaf (id int PRIMARY KEY, middle int, code varchar(10) COLLATE utf8mb4_0900_ai_ci,"
                        + " FOREIGN KEY (middle) REFERENCES middle(id) ON DELETE CASCADE,"
                        + " FOREIGN KEY (code) REFERENCES top(code) ON UPDATE CASCADE ON DELETE SET NULL)",
                "CREATE TABLE tree (id int PRIMARY KEY, up int, FOREIGN KEY (up) REFERENCES tree(id) ON DELETE CASCADE)",
                "INSERT INTO top VALUES (1, 'a', 0), (2, 'b', 0), (3, 'c', 0), (4, 'd', 0)",
                "INSERT INTO middle VALUES (10, 1), (20, 2), (30, 3)",
                "INSERT INTO leaf VALUES (100, 10, 'a'), (200, 20, 'b'), (300, 30, 'd')",
                "INSERT INTO tree VALUES (1, NULL), (2, 1), (3, 2), (4, NULL)");
        replica = new MysqlReplica(
                        folder,
                        database,
                        "SELECT 'top' || id AS id, code, n FROM top",
                        "SELECT 'leaf' || id AS id, middle, code FROM leaf",
                        "SELECT 'tree' || id AS id, up FROM tree")
                .start();
        assertEqual();
    }

    @AfterEach
    void close() {
        replica.close();
        database.close();
    }

    @Test
    void deletesAndNewKeysReachEachLevel() throws Exception {
        database.execute("DELETE FROM top WHERE id = 1");
        assertEqual();
        assertThat(replica.rows().toString()).doesNotContain("leaf100");

        database.execute("UPDATE top SET code = 'B' WHERE id = 2"); // another spelling of what compares equal
        assertEqual();
        assertThat(replica.rows().toString()).contains("\"id\":\"leaf200\",\"middle\":20,\"code\":\"B\"");

        database.execute("DELETE FROM top WHERE id = 4"); // SET NULL
        assertEqual();

        database.execute("DELETE FROM tree WHERE id = 1");
        assertEqual();
        assertThat(replica.rows().toString()).doesNotContain("tree3");
    }

    @Test
    void replaceDeletesAndWithoutChecksNothingIsDone() throws Exception {
        database.execute("REPLACE INTO top VALUES (2, 'b', 7)");
        assertEqual();
        assertThat(replica.rows().toString()).doesNotContain("leaf200");

        session("SET foreign_key_checks = 0", "DELETE FROM top WHERE id = 1", "UPDATE top SET code = 'z' WHERE id = 4");
        assertEqual();
        assertThat(replica.rows().toString()).contains("leaf100").contains("\"code\":\"d\"");
    }

    @Test
    void anXaTransactionActsWhenItIsCommitted() throws Exception {
        session("XA START 'x'", "DELETE FROM top WHERE id = 1", "XA END 'x'", "XA PREPARE 'x'");
        assertThat(replica.rows().toString()).contains("leaf100");

        database.execute("XA COMMIT 'x'");

        assertEqual();
        assertThat(replica.rows().toString()).doesNotContain("leaf100");
    }

    @Test
    void changesOfOtherColumnsEndNoLog() throws Exception {
        try (LoggedRows rows = new LoggedRows(database).prepare()) {
            session(
                    "UPDATE top SET n = n + 1",
                    "SET binlog_row_image = 'MINIMAL'",
                    "UPDATE top SET n = n + 1",
                    "UPDATE leaf SET code = NULL WHERE id = 100",
                    "DELETE FROM leaf WHERE id = 200");

            assertThat(rows.logged()).hasSize(9);
        }
    }

    @Test
    void aForeignKeyThatIsMadeLaterCounts() throws Exception {
        database.execute(
                "CREATE TABLE above (id int PRIMARY KEY)",
                "INSERT INTO above VALUES (1), (2), (3), (4)",
                "ALTER TABLE middle ADD FOREIGN KEY (top) REFERENCES above(id) ON DELETE CASCADE",
                "DELETE FROM above WHERE id = 3");

        assertEqual();
        assertThat(replica.rows().toString()).doesNotContain("leaf300");
    }

    @Test
    void changesInStatementFormatReachEachLevel() throws Exception {
        session("SET binlog_format = 'STATEMENT'", "DELETE FROM top WHERE id = 1");
        assertEqual();
        assertThat(replica.rows().toString()).doesNotContain("leaf100");

        session("SET binlog_format = 'STATEMENT'", "UPDATE top SET code = 'z' WHERE id = 2");
        assertEqual();
        assertThat(replica.rows().toString()).contains("\"middle\":20,\"code\":\"z\"");
    }

    @Test
    void aForeignKeyThatIsGoneBeforeAnyoneLooksCountsUntilThen() throws Exception {
        database.execute("ALTER TABLE leaf DROP FOREIGN KEY leaf_ibfk_2"); // which leads to the same table
        assertEqual();
        replica.stop();
        database.execute(
                "DELETE FROM top WHERE id = 3",
                "ALTER TABLE middle DROP FOREIGN KEY middle_ibfk_1",
                "INSERT INTO top VALUES (5, 'e', 0)");

        replica.start();

        assertEqual();
        assertThat(replica.rows().toString()).doesNotContain("leaf300");
    }

    @Test
    void aForeignKeyThatIsGoneWithItsTableCountsUntilThen() throws Exception {
        database.execute("ALTER TABLE leaf DROP FOREIGN KEY leaf_ibfk_2"); // which leads to the same table
        assertEqual();
        replica.stop();
        session(
                "DELETE FROM top WHERE id = 3",
                "SET foreign_key_checks = 0",
                "DROP TABLE middle",
                "CREATE TABLE middle (id int PRIMARY KEY)");

        replica.start();

        assertEqual();
        assertThat(replica.rows().toString()).doesNotContain("leaf300");
    }

    private void assertEqual() {
        await().atMost(Duration.ofSeconds(60))
                .untilAsserted(() -> assertThat(replica.rows()).containsExactlyInAnyOrderElementsOf(selected()));
    }

    private void session(String... statements) throws Exception {
        try (Connection connection = database.connection();
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    private List<String> selected() {
        String code = ",',\"code\":', IF(code IS NULL, 'null', JSON_QUOTE(CONVERT(code USING utf8mb4)))";
        return database
                .query("SELECT r FROM (SELECT CONCAT('{\"id\":\"leaf', id, '\",\"middle\":', IFNULL(middle, 'null')"
                        + code
                        + ", '}') AS r FROM leaf UNION ALL SELECT CONCAT('{\"id\":\"top', id, '\"'" + code
                        + ", ',\"n\":', n, '}') FROM top UNION ALL SELECT CONCAT('{\"id\":\"tree', id,"
                        + " '\",\"up\":', IFNULL(up, 'null'), '}') FROM tree) x")
                .stream()
                .map(row -> String.valueOf(row.get(0)))
                .toList();
    }
}
