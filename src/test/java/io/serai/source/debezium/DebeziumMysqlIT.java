package io.serai.source.debezium;

import static org.assertj.core.api.Assertions.assertThat;

import io.serai.bucket.BucketOp;
import io.serai.source.OnLostHistory;
import io.serai.source.SourceStatus;
import io.serai.source.mysql.MysqlSettings;
import io.serai.source.mysql.MysqlSource;
import io.serai.syncrules.SyncRules;
import io.serai.testsupport.MysqlServer;
import io.serai.testsupport.MysqlTestDatabase;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.apache.camel.builder.RouteBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A route from Camel's own {@code debezium-mysql}, from a real server into a real storage. */
class DebeziumMysqlIT {
    @TempDir
    Path folder;

    private DebeziumTodos<MysqlTestDatabase> todos;

    @BeforeEach
    void start() {
        todos = DebeziumTodos.mysql(folder);
    }

    @AfterEach
    void stop() throws Exception {
        todos.close();
    }

    @Test
    void bringsWhatIsThereAndWhatChanges() throws Exception {
        todos.database.execute("INSERT INTO todos VALUES ('t1', 'Buy milk', false), ('t2', 'Fetch bread', true)");
        todos.run();
        assertThat(todos.stored()).hasSize(2);

        todos.database.execute(
                "INSERT INTO todos VALUES ('t3', 'Rest', false)",
                "UPDATE todos SET title = 'Buy oat milk' WHERE id = 't1'",
                "UPDATE todos SET id = 't4' WHERE id = 't3'",
                "DELETE FROM todos WHERE id = 't2'");
        assertThat(todos.stored()).hasSize(2).isEqualTo(todos.selected());

        todos.database.execute("TRUNCATE todos", "INSERT INTO todos VALUES ('t5', 'Begin anew', false)");
        assertThat(todos.stored()).hasSize(1).isEqualTo(todos.selected());
    }

    @Test
    void copiesATableThatWasAlteredAgain() throws Exception {
        todos.run();
        todos.database.execute("INSERT INTO todos VALUES ('t1', '17', false)");
        assertThat(todos.stored()).hasSize(1);

        todos.database.execute(
                "ALTER TABLE todos MODIFY title int",
                "INSERT INTO todos VALUES ('t2', 18, false)",
                "ALTER TABLE todos ADD more varchar(9) CHARACTER SET latin2",
                "INSERT INTO todos VALUES ('t3', 19, false, _latin2 x'BE')");

        assertThat(todos.stored())
                .containsExactly(
                        "{\"id\":\"t1\",\"title\":17,\"done\":0,\"more\":null}",
                        "{\"id\":\"t2\",\"title\":18,\"done\":0,\"more\":null}",
                        "{\"id\":\"t3\",\"title\":19,\"done\":0,\"more\":\"\u017e\"}");
        assertThat(todos.stored()).hasSize(3);
    }

    @Test
    void goesOnAfterItsRouteWasStopped() throws Exception {
        todos.run();
        todos.database.execute("INSERT INTO todos VALUES ('t1', 'Buy milk', false)");
        assertThat(todos.stored()).hasSize(1);

        todos.context.getRouteController().stopRoute("shop");
        assertThat(todos.status().state()).isEqualTo(SourceStatus.State.STOPPED);
        todos.database.execute("INSERT INTO todos VALUES ('t2', 'Fetch bread', false)");
        todos.context.getRouteController().startRoute("shop");

        assertThat(todos.stored()).hasSize(2);
    }

    /** Without a copy, which a lost history would need. */
    @Test
    void takesOverFromSeraisOwnSourceAndGivesBack() throws Exception {
        todos.database.execute("INSERT INTO todos VALUES ('t1', 'Buy milk', false)");
        runOwn();
        assertThat(todos.stored()).hasSize(1);

        todos.restart();
        todos.database.execute("INSERT INTO todos VALUES ('t2', 'Fetch bread', false)");
        todos.run();
        assertThat(todos.stored()).hasSize(2);

        todos.restart();
        todos.database.execute("INSERT INTO todos VALUES ('t3', 'Rest', false)");
        runOwn();
        assertThat(todos.stored()).hasSize(3).isEqualTo(todos.selected());
        assertThat(todos.operations()).hasSize(3);
    }

    private void runOwn() throws Exception {
        MysqlServer server = todos.database.server();
        todos.context
                .getRegistry()
                .bind(
                        "shop",
                        new MysqlSource(
                                MysqlSettings.of(
                                        "shop",
                                        server.host(),
                                        server.port(),
                                        todos.database.name(),
                                        todos.database.user(),
                                        server.password()),
                                SyncRules.DEFAULT_TAG,
                                OnLostHistory.WAIT));
        todos.context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("serai-mysql:shop")
                        .routeId("shop")
                        .process("postImage")
                        .process("syncRules")
                        .to("serai-storage:main");
            }
        });
    }

    /** B is open, C commits, the application begins again, B commits. */
    @Test
    void i1LosesNothingOfATransactionThatWasOpenWhileTheLastOneCommitted() throws Exception {
        todos.run();
        assertThat(todos.stored()).isEmpty();
        try (Connection b = todos.database.connection()) {
            b.setAutoCommit(false);
            execute(b, "INSERT INTO todos VALUES ('b1', 'B', false)");
            todos.database.execute("INSERT INTO todos VALUES ('c1', 'C', false)");
            execute(b, "INSERT INTO todos VALUES ('b2', 'B', false), ('b3', 'B', false)");
            assertThat(todos.stored()).hasSize(1);

            todos.restart();
            b.commit();
            todos.run();
        }

        assertThat(todos.stored()).hasSize(4).isEqualTo(todos.selected());
        assertThat(todos.operations()).hasSize(4).allMatch(op -> op.kind() == BucketOp.Kind.PUT);
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
