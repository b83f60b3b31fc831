package io.serai.source.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.serai.error.ErrorCode;
import io.serai.error.SeraiException;
import io.serai.source.CatalogLook;
import io.serai.source.CatalogLook.Altered;
import io.serai.source.CatalogLook.Appeared;
import io.serai.source.CatalogLook.Difference;
import io.serai.source.CatalogLook.Gone;
import io.serai.testsupport.PostgresServer;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a look at the catalog finds that no event of the log tells, also when it was undone before the look. */
class TablesThatChangeIT {
    private static final String[] TABLES = {
        "CREATE TYPE mood AS ENUM ('sad', 'glad')",
        "CREATE TYPE address AS (street text, no int)",
        "CREATE TABLE lists (id int PRIMARY KEY, name text)",
        "CREATE TABLE todos (id int PRIMARY KEY, title text, mood mood[], place address)",
        "INSERT INTO todos VALUES (1, 'Milk', '{sad}', ROW('a', 1))",
        "CREATE SCHEMA other",
        "CREATE PUBLICATION powersync FOR TABLE todos, lists"
    };

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ALTER TABLE todos ADD COLUMN n int",
                "ALTER TABLE todos ADD COLUMN n int DEFAULT 5; ALTER TABLE todos DROP COLUMN n; ALTER TABLE todos ADD COLUMN n int",
                "ALTER TABLE todos DROP COLUMN title",
                "ALTER TABLE todos RENAME COLUMN title TO name",
                "ALTER TABLE todos RENAME COLUMN title TO name; ALTER TABLE todos RENAME COLUMN name TO title",
                "ALTER TABLE todos ALTER title TYPE varchar(20)",
                "ALTER TABLE todos ALTER title TYPE text USING lower(title)",
                "ALTER TABLE todos ALTER title SET DEFAULT 'x'",
                "ALTER TYPE mood RENAME VALUE 'sad' TO 'blue'",
                "ALTER TYPE mood RENAME VALUE 'sad' TO 'blue'; ALTER TYPE mood RENAME VALUE 'blue' TO 'sad'",
                "ALTER TYPE address RENAME ATTRIBUTE no TO number",
                "ALTER TABLE todos REPLICA IDENTITY FULL",
                "UPDATE todos SET title = 'x' WHERE title IS NULL; ALTER TABLE todos DROP CONSTRAINT todos_pkey, ADD PRIMARY KEY (title)",
                "ALTER TABLE todos RENAME TO tasks",
                "ALTER TABLE todos SET SCHEMA other",
                "ALTER SCHEMA public RENAME TO former",
                "DROP TABLE todos",
                "DROP TABLE todos; CREATE TABLE todos (id int PRIMARY KEY, title text, mood mood[], place address);"
                        + " ALTER PUBLICATION powersync ADD TABLE todos",
                "ALTER PUBLICATION powersync DROP TABLE todos",
                "ALTER PUBLICATION powersync DROP TABLE todos; ALTER PUBLICATION powersync ADD TABLE todos",
                "ALTER PUBLICATION powersync SET (publish = 'insert')",
                "ALTER PUBLICATION powersync RENAME TO other; CREATE PUBLICATION powersync FOR TABLE todos, lists",
                "CREATE TABLE late (id int PRIMARY KEY); ALTER PUBLICATION powersync ADD TABLE late",
                "ALTER TABLE todos RENAME TO x; ALTER TABLE lists RENAME TO todos; ALTER TABLE x RENAME TO lists",
            })
    void areFound(String statements) throws Exception {
        try (ReplicatedDatabase database = ReplicatedDatabase.with(TABLES).prepareSlot()) {
            assertThat(differences(database)).isEmpty();

            database.sql().execute(statements.split("; "));

            assertThat(differences(database)).isNotEmpty();
        }
    }

    /** What is done to an unlogged table is in no log, and the publication of all tables does not keep one from becoming unlogged for a while. */
    @ParameterizedTest
    @ValueSource(strings = {"id int PRIMARY KEY, title text", "id int PRIMARY KEY, n int"})
    void areFoundWhenTheyWereUnloggedForAWhile(String columns) throws Exception {
        try (ReplicatedDatabase database = ReplicatedDatabase.with(
                        "CREATE TABLE todos (" + columns + ")", "INSERT INTO todos VALUES (1)")
                .prepare()) {
            database.sql()
                    .execute(
                            "ALTER TABLE todos SET UNLOGGED",
                            "DELETE FROM todos",
                            "INSERT INTO todos VALUES (2)",
                            "ALTER TABLE todos SET LOGGED");

            assertThat(differences(database))
                    .extracting(TablesThatChangeIT::text)
                    .containsExactly("Altered todos");
        }
    }

    @Test
    void areFoundWhenTheyWereInAnotherSchemaForAWhile() throws Exception {
        assumeThat(PostgresServer.shared().majorVersion()).isGreaterThanOrEqualTo(15);
        try (ReplicatedDatabase database = ReplicatedDatabase.with(
                        "CREATE TABLE todos (id int PRIMARY KEY)",
                        "CREATE SCHEMA archive",
                        "CREATE PUBLICATION powersync FOR TABLES IN SCHEMA public")
                .prepareSlot()) {
            database.sql().execute("GRANT SELECT ON todos TO PUBLIC", "ANALYZE todos");
            assertThat(differences(database)).isEmpty();

            database.sql()
                    .execute(
                            "ALTER TABLE todos SET SCHEMA archive",
                            "INSERT INTO archive.todos VALUES (1)",
                            "ALTER TABLE archive.todos SET SCHEMA public");

            assertThat(differences(database))
                    .extracting(TablesThatChangeIT::text)
                    .containsExactly("Altered todos");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "ALTER TABLE todos ADD COLUMN n int | Altered todos",
                "ALTER TABLE todos RENAME TO tasks | Appeared tasks, Gone todos",
                "DROP TABLE todos | Gone todos",
                "DROP TABLE todos; CREATE TABLE todos (id int PRIMARY KEY); ALTER PUBLICATION powersync ADD TABLE todos | Altered todos",
                "CREATE TABLE late (id int PRIMARY KEY); ALTER PUBLICATION powersync ADD TABLE late | Appeared late",
                "DROP TABLE lists; ALTER TABLE todos RENAME TO lists | Altered lists, Gone todos",
                "COMMENT ON TABLE todos IS 'x' | ''",
            })
    void areToldApart(String statements, String expected) throws Exception {
        try (ReplicatedDatabase database = ReplicatedDatabase.with(TABLES).prepareSlot()) {
            database.sql().execute(statements.split("; "));

            assertThat(differences(database).stream()
                            .map(TablesThatChangeIT::text)
                            .sorted()
                            .collect(Collectors.joining(", ")))
                    .isEqualTo(expected);
        }
    }

    @Test
    void countAsAlteredWhenTheLogHadThemInAnotherForm() throws Exception {
        try (ReplicatedDatabase database = ReplicatedDatabase.with(TABLES).prepareSlot()) {
            CatalogLook look = database.source.compare(
                    database.tables, Set.of(database.table("todos").handle().number()), ReplicatedDatabase.PUBLIC);

            assertThat(look.differences()).extracting(TablesThatChangeIT::text).containsExactly("Altered todos");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ALTER TABLE todos DROP CONSTRAINT todos_pkey",
                "ALTER TABLE todos DROP CONSTRAINT todos_pkey; ALTER TABLE todos ADD PRIMARY KEY (id) DEFERRABLE",
                "ALTER PUBLICATION powersync SET TABLE lists, todos WHERE (id > 5)",
            })
    void areRefusedWhenTheyCannotBeReplicatedAnyMore(String statements) throws Exception {
        assumeThat(statements.contains(" WHERE (id") && PostgresServer.shared().majorVersion() < 15)
                .isFalse();
        try (ReplicatedDatabase database = ReplicatedDatabase.with(TABLES).prepareSlot()) {
            database.sql().execute(statements.split("; "));

            assertThatThrownBy(() -> differences(database))
                    .asInstanceOf(InstanceOfAssertFactories.type(SeraiException.class))
                    .satisfies(failure -> assertThat(failure.getMessage()).contains("shop", "todos"))
                    .extracting(SeraiException::code)
                    .isIn(ErrorCode.POSTGRES_REPLICA_IDENTITY, ErrorCode.POSTGRES_PUBLICATION_INCOMPLETE);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "TRUNCATE todos",
                "VACUUM FULL todos",
                "CLUSTER todos USING todos_pkey",
                "ANALYZE todos",
                "VACUUM FREEZE todos",
                "CREATE INDEX ON todos (title)",
                "GRANT SELECT ON todos TO PUBLIC",
                "CREATE TABLE unpublished (id int PRIMARY KEY)",
                "ALTER TABLE todos ADD CONSTRAINT short CHECK (length(title) < 50)",
                "VACUUM FULL pg_attribute; VACUUM FULL pg_enum; VACUUM FULL pg_publication_rel",
                "COMMENT ON COLUMN todos.title IS 'x'",
            })
    void areLeftAloneWhenTheirRowsAreWhatTheLogSays(String statements) throws Exception {
        try (ReplicatedDatabase database = ReplicatedDatabase.with(TABLES).prepareSlot()) {
            database.sql().execute(statements.split("; "));

            assertThat(differences(database)).isEmpty();
        }
    }

    @Test
    void areFoundWhenTheServerIsAskedAgainAfterItsConnectionBroke() throws Exception {
        try (ReplicatedDatabase database = ReplicatedDatabase.with(TABLES).prepareSlot()) {
            database.sql()
                    .execute(
                            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'serai shop'"
                                    + " AND datname = current_database()");

            assertThat(differences(database)).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "CREATE TABLE keyless (id int)",
                "CREATE TABLE keyless (id int PRIMARY KEY DEFERRABLE)",
                "CREATE TABLE keyless (id int PRIMARY KEY); ALTER TABLE keyless REPLICA IDENTITY NOTHING",
            })
    void areRefusedWithoutAKeyThatNamesTheirRows(String statements) throws Exception {
        try (ReplicatedDatabase database = ReplicatedDatabase.with(statements.split("; "))) {
            assertThatThrownBy(database::prepare)
                    .hasMessageContaining("keyless")
                    .asInstanceOf(InstanceOfAssertFactories.type(SeraiException.class))
                    .extracting(SeraiException::code)
                    .isEqualTo(ErrorCode.POSTGRES_REPLICA_IDENTITY);
        }
    }

    @Test
    void comeWithoutTheColumnsThatTheServerDoesNotPublish() throws Exception {
        assumeThat(PostgresServer.shared().majorVersion()).isGreaterThanOrEqualTo(12);
        try (ReplicatedDatabase database = ReplicatedDatabase.with(
                        "CREATE TABLE sums (a int PRIMARY KEY, twice int GENERATED ALWAYS AS (a * 2) STORED, b int)",
                        "INSERT INTO sums VALUES (1, DEFAULT, 3)")
                .prepare()) {
            database.sql().execute("INSERT INTO sums VALUES (2, DEFAULT, 4)");

            assertThat(database.readLog(database.from()).changes()).containsExactly("INSERT sums after 2|4");
            assertThat(database.copy(database.table("sums"), 1000, 1000)).hasSize(2);
        }
    }

    private static List<Difference> differences(ReplicatedDatabase database) throws Exception {
        return database.source
                .compare(database.tables, Set.of(), ReplicatedDatabase.PUBLIC)
                .differences();
    }

    private static String text(Difference difference) {
        return switch (difference) {
            case Altered altered -> "Altered " + altered.stored().table().name();
            case Gone gone -> "Gone " + gone.stored().table().name();
            case Appeared appeared ->
                "Appeared " + appeared.now().relation().table().name();
        };
    }
}
