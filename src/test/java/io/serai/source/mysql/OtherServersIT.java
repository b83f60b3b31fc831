package io.serai.source.mysql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.serai.source.CatalogLook;
import io.serai.source.OnLostHistory;
import io.serai.source.SourceTable;
import io.serai.syncrules.SyncRules;
import io.serai.testsupport.MysqlServer;
import io.serai.testsupport.MysqlTestDatabase;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Servers that are set up otherwise than the one that the tests share, and one that takes another's place. */
class OtherServersIT {
    private static final String TABLE = "CREATE TABLE t (id int PRIMARY KEY, a varchar(500))";

    @TempDir
    Path folder;

    /** Without checksums, with names in the log, compressed, and with a new file after each 4 KB. */
    @Test
    void theFormOfTheLogMakesNoDifference() throws Exception {
        try (MysqlServer server = MysqlServer.own(
                        "--binlog-checksum=NONE",
                        "--binlog-row-metadata=FULL",
                        "--binlog-transaction-compression=ON",
                        "--max-binlog-size=4096");
                MysqlTestDatabase database = server.createDatabase()) {
            database.execute(TABLE, "INSERT INTO t VALUES (0, 'copied')");
            try (MysqlReplica replica = replica(database)) {
                assertThat(replica.rows()).hasSize(1);

                insert(database, 1, 60);
                database.execute(
                        "SET GLOBAL binlog_checksum = CRC32", // a new file, whose events end otherwise
                        "CREATE TABLE made (id int PRIMARY KEY) SELECT id + 1000 AS id, a FROM t",
                        "UPDATE t SET a = CONCAT(a, '!')");
                insert(database, 61, 80);
                await().atMost(Duration.ofSeconds(60))
                        .untilAsserted(() -> assertThat(replica.rows()).hasSize(81 + 61));
                assertThat(replica.rows()).containsExactlyInAnyOrderElementsOf(selected(database));

                killLog(database);
                database.execute("DELETE FROM made WHERE id > 1010", "INSERT INTO made VALUES (1, 'after the kill')");
                assertThat(replica.rows()).containsExactlyInAnyOrderElementsOf(selected(database));
                assertThat(database.query("SHOW BINARY LOGS")).hasSizeGreaterThan(5);
            }
        }
    }

    @Test
    void aLimitThatTheServerHasForAllSessionsCutsNothing() throws Exception {
        try (MysqlServer server = MysqlServer.own();
                MysqlTestDatabase database = server.createDatabase()) {
            database.execute("CREATE TABLE t (a int, b int, c int, d int)");
            for (int i = 0; i < 10; i++) {
                database.execute("INSERT INTO t VALUES (" + i + ", 1, 2, 3)");
            }
            server.execute("SET GLOBAL sql_select_limit = 2");
            try (MysqlReplica replica = new MysqlReplica(folder, database, "SELECT a AS id, d FROM t").start()) {
                assertThat(replica.rows()).hasSize(10).contains("{\"id\":7,\"d\":3}");
            }
        }
    }

    /** A limit of rows, invisible keys that are not told of, and a strict mode that refuses stored dates as conditions. */
    @Test
    void whatTheServerIsSetToForAllSessionsKeepsNothingFromBeingCopied() throws Exception {
        try (MysqlServer server = MysqlServer.own();
                MysqlTestDatabase database = server.createDatabase()) {
            database.execute(
                    "SET sql_mode = 'ALLOW_INVALID_DATES', sql_generate_invisible_primary_key = ON",
                    "CREATE TABLE t (id int)",
                    "CREATE TABLE dates (d date PRIMARY KEY, id int)",
                    "INSERT INTO dates WITH RECURSIVE g AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM g WHERE n < 60)"
                            + " SELECT concat(2000 + n, '-02-31'), 100 + n FROM g",
                    "INSERT INTO t SELECT id FROM dates");
            server.execute(
                    "SET GLOBAL max_join_size = 5",
                    "SET GLOBAL show_gipk_in_create_table_and_information_schema = OFF");
            try (MysqlReplica replica =
                    new MysqlReplica(folder, database, "SELECT id FROM t", "SELECT id, 'd' AS d FROM dates").start()) {
                assertThat(replica.rows()).hasSize(120);

                database.execute("INSERT INTO t VALUES (1)");

                assertThat(replica.rows()).hasSize(121).contains("{\"id\":1}");
                assertThat(replica.replication().problem()).isEmpty();
            }
        }
    }

    /** I8: it has the transactions up to the stored position, and not those that a table was described with. */
    @Test
    void aTableThatWasDescribedOnAServerThatIsGoneIsDescribedAnew() throws Exception {
        try (MysqlTestDatabase database = MysqlServer.shared().createDatabase();
                LoggedRows looks = new LoggedRows(database)) {
            database.execute(TABLE);
            SourceTable table = looks.prepare().table("t");
            SourceTable ahead = new SourceTable(
                    table.handle(),
                    table.relationNumber(),
                    table.relation(),
                    table.identity() + ",3e11fa47-71ca-11e1-9e33-c80aa9429562:1-5");
            assertThat(looks.source()
                            .compare(List.of(table), Set.of(), looks.selection())
                            .differences())
                    .isEmpty();

            List<CatalogLook.Difference> differences = looks.source()
                    .compare(List.of(ahead), Set.of(), looks.selection())
                    .differences();

            assertThat(differences).hasSize(1).first().isInstanceOf(CatalogLook.Altered.class);
        }
    }

