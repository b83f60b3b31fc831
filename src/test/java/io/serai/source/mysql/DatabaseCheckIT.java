package io.serai.source.mysql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.serai.change.TableRef;
import io.serai.error.ErrorCode;
import io.serai.source.Finding;
import io.serai.source.TableSelection;
import io.serai.testsupport.MysqlServer;
import io.serai.testsupport.MysqlTestDatabase;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each thing that a server lacks is a finding with a code and what mends it. */
class DatabaseCheckIT {
    @TempDir
    Path folder;

    @Test
    void aServerThatHasAllHasNoFinding() throws Exception {
        try (MysqlTestDatabase database = MysqlServer.shared().createDatabase()) {
            database.execute("CREATE TABLE t (id int PRIMARY KEY)");

            assertThat(check(database, "t")).isEmpty();
        }
    }

    @Test
    void tablesThatCannotBeReplicatedOrHaveNoKeyAreNamed() throws Exception {
        try (MysqlTestDatabase database = MysqlServer.shared().createDatabase()) {
            database.execute(
                    "CREATE TABLE keyless (id int)",
                    "CREATE TABLE other_engine (id int PRIMARY KEY) ENGINE = MyISAM",
                    "CREATE TABLE unique_key (id int NOT NULL UNIQUE)");

            List<Finding> findings = check(database, "keyless", "other_engine", "unique_key", "missing");

            assertThat(findings)
                    .extracting(Finding::code)
                    .containsExactly(
                            ErrorCode.MYSQL_TABLE_WITHOUT_KEY,
                            ErrorCode.MYSQL_TABLE_UNSUPPORTED,
                            ErrorCode.MYSQL_TABLE_MISSING);
            assertThat(findings.get(0).severity()).isEqualTo(Finding.Severity.WARNING);
            assertThat(findings.get(0).found()).contains("keyless").contains("primary key");
            assertThat(findings.get(1).found()).contains("MyISAM");
        }
    }

    @Test
    void aPrivilegeThatIsMissingIsPrintedAsAGrant() throws Exception {
        try (MysqlTestDatabase database = MysqlServer.shared().createDatabase()) {
            database.execute(
                    "CREATE TABLE t (id int PRIMARY KEY)",
                    "REVOKE REPLICATION SLAVE ON *.* FROM " + database.user() + "@'%'");

            assertThat(check(database, "t")).singleElement().satisfies(finding -> {
                assertThat(finding.code()).isEqualTo(ErrorCode.MYSQL_PRIVILEGE);
                database.execute(finding.fix());
            });
            assertThat(check(database, "t")).isEmpty();
        }
    }

    @Test
    void aDatabaseOfAnotherNameIsAnError() throws Exception {
        try (MysqlTestDatabase database = MysqlServer.shared().createDatabase()) {
            database.execute(
                    "CREATE TABLE t (id int PRIMARY KEY)",
                    "REVOKE SELECT ON " + database.name() + ".* FROM " + database.user());

            assertThat(check(database, "t")).singleElement().satisfies(finding -> {
                assertThat(finding.code()).isEqualTo(ErrorCode.MYSQL_DATABASE_MISSING);
                database.execute(finding.fix());
            });
            assertThat(check(database, "t")).isEmpty();
        }
    }

    @Test
    void settingsAreNamedWithTheLineOfTheOptionFile() throws Exception {
        try (MysqlServer server = MysqlServer.own(
                        "--gtid-mode=OFF_PERMISSIVE", "--binlog-format=MIXED", "--binlog-ignore-db=other");
                MysqlTestDatabase database = server.createDatabase()) {
            assertThat(check(database))
                    .extracting(Finding::code)
                    .containsExactly(ErrorCode.MYSQL_GTID_MODE, ErrorCode.MYSQL_BINLOG_FORMAT);
        }
    }

    @Test
    void aDatabaseThatIsNotLoggedAndForeignKeysThatAreNotLoggedAreErrors() throws Exception {
        try (MysqlServer server = MysqlServer.own(
                        "--innodb-native-foreign-keys=ON", "--binlog-do-db=other", "--binlog-row-image=MINIMAL");
                MysqlTestDatabase database = server.createDatabase()) {
            database.execute(
                    "CREATE TABLE keyless (a int)",
                    "CREATE TABLE parents (id int PRIMARY KEY)",
                    "CREATE TABLE children (id int PRIMARY KEY, parent int, FOREIGN KEY (parent) REFERENCES"
                            + " parents(id) ON DELETE CASCADE)");

            assertThat(check(database, "children"))
                    .extracting(Finding::code)
                    .containsExactly(ErrorCode.MYSQL_DATABASE_NOT_LOGGED, ErrorCode.MYSQL_FOREIGN_KEYS);
            assertThat(check(database, "keyless"))
                    .last()
                    .satisfies(finding -> assertThat(finding.found()).contains("binlog_row_image is MINIMAL"));
        }
    }

