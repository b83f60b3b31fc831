package io.serai.source.debezium;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.serai.bucket.BucketOp;
import io.serai.source.SourceStatus;
import io.serai.testsupport.TestDatabase;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.camel.builder.RouteBuilder;
import org.apache.kafka.connect.data.Struct;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A route from Camel's own {@code debezium-postgres}, from a real server into a real storage. */
class DebeziumPostgresIT {
    @TempDir
    Path folder;

    private DebeziumTodos<TestDatabase> todos;

    @BeforeEach
    void start() {
        todos = DebeziumTodos.postgres(folder);
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
    void completesAColumnThatTheLogLeavesOutAlsoBesideATextThatLooksLikeIt() throws Exception {
        todos.database.execute("ALTER TABLE todos ALTER title SET STORAGE EXTERNAL");
        todos.run();
        String title = "ab".repeat(5000);
        todos.database.execute(
                "INSERT INTO todos VALUES ('t1', '" + title + "', false)",
                "INSERT INTO todos VALUES ('t2', '__debezium_unavailable_value', false)");

        todos.database.execute("UPDATE todos SET done = true", "UPDATE todos SET id = 't3' WHERE id = 't1'");

        assertThat(todos.stored()).hasSize(2).isEqualTo(todos.selected());
    }

    @Test
    void copiesATableThatWasAlteredAgain() throws Exception {
        todos.run();
        todos.database.execute("INSERT INTO todos VALUES ('t1', '17', false)");
        assertThat(todos.stored()).hasSize(1);

        todos.database.execute(
                "ALTER TABLE todos ALTER title TYPE int USING title::int",
                "INSERT INTO todos VALUES ('t2', 18, false)");

        assertThat(todos.stored())
                .containsExactly("{\"id\":\"t1\",\"title\":17,\"done\":0}", "{\"id\":\"t2\",\"title\":18,\"done\":0}");
    }

    @Test
    void goesOnAfterItsRouteWasStopped() throws Exception {
        todos.run();
        todos.database.execute("INSERT INTO todos VALUES ('t1', 'Buy milk', false)");
        assertThat(todos.stored()).hasSize(1);

        todos.context.getRouteController().stopRoute("shop");
        assertThat(todos.status().state()).isEqualTo(SourceStatus.State.STOPPED);
        assertThat(Thread.getAllStackTraces().keySet())
                .extracting(Thread::getName)
                .noneMatch(name -> name.startsWith("serai-shop") || name.contains("DebeziumConsumer"));
        todos.database.execute("INSERT INTO todos VALUES ('t2', 'Fetch bread', false)");
        todos.context.getRouteController().startRoute("shop");

        assertThat(todos.stored()).hasSize(2);
    }

    /** B is open, C commits, B goes on: what begins B's next row is where C ends ({@code ../shared/sources/debezium.md}, section 1). */
    @Test
    void i1LosesNothingOfATransactionThatWasOpenWhileTheLastOneCommitted() throws Exception {
        todos.run();
        assertThat(todos.stored()).isEmpty();
        try (Connection b = todos.database.connection()) {
            begin(b);
            todos.database.execute("INSERT INTO todos VALUES ('c1', 'C', false)");
            goOn(b);
            assertThat(todos.stored()).hasSize(1);

            todos.restart();
            b.commit();
            todos.run();
        }

        assertThat(todos.stored()).hasSize(4).isEqualTo(todos.selected());
        assertThat(todos.operations()).hasSize(4).allMatch(op -> op.kind() == BucketOp.Kind.PUT);
    }

    /** The same with the offset store that comes with Kafka: this is what Debezium does where nothing is done about it. */
    @Test
    void theStockOffsetStoreLosesTheRowsOfSuchATransaction() throws Exception {
        List<String> delivered = new CopyOnWriteArrayList<>();
        todos.database.execute(
                "SELECT pg_create_logical_replication_slot('stock', 'pgoutput')",
                "INSERT INTO todos VALUES ('a1', 'A', false)");
        stock(delivered);
        await().atMost(DebeziumTodos.PATIENCE).until(() -> delivered.contains("a1"));
        try (Connection b = todos.database.connection()) {
            begin(b);
            todos.database.execute("INSERT INTO todos VALUES ('c1', 'C', false)");
            goOn(b);
            await().atMost(DebeziumTodos.PATIENCE).until(() -> delivered.contains("c1"));

            todos.restart();
            b.commit();
            stock(delivered);
        }
        todos.database.execute("INSERT INTO todos VALUES ('d1', 'D', false)");

        await().atMost(DebeziumTodos.PATIENCE).until(() -> delivered.contains("d1"));
        assertThat(delivered).doesNotContain("b1", "b2");
    }

    private void stock(List<String> delivered) throws Exception {
        Map<String, String> options = todos.options();
        options.put("offsetStorage", "org.apache.kafka.connect.storage.FileOffsetBackingStore");
        options.put("offsetStorageFileName", folder.resolve("offsets").toString());
        options.put("offsetFlushIntervalMs", "0");
        options.put("slotName", "stock");
        options.put("publicationName", "powersync");
        StringBuilder uri = new StringBuilder("debezium-postgres:stock");
        options.forEach((name, value) -> uri.append(uri.indexOf("?") < 0 ? '?' : '&')
                .append(name)
                .append('=')
                .append(value));
        todos.context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from(uri.toString()).routeId("stock").process(exchange -> {
                    if (exchange.getMessage().getBody() instanceof Struct row
                            && row.schema().field("id") != null) {
                        delivered.add(row.getString("id"));
                    }
                });
            }
        });
    }

    private static void begin(Connection b) throws SQLException {
        b.setAutoCommit(false);
        try (Statement statement = b.createStatement()) {
            statement.execute("INSERT INTO todos VALUES ('b1', 'B', false)");
        }
    }

    private static void goOn(Connection b) throws SQLException {
        try (Statement statement = b.createStatement()) {
            statement.execute("INSERT INTO todos VALUES ('b2', 'B', false), ('b3', 'B', false)");
        }
    }
}
