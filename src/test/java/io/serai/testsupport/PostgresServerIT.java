package io.serai.testsupport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class PostgresServerIT {
    @Test
    void offersDatabasesThatCanBeReplicated() {
        try (TestDatabase database = PostgresServer.shared().createDatabase()) {
            database.execute(
                    "CREATE TABLE todos (id int PRIMARY KEY, title text)",
                    "SELECT pg_create_logical_replication_slot('" + database.name() + "', 'pgoutput')",
                    "INSERT INTO todos VALUES (1, 'milk'), (2, NULL)");

            assertThat(database.query("SELECT id, title FROM todos ORDER BY id"))
                    .containsExactly(List.of("1", "milk"), Arrays.asList("2", null));
            assertThat(database.value("SHOW timezone")).isNotEqualTo("UTC");
        }
    }

    @Test
    void keepsWhatWasCommittedOverACrash() {
        try (PostgresServer server = PostgresServer.own();
                TestDatabase database = server.createDatabase()) {
            database.execute("CREATE TABLE todos (id int)", "INSERT INTO todos VALUES (1)");

            server.crash();
            assertThatThrownBy(database::connection).isInstanceOf(SQLException.class);
            server.start();

            assertThat(database.value("SELECT count(*) FROM todos")).isEqualTo("1");
        }
    }

    @Test
    void dropsADatabaseThatIsInUse() throws SQLException {
        TestDatabase database = PostgresServer.shared().createDatabase();
        try (Connection held = database.connection()) {
            assertThat(held.isValid(1)).isTrue();

            database.close();

            assertThat(held.isValid(1)).isFalse();
        }
    }
}