    @Test
    void theScriptGivesWhatTheCheckNeeds() throws Exception {
        try (MysqlTestDatabase database = MysqlServer.shared().createDatabase()) {
            database.execute("CREATE TABLE t (id int PRIMARY KEY)");
            MysqlSettings settings = MysqlReplica.settings(database);
            MysqlSettings scripted = MysqlSettings.of(
                    "shop",
                    settings.hostname(),
                    settings.port(),
                    settings.database(),
                    database.name() + "_s",
                    settings.password());
            String script;
            try (MysqlDatabase source = new MysqlDatabase(scripted, "storage1")) {
                script = source.setup(tables(database, "t"));
            }
            for (String line : script.split("\n")) {
                if (!line.startsWith("--")) {
                    database.execute(
                            line.replace("<password>", settings.password()).replaceAll(";$", ""));
                }
            }

            try (MysqlDatabase source = new MysqlDatabase(scripted, "storage1")) {
                assertThat(source.check(tables(database, "t"))).isEmpty();
            } finally {
                database.execute("DROP USER " + scripted.username() + "@'%'");
            }
        }
    }

    @Test
    void aWrongPasswordIsSaidAsSuch() throws Exception {
        try (MysqlTestDatabase database = MysqlServer.shared().createDatabase()) {
            MysqlSettings right = MysqlReplica.settings(database);
            MysqlSettings wrong = MysqlSettings.of(
                    "shop", right.hostname(), right.port(), right.database(), right.username(), "wrong");
            try (MysqlDatabase source = new MysqlDatabase(wrong, "storage1")) {
                assertThatThrownBy(() -> source.check(tables(database)))
                        .satisfies(failure -> assertThat(source.explain(failure).code())
                                .isEqualTo(ErrorCode.SOURCE_AUTHENTICATION_FAILED));
            }
        }
    }

    /** The general log has every statement of the user who replicates. */
    @Test
    void nothingIsWrittenOrLockedOnTheServer() throws Exception {
        try (MysqlServer server = MysqlServer.own("--general-log=ON", "--log-output=TABLE");
                MysqlTestDatabase database = server.createDatabase()) {
            database.execute(
                    "CREATE TABLE t (id int PRIMARY KEY)",
                    "INSERT INTO t VALUES (1)",
                    "CREATE TABLE keyless (a int)",
                    "INSERT INTO keyless VALUES (1)");
            try (MysqlReplica replica =
                    new MysqlReplica(folder, database, "SELECT * FROM t", "SELECT a AS id FROM keyless").start()) {
                assertThat(replica.rows()).hasSize(2);
                database.execute("INSERT INTO t VALUES (2)", "INSERT INTO keyless VALUES (2)");
                assertThat(replica.rows()).hasSize(4);
            }

            List<String> commands = database
                    .query("SELECT DISTINCT CONCAT(command_type, ' ', SUBSTRING_INDEX(CONVERT(argument USING utf8mb4),"
                            + " ' ', 1)) FROM mysql.general_log WHERE user_host LIKE '" + database.user()
                            + "[%' AND command_type NOT IN ('Connect', 'Quit', 'Ping')")
                    .stream()
                    .map(row -> String.valueOf(row.get(0)).toLowerCase(java.util.Locale.ROOT))
                    .toList();

            assertThat(commands) // what is killed is a connection of ours that still answers when Serai stops
                    .allSatisfy(
                            command -> assertThat(command)
                                    .matches(
                                            "(query|execute|prepare) (select|set|show|start|rollback|kill)|binlog dump gtid.*|close stmt.*|reset.*|field.*"));
            assertThat(commands).anyMatch(command -> command.startsWith("binlog dump"));
        }
    }

    private static List<Finding> check(MysqlTestDatabase database, String... tables) throws Exception {
        try (MysqlDatabase source = new MysqlDatabase(MysqlReplica.settings(database), "storage1")) {
            return source.check(tables(database, tables));
        }
    }

    private static TableSelection tables(MysqlTestDatabase database, String... names) {
        List<TableRef> named = List.of(names).stream()
                .map(name -> new TableRef(database.name(), name))
                .toList();
        return new TableSelection() {
            @Override
            public boolean isWanted(TableRef table) {
                return named.contains(table);
            }

            @Override
            public Optional<Set<String>> schemas() {
                return Optional.of(Set.of(database.name()));
            }

            @Override
            public List<TableRef> named() {
                return named;
            }
        };
    }
}
