package io.serai.api.sync;

import static io.serai.api.sync.SyncApiFixture.put;
import static org.assertj.core.api.Assertions.assertThat;

import io.serai.api.sync.SyncApiFixture.Change;
import io.serai.api.sync.SyncApiFixture.Lines;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class PrioritiesTest {
    private static final String NEW_CLIENT = "{\"raw_data\":true,\"client_id\":\"c1\"}";
    private static final int MANY = 3000;
    private static final SyncLimits LIMITS =
            new SyncLimits(20, 20, 3, 10_000, Duration.ofSeconds(20), Duration.ofSeconds(20));
    private static final String RULES = """
            config:
              edition: 3
            streams:
              mine:
                auto_subscribe: true
                query: SELECT * FROM todos WHERE owner = auth.user_id()
              shared:
                auto_subscribe: true
                priority: 1
                query: SELECT lists.* FROM lists, members WHERE lists.id = members.list AND members.member = auth.user_id()
            """;

    @TempDir
    Path folder;

    private SyncApiFixture fixture;

    @BeforeEach
    void start() throws Exception {
        fixture = new SyncApiFixture(folder, RULES, LIMITS);
    }

    @AfterEach
    void stop() throws Exception {
        fixture.close();
    }

    @Test
    void sendsBetterPrioritiesFirstAndSaysWhenTheyAreComplete() throws Exception {
        fixture.begin(
                put("todos", "t1", "owner", "ann"),
                put("lists", "l1", "name", "home"),
                put("members", "m1", "list", "l1", "member", "ann"));

        try (Lines lines = fixture.stream("ann", NEW_CLIENT)) {
            List<String> sent = lines.upTo("checkpoint_complete");

            assertThat(sent).hasSize(5);
            assertThat(sent.get(1)).contains("home");
            assertThat(sent.get(2))
                    .startsWith("{\"partial_checkpoint_complete\":{\"last_op_id\":")
                    .endsWith("\"priority\":1}}");
            assertThat(sent.get(3)).contains("\"todos\"");
        }
    }

    @Test
    void interruptsWorsePrioritiesForBetterOnes() throws Exception {
        fixture.begin(manyTodos());
        fixture.commit(put("lists", "l1", "name", "home"), put("members", "m1", "list", "l1", "member", "ann"));
        try (Lines lines = fixture.stream("ann", NEW_CLIENT)) {
            lines.upTo("partial_checkpoint_complete");
            lines.upTo("data");

            fixture.commit(put("lists", "l1", "name", "away"));

            List<String> sent = lines.upTo("checkpoint_diff");
            assertThat(sent).noneMatch(line -> line.startsWith("{\"checkpoint_complete"));
            assertThat(lines.next()).contains("away");
            assertThat(lines.next()).startsWith("{\"partial_checkpoint_complete");
            sent.addAll(lines.upTo("checkpoint_complete"));
            assertThat(operations(sent)).isBetween(2000, MANY - 1);
        }
    }

    @Test
    void interruptsThemAlsoForABucketThatALookupGrants() throws Exception {
        fixture.begin(manyTodos());
        fixture.commit(put("lists", "l1", "name", "home"));
        try (Lines lines = fixture.stream("ann", NEW_CLIENT)) {
            lines.upTo("data");

            fixture.commit(put("members", "m1", "list", "l1", "member", "ann"));

            List<String> sent = lines.upTo("checkpoint_diff");
            assertThat(operations(sent)).isLessThan(MANY);
            assertThat(lines.next()).contains("home");
        }
    }

    /** Of which a client's connection and the server's buffers hold but a part. */
    private static Change[] manyTodos() {
        return IntStream.range(0, MANY)
                .mapToObj(i -> put("todos", "t" + i, "owner", "ann", "text", "x".repeat(2000)))
                .toArray(Change[]::new);
    }

    private static int operations(List<String> lines) {
        return String.join("", lines).split("\"op_id\"", -1).length - 1;
    }
}
