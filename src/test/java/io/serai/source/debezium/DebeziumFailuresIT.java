package io.serai.source.debezium;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.serai.bucket.BucketOp;
import io.serai.error.ErrorCode;
import io.serai.source.SourceStatus;
import io.serai.testsupport.TcpProxy;
import io.serai.testsupport.TestDatabase;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What fails in a route from {@code debezium-postgres}, or around it: nothing is lost, and nothing comes twice. */
class DebeziumFailuresIT {
    private static final int ROWS = 100_000;

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
    void i6ARouteThatThrowsStopsBeforeTheNextChangeAndGoesOnWhenTheCauseIsGone() throws Exception {
        AtomicBoolean broken = new AtomicBoolean(true);
        todos.run(
                todos.options(),
                route -> route.process(exchange -> {
                    Map<?, ?> row = exchange.getMessage().getBody(Map.class);
                    if (broken.get() && "t5".equals(row.get("id"))) {
                        throw new IllegalStateException("row data");
                    }
                }));
        assertThat(todos.stored()).isEmpty();

        for (int i = 1; i < 10; i++) {
            todos.database.execute("INSERT INTO todos VALUES ('t" + i + "', 'Rest', false)");
        }
        awaitProblem(ErrorCode.SOURCE_ROUTE_FAILED);

        assertThat(todos.storedNow()).noneMatch(row -> row.matches(".*\"t[5-9]\".*"));
        broken.set(false);
        assertThat(todos.stored()).hasSize(9);
        assertThat(todos.operations()).hasSize(9);
    }

    @Test
    void aConnectionThatBreaksInALargeTransactionBringsItOnceAndWhole() throws Exception {
        AtomicInteger routed = new AtomicInteger();
        try (TcpProxy proxy = TcpProxy.before(todos.database.server())) {
            Map<String, String> options = todos.options();
            options.put("databaseHostname", proxy.host());
            options.put("databasePort", Integer.toString(proxy.port()));
            todos.run(
                    options,
                    route -> route.process(exchange -> {
                        if (routed.incrementAndGet() == ROWS / 5) {
                            proxy.cutOnce();
                        }
                    }));
            assertThat(todos.stored()).isEmpty();

            todos.database.execute(
                    "INSERT INTO todos SELECT 't' || i, 'Row ' || i, false FROM generate_series(1, " + ROWS + ") i");

            assertThat(todos.stored()).hasSize(ROWS);
            assertThat(todos.operations()).hasSize(ROWS).allMatch(op -> op.kind() == BucketOp.Kind.PUT);
            assertThat(routed.get()).as("it was read again").isGreaterThan(ROWS);
        }
    }

    @Test
    void anEngineThatDiesIsNoticedAndStartedAgain() throws Exception {
        todos.run();
        assertThat(todos.stored()).isEmpty();

        await().atMost(DebeziumTodos.PATIENCE).until(() -> !reader().isEmpty());
        String reader = reader();
        todos.database.execute("SELECT pg_terminate_backend(" + reader + ")");
        await().atMost(DebeziumTodos.PATIENCE).until(() -> !reader().equals(reader) && !reader().isEmpty());
        todos.database.execute("INSERT INTO todos VALUES ('t1', 'Buy milk', false)");

        assertThat(todos.stored()).hasSize(1);
    }

    @Test
    void aRouteThatLacksAStepIsRefused() {
        assertThatThrownBy(() -> todos.run(example().replace("process: {ref: \"#syncRules\"}", "log: {message: row}")))
                .rootCause()
                .hasMessageContaining("[SERAI-S1004] The route has no syncRules step");
    }

    @Test
    void theExampleOfTheManualNeedsNothingButTheJar() throws Exception {
        todos.database.execute("INSERT INTO todos VALUES ('t1', 'Buy milk', false)");
        todos.run(example());
        assertThat(todos.stored()).hasSize(1);

        todos.database.execute("INSERT INTO todos VALUES ('t2', 'Fetch bread', false)");

        assertThat(todos.stored()).hasSize(2).isEqualTo(todos.selected());
    }

    /** The server's process that sends the log; empty when nothing reads it. */
    private String reader() {
        return String.valueOf(
                todos.database.value("SELECT coalesce(max(active_pid)::text, '') FROM pg_replication_slots"
                        + " WHERE database = current_database()"));
    }

    private static String example() throws Exception {
        Matcher block = Pattern.compile("\n```yaml\n(.*?)\n```", Pattern.DOTALL)
                .matcher(Files.readString(Path.of("docs/debezium.md")));
        assertThat(block.find()).isTrue();
        return block.group(1) + "\n";
    }

    private void awaitProblem(ErrorCode code) {
        await().atMost(DebeziumTodos.PATIENCE)
                .until(() -> todos.replication()
                        .problem()
                        .map(SourceStatus.Problem::code)
                        .filter(code::equals)
                        .isPresent());
    }
}