    /** Debezium's engine takes nothing more of a server that ever had a tag. */
    @Test
    void transactionsWithTagsAreFollowedAndTheLogGoesOnBehindThem() throws Exception {
        try (MysqlServer server = MysqlServer.own();
                MysqlTestDatabase database = server.createDatabase()) {
            database.execute(TABLE, "INSERT INTO t VALUES (1, 'copied')");
            try (MysqlReplica replica = new MysqlReplica(folder, database, "SELECT * FROM t").start()) {
                assertThat(replica.rows()).hasSize(1);
                database.execute("SET gtid_next = 'AUTOMATIC:serai'", "INSERT INTO t VALUES (2, 'tagged')");
                assertThat(replica.rows()).hasSize(2);

                replica.stop();
                database.execute("SET gtid_next = 'AUTOMATIC:serai'", "INSERT INTO t VALUES (3, 'tagged')");
                database.execute("INSERT INTO t VALUES (4, 'plain')");
                replica.start();

                assertThat(replica.rows())
                        .containsExactlyInAnyOrder(
                                "{\"id\":1,\"a\":\"copied\"}",
                                "{\"id\":2,\"a\":\"tagged\"}",
                                "{\"id\":3,\"a\":\"tagged\"}",
                                "{\"id\":4,\"a\":\"plain\"}");
            }
        }
    }

    /** What a statement calls a table is not what the server calls it. */
    @Test
    void aServerThatDoesNotTellNamesApartByCase() throws Exception {
        try (MysqlServer server = MysqlServer.own("--lower-case-table-names=1");
                MysqlTestDatabase database = server.createDatabase()) {
            database.execute(TABLE, "INSERT INTO t VALUES (1, 'gone'), (2, 'gone')");
            try (MysqlReplica replica = new MysqlReplica(folder, database, "SELECT * FROM t").start()) {
                assertThat(replica.rows()).hasSize(2);

                database.execute("TRUNCATE TABLE T", "INSERT INTO T VALUES (3, 'there')");

                await().atMost(Duration.ofSeconds(60))
                        .untilAsserted(() -> assertThat(replica.rows()).containsExactly("{\"id\":3,\"a\":\"there\"}"));
            }
        }
    }

    /** I8: a replica has the transactions under the same identifiers, and its own UUID, files and offsets; nothing is lost, and nothing copied again. */
    @Test
    void aReplicaThatTakesThePlaceOfItsSourceGoesOnByIdentifiers() throws Exception {
        try (MysqlServer source = MysqlServer.own();
                MysqlServer standby = MysqlServer.own("--server-id=22")) {
            MysqlTestDatabase database = source.createDatabase();
            database.execute(TABLE, "INSERT INTO t VALUES (1, 'one')");
            standby.execute(
                    "CHANGE REPLICATION SOURCE TO SOURCE_HOST = '" + source.host() + "', SOURCE_PORT = " + source.port()
                            + ", SOURCE_USER = '" + database.user() + "', SOURCE_PASSWORD = '" + source.password()
                            + "', SOURCE_AUTO_POSITION = 1, GET_SOURCE_PUBLIC_KEY = 1",
                    "START REPLICA");
            MysqlSource former =
                    new MysqlSource(MysqlReplica.settings(database), SyncRules.DEFAULT_TAG, OnLostHistory.WAIT);
            try (MysqlReplica replica = new MysqlReplica(folder, former, "SELECT * FROM t").start()) {
                assertThat(replica.rows()).hasSize(1);
                replica.stop();
                insert(database, 2, 9);
                awaitSame(source, standby);
                source.stop();
                standby.execute("STOP REPLICA");
                standby.execute("INSERT INTO " + database.name() + ".t VALUES (10, 'on the standby')");

                replica.moveTo(standby.host(), standby.port()).start();

                assertThat(replica.rows()).hasSize(10).contains("{\"id\":10,\"a\":\"on the standby\"}");
            }
        }
    }

    private MysqlReplica replica(MysqlTestDatabase database) throws Exception {
        return new MysqlReplica(folder, database, "SELECT * FROM t", "SELECT * FROM made").start();
    }

    private static void insert(MysqlTestDatabase database, int first, int last) {
        for (int id = first; id <= last; id++) {
            database.execute("INSERT INTO t VALUES (" + id + ", REPEAT('x', 100 + " + id + "))");
        }
    }

    private static void awaitSame(MysqlServer source, MysqlServer standby) throws Exception {
        @Nullable String all = value(source, "SELECT @@GLOBAL.gtid_executed");
        await().atMost(Duration.ofSeconds(60))
                .until(() -> "1".equals(value(standby, "SELECT GTID_SUBSET('" + all + "', @@GLOBAL.gtid_executed)")));
    }

    private static @Nullable String value(MysqlServer server, String sql) throws Exception {
        try (Connection connection = server.connection();
                Statement statement = connection.createStatement();
                var rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getString(1);
        }
    }

    private static void killLog(MysqlTestDatabase database) {
        for (List<@Nullable String> row : database.query("SELECT ID FROM information_schema.PROCESSLIST WHERE USER = '"
                + database.user() + "' AND COMMAND LIKE 'Binlog Dump%'")) {
            database.execute("KILL " + row.get(0));
        }
    }

    private static List<String> selected(MysqlTestDatabase database) {
        return database
                .query(
                        "SELECT CONCAT('{\"id\":', id, ',\"a\":\"', a, '\"}') FROM (SELECT * FROM t UNION ALL SELECT * FROM made) x")
                .stream()
                .map(row -> String.valueOf(row.get(0)))
                .toList();
    }
}
