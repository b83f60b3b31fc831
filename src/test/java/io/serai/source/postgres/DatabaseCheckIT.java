package io.serai.source.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.serai.change.TableRef;
import io.serai.error.ErrorCode;
import io.serai.error.SeraiException;
import io.serai.source.Finding;
import io.serai.source.Finding.Severity;
import io.serai.source.TableSelection;
import io.serai.testsupport.PostgresServer;
import io.serai.testsupport.TcpProxy;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DatabaseCheckIT {
    private static final TableSelection SELECTION = ReplicatedDatabase.selection(
            table -> table.schema().equals("public"),
            new TableRef("public", "todos"),
            new TableRef("public", "lists"),
            new TableRef("public", "nowhere"));

    private static final String TODOS = "CREATE TABLE todos (id int PRIMARY KEY)";
    private static final String LISTS = "CREATE TABLE lists (id int PRIMARY KEY)";
    private static final String PUBLICATION = "CREATE PUBLICATION powersync FOR ALL TABLES";
    private static final String[] PARTITIONED = {
        "CREATE TABLE todos (id int, part int, PRIMARY KEY (id, part)) PARTITION BY LIST (part)",
        "CREATE TABLE todos_1 PARTITION OF todos FOR VALUES IN (1)"
    };

    @Test
    void findsNothingButTheTableThatDoesNotExist() throws Exception {
        try (ReplicatedDatabase database = ReplicatedDatabase.with(TODOS, LISTS, PUBLICATION)) {
            List<Finding> findings = database.source.check(SELECTION);

            assertThat(findings).extracting(Finding::code).containsExactly(ErrorCode.POSTGRES_TABLE_MISSING);
            assertThat(findings.getFirst().severity()).isEqualTo(Severity.WARNING);
            assertThat(findings.getFirst().found()).contains("public.nowhere");
        }
    }

    @Test
    void wantsThePublication() throws Exception {
        try (ReplicatedDatabase database = ReplicatedDatabase.with(TODOS, LISTS)) {
            assertMended(database, ErrorCode.POSTGRES_PUBLICATION_MISSING);
        }
    }

    @Test
    void wantsAllOperationsPublished() throws Exception {
        try (ReplicatedDatabase database = ReplicatedDatabase.with(
                TODOS, LISTS, "CREATE PUBLICATION powersync FOR ALL TABLES WITH (publish = 'insert, delete')")) {
            assertMended(database, ErrorCode.POSTGRES_PUBLICATION_INCOMPLETE);
        }
    }

    @Test
    void wantsEachTableOfTheConfigInThePublication() throws Exception {
        try (ReplicatedDatabase database = ReplicatedDatabase.with(
                TODOS,
                LISTS,
                "CREATE TABLE \"Wild\" (id int PRIMARY KEY)",
                "CREATE PUBLICATION powersync FOR TABLE todos")) {
            List<Finding> findings = database.source.check(SELECTION);

            assertThat(findings)
                    .filteredOn(finding -> finding.code() == ErrorCode.POSTGRES_PUBLICATION_INCOMPLETE)
                    .extracting(Finding::severity, Finding::fix)
                    .containsExactly(
                            org.assertj.core.groups.Tuple.tuple(
                                    Severity.ERROR, "ALTER PUBLICATION powersync ADD TABLE \"public\".\"lists\";"),
                            org.assertj.core.groups.Tuple.tuple(
                                    Severity.WARNING, "ALTER PUBLICATION powersync ADD TABLE \"public\".\"Wild\";"));
        }
    }

    @Test
    void wantsTablesThatHaveALog() throws Exception {
        try (ReplicatedDatabase database = ReplicatedDatabase.with(
                "CREATE UNLOGGED TABLE todos (id int PRIMARY KEY)",
                "CREATE VIEW lists AS SELECT 1 AS id",
                PUBLICATION)) {
            assertThat(errors(database.source.check(SELECTION)))
                    .extracting(Finding::found)
                    .containsExactly(
                            "Table \"public.todos\" is unlogged", "\"public.lists\" is a view, which has no log");
        }
    }

    @Test
    void wantsAKey() throws Exception {
        try (ReplicatedDatabase database = ReplicatedDatabase.with("CREATE TABLE todos (id int)", LISTS, PUBLICATION)) {
            assertThat(errors(database.source.check(SELECTION)))
                    .extracting(Finding::code)
                    .containsExactly(ErrorCode.POSTGRES_REPLICA_IDENTITY);
        }
    }

    @Test
    void warnsOfATableThatIsWholeItsOwnKey() throws Exception {
        try (ReplicatedDatabase database = ReplicatedDatabase.with(
                "CREATE TABLE todos (id int PRIMARY KEY DEFERRABLE)",
                "ALTER TABLE todos REPLICA IDENTITY FULL",
                LISTS,
                PUBLICATION)) {
            assertThat(database.source.check(SELECTION))
                    .filteredOn(finding -> finding.code() == ErrorCode.POSTGRES_REPLICA_IDENTITY)
                    .singleElement()
                    .satisfies(finding -> {
                        assertThat(finding.severity()).isEqualTo(Finding.Severity.WARNING);
                        assertThat(finding.fix()).isEqualTo("ALTER TABLE \"public\".\"todos\" ADD PRIMARY KEY (…);");
                    });
        }
    }

    @Test
    void wantsARoleThatMayReplicateAndReadAllRows() throws Exception {
        try (ReplicatedDatabase database =
                ReplicatedDatabase.with(TODOS, LISTS, PUBLICATION, "ALTER TABLE lists ENABLE ROW LEVEL SECURITY")) {
            String role = "Role " + database.sql().name();
            database.sql()
                    .execute(
                            "CREATE ROLE \"" + role + "\" LOGIN PASSWORD 'geheim'",
                            "GRANT SELECT ON lists TO \"" + role + "\"");
            try (PostgresDatabase source = new PostgresDatabase(as(database.settings(), role), "storage1")) {
                List<Finding> findings = errors(source.check(SELECTION));

                assertThat(findings)
                        .extracting(Finding::code)
                        .containsExactly(
                                ErrorCode.POSTGRES_ROLE,
                                ErrorCode.POSTGRES_ROW_SECURITY,
                                ErrorCode.POSTGRES_SELECT_DENIED);
                assertThat(findings).extracting(Finding::fix).allMatch(fix -> fix.contains("\"" + role + "\""));
                assertThatThrownBy(source::prepare)
                        .satisfies(failure ->
                                assertThat(source.explain(failure).code()).isEqualTo(ErrorCode.POSTGRES_ROLE));
                for (Finding finding : findings) {
                    database.sql().execute(finding.fix());
                }
                assertThat(errors(source.check(SELECTION))).isEmpty();
                source.prepare();
                source.teardown();
            } finally {
                database.sql().execute("DROP OWNED BY \"" + role + "\"", "DROP ROLE \"" + role + "\"");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ALTER TABLE todos_1 REPLICA IDENTITY NOTHING",
                "CREATE UNIQUE INDEX by_part ON todos_1 (part); ALTER TABLE todos_1 REPLICA IDENTITY USING INDEX by_part",
            })
    void wantsPartitionsThatNameTheRowsOfTheirTable(String statements) throws Exception {
        try (ReplicatedDatabase database = ReplicatedDatabase.with(PARTITIONED)) {
            database.sql().execute(LISTS, PUBLICATION);
            assertThat(errors(database.source.check(SELECTION))).isEmpty();

            database.sql().execute(statements.split("; "));

            assertMended(database, ErrorCode.POSTGRES_REPLICA_IDENTITY);
        }
    }

    @Test
    void wantsPartitionsThatHaveALog() throws Exception {
        try (ReplicatedDatabase database =
                ReplicatedDatabase.with("CREATE TABLE todos (id int) PARTITION BY LIST (id)")) {
            database.sql()
                    .execute(
                            LISTS,
                            PUBLICATION,
                            "CREATE EXTENSION postgres_fdw",
                            "CREATE SERVER elsewhere FOREIGN DATA WRAPPER postgres_fdw",
                            "CREATE FOREIGN TABLE todos_2 PARTITION OF todos FOR VALUES IN (2) SERVER elsewhere");

            assertThat(errors(database.source.check(SELECTION))).singleElement().satisfies(finding -> {
                assertThat(finding.code()).isEqualTo(ErrorCode.SOURCE_UNSUPPORTED);
                assertThat(finding.found()).contains("public.todos_2", "public.todos\"", "foreign");
            });
        }
    }

    @Test
    void wantsAPartitionToBeToldFromItsRoot() throws Exception {
        TableSelection partition = ReplicatedDatabase.selection(
                table -> table.name().equals("todos_1"), new TableRef("public", "todos_1"));
        try (ReplicatedDatabase database = ReplicatedDatabase.with(PARTITIONED)) {
            database.sql().execute(PUBLICATION + " WITH (publish_via_partition_root = true)");
            List<Finding> findings = errors(database.source.check(partition));
            assertThat(findings).extracting(Finding::code).containsExactly(ErrorCode.POSTGRES_PUBLICATION_INCOMPLETE);

            database.sql().execute(findings.getFirst().fix());

            assertThat(database.source.check(partition)).isEmpty();
            database.prepareSlot(partition);
            assertThat(database.tables)
                    .extracting(table -> table.table().name())
                    .containsExactly("todos_1");
        }
    }

    @Test
    void refusesATableAndItsPartitionBoth() throws Exception {
        TableSelection both = ReplicatedDatabase.selection(
                table -> true, new TableRef("public", "todos"), new TableRef("public", "todos_1"));
        try (ReplicatedDatabase database = ReplicatedDatabase.with(PARTITIONED)) {
            database.sql().execute(PUBLICATION);

            assertThat(errors(database.source.check(both)))
                    .extracting(Finding::code)
                    .containsExactly(ErrorCode.SOURCE_UNSUPPORTED);
        }
    }

    @Test
    void wantsTheRightToReadEachPartition() throws Exception {
        try (ReplicatedDatabase database = ReplicatedDatabase.with(PARTITIONED)) {
            String role = "parts_" + database.sql().name();
            database.sql()
                    .execute(
                            LISTS,
                            PUBLICATION,
                            "CREATE ROLE " + role + " LOGIN REPLICATION PASSWORD 'geheim'",
                            "GRANT SELECT ON todos, lists TO " + role);
            try (PostgresDatabase source = new PostgresDatabase(as(database.settings(), role), "storage1")) {
                List<Finding> findings = errors(source.check(SELECTION));
                assertThat(findings).extracting(Finding::code).containsExactly(ErrorCode.POSTGRES_SELECT_DENIED);

                database.sql().execute(findings.getFirst().fix());

                assertThat(errors(source.check(SELECTION))).isEmpty();
            } finally {
                database.sql().execute("DROP OWNED BY " + role, "DROP ROLE " + role);
            }
        }
    }

    @Test
    void namesSlotsThatNobodyReads() throws Exception {
        try (ReplicatedDatabase database = ReplicatedDatabase.with(TODOS, LISTS, PUBLICATION)) {
            PostgresDatabase other = database.source("storage0");
            other.prepare();
            other.close();

            List<Finding> findings = database.source.check(SELECTION);

            assertThat(findings)
                    .filteredOn(finding -> finding.code() == ErrorCode.POSTGRES_FORGOTTEN_SLOT)
                    .singleElement()
                    .satisfies(finding -> assertThat(finding.fix())
                            .startsWith("SELECT pg_drop_replication_slot('serai_shop_storage0');"));
        }
    }

    @Test
    void wantsTheLogicalLogAndRoomForASlot() throws Exception {
        try (PostgresServer server = PostgresServer.own(Map.of("wal_level", "replica", "max_replication_slots", "0"));
                ReplicatedDatabase database = ReplicatedDatabase.on(server, TODOS, LISTS, PUBLICATION)) {
            assertThat(errors(database.source.check(SELECTION)))
                    .extracting(Finding::code)
                    .containsExactly(ErrorCode.POSTGRES_WAL_LEVEL, ErrorCode.POSTGRES_SLOTS_EXHAUSTED);
            assertThatThrownBy(database.source::prepare)
                    .satisfies(failure -> assertThat(
                                    database.source.explain(failure).code())
                            .isIn(ErrorCode.POSTGRES_WAL_LEVEL, ErrorCode.POSTGRES_SLOTS_EXHAUSTED));
        }
    }

    @Test
    void tellsWhatTheServerKeepsForTheSlot() throws Exception {
        try (ReplicatedDatabase database = ReplicatedDatabase.with(TODOS).prepare()) {
            assertThat(database.source.facts())
                    .containsEntry("slot", database.slot())
                    .containsKeys("slot-active", "wal-retained-bytes", "server-version");
        }
    }

    @Test
    void printsStatementsThatPrepareAnEmptyDatabase() throws Exception {
        try (ReplicatedDatabase database = ReplicatedDatabase.with(TODOS, LISTS)) {
            String role = "setup_" + database.sql().name();
            PostgresSettings settings = as(database.settings(), role);
            String sql;
            try (PostgresDatabase source = new PostgresDatabase(settings, "storage1")) {
                sql = source.setup(ReplicatedDatabase.selection(
                        table -> List.of("todos", "lists").contains(table.name()),
                        new TableRef("public", "todos"),
                        new TableRef("public", "lists")));
            }
            assertThat(sql).contains("FOR TABLE \"public\".\"lists\", \"public\".\"todos\"");

            run(database, sql);

            try (PostgresDatabase source = new PostgresDatabase(settings, "storage1")) {
                assertThat(errors(source.check(ReplicatedDatabase.PUBLIC))).isEmpty();
                source.prepare();
                assertThat(source.tables(ReplicatedDatabase.PUBLIC)).hasSize(2);
                source.teardown();
            } finally {
                database.sql().execute("DROP OWNED BY " + role, "DROP ROLE " + role);
            }
        }
    }

    @Test
    void printsStatementsThatLetPartitionsBeRead() throws Exception {
        TableSelection todos =
                ReplicatedDatabase.selection(table -> table.name().equals("todos"), new TableRef("public", "todos"));
        try (ReplicatedDatabase database = ReplicatedDatabase.with(PARTITIONED)) {
            database.sql()
                    .execute(
                            "CREATE SCHEMA archive",
                            "CREATE TABLE archive.todos_0 PARTITION OF todos FOR VALUES IN (0) PARTITION BY LIST (id)",
                            "CREATE TABLE archive.todos_00 PARTITION OF archive.todos_0 DEFAULT");
            String role = "setup_" + database.sql().name();
            PostgresSettings settings = as(database.settings(), role);
            try (PostgresDatabase source = new PostgresDatabase(settings, "storage1")) {
                String sql = database.source
                        .setup(todos)
                        .replace(Sql.name(database.settings().username()), Sql.name(role));
                run(database, sql);

                assertThat(errors(source.check(todos))).isEmpty();
            } finally {
                database.sql().execute("DROP OWNED BY " + role, "DROP ROLE " + role);
            }
        }
    }

    @Test
    void saysWhyItCannotConnectWithoutTellingThePassword() throws Exception {
        try (ReplicatedDatabase database = ReplicatedDatabase.with(TODOS);
                PostgresDatabase wrong = new PostgresDatabase(as(database.settings(), "nobody"), "storage1")) {
            assertThatThrownBy(() -> wrong.check(SELECTION)).satisfies(failure -> {
                assertThat(wrong.explain(failure).code()).isEqualTo(ErrorCode.SOURCE_AUTHENTICATION_FAILED);
                assertThat(wrong.explain(failure).getMessage()).contains("shop").doesNotContain("geheim");
            });
        }
    }

    private static void run(ReplicatedDatabase database, String script) {
        for (String statement : script.lines()
                .filter(line -> !line.startsWith("--") && !line.isEmpty())
                .toList()) {
            if (!statement.startsWith("ALTER SYSTEM")) {
                database.sql().execute(statement.replace("'…'", "'geheim'"));
            }
        }
    }

    private static void assertMended(ReplicatedDatabase database, ErrorCode code) throws Exception {
        List<Finding> findings = errors(database.source.check(SELECTION));
        assertThat(findings).extracting(Finding::code).containsExactly(code);

        database.sql().execute(findings.getFirst().fix());

        assertThat(errors(database.source.check(SELECTION))).isEmpty();
    }

    private static List<Finding> errors(List<Finding> findings) {
        return findings.stream()
                .filter(finding -> finding.severity() == Severity.ERROR)
                .toList();
    }

    @Test
    void countsNoWalSenderThatIsOurs() throws Exception {
        try (PostgresServer server = PostgresServer.own(Map.of("max_wal_senders", "1"));
                ReplicatedDatabase database =
                        ReplicatedDatabase.on(server, TODOS, LISTS).prepare()) {
            assertThat(errors(database.source.check(SELECTION))).isEmpty();

            database.source.endSession();
            await().until(() -> errors(database.source.check(SELECTION)).isEmpty());
            database.source.verify(database.start, database.from(), null);
        }
    }

    @Test
    void leavesTheConnectionsOfASessionAtItsServer() throws Exception {
        try (PostgresServer another = PostgresServer.own();
                ReplicatedDatabase database = ReplicatedDatabase.with(TODOS, LISTS, PUBLICATION);
                TcpProxy proxy = TcpProxy.before(PostgresServer.shared())) {
            another.database("postgres")
                    .execute("CREATE DATABASE " + database.sql().name());
            PostgresSettings settings = PostgresSettings.of(
                    "shop",
                    database.sql().uri().replace(":" + PostgresServer.shared().port() + "/", ":" + proxy.port() + "/")
                            + "?sslmode=disable");
            try (PostgresDatabase source = new PostgresDatabase(settings, "storage1")) {
                source.prepare();
                proxy.redirect(another);

                assertThat(errors(source.check(SELECTION))).isEmpty();
                assertThatThrownBy(source::snapshotReader)
                        .hasMessageContaining("another server")
                        .asInstanceOf(InstanceOfAssertFactories.type(SeraiException.class))
                        .extracting(SeraiException::code)
                        .isEqualTo(ErrorCode.SOURCE_CONNECTION_FAILED);

                source.endSession();
                source.snapshotReader().close();
            }
        }
    }

    private static PostgresSettings as(PostgresSettings settings, String role) {
        return new PostgresSettings(
                settings.id(),
                settings.hostname(),
                settings.port(),
                settings.database(),
                role,
                "geheim",
                settings.sslMode(),
                null,
                null,
                null,
                null,
                settings.slotPrefix(),
                settings.failoverSlot(),
                Duration.ofSeconds(10));
    }
}
