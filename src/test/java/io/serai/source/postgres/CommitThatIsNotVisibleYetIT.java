package io.serai.source.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.serai.change.Lsn;
import io.serai.source.ChunkRange;
import io.serai.source.ChunkRead;
import io.serai.source.SnapshotReader;
import io.serai.source.SourceTable;
import io.serai.testsupport.PostgresServer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

/** A server that waits for a synchronous standby sends a commit to the slot before anyone sees it. */
class CommitThatIsNotVisibleYetIT {
    @Test
    void isWaitedForByReadsThatBeginAfterItWasDelivered() throws Exception {
        try (PostgresServer server = PostgresServer.own();
                ReplicatedDatabase database = ReplicatedDatabase.on(
                                server,
                                "CREATE TABLE todos (id int PRIMARY KEY, title text)",
                                "INSERT INTO todos VALUES (1, 'old')")
                        .prepare()) {
            SourceTable todos = database.table("todos");
            SnapshotReader reader = database.copies();
            ChunkRange range = reader.plan(todos, 1000).getFirst();
            waitFor(database, "nobody");
            CompletableFuture<Void> commit = CompletableFuture.runAsync(
                    () -> database.sql().execute("UPDATE todos SET title = 'new' WHERE id = 1"));
            RecordedLog log = new RecordedLog();
            database.readLog(
                    (Lsn) database.start.position(),
                    log,
                    () -> !log.transactions().isEmpty());
            assertThat(commit).isNotDone();
            assertThat(database.sql().value("SELECT title FROM todos")).isEqualTo("old");
            log.transactions().forEach(transaction -> database.delivered.began(transaction.id()));

            List<byte[]> rows = new ArrayList<>();
            CompletableFuture<ChunkRead> read = CompletableFuture.supplyAsync(() -> {
                try {
                    return reader.read(todos, range, 1000, database.delivered, rows::add);
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                }
            });
            assertThatThrownBy(() -> read.get(700, TimeUnit.MILLISECONDS)).isInstanceOf(TimeoutException.class);
            waitFor(database, "");
            commit.get(10, TimeUnit.SECONDS);
            read.get(10, TimeUnit.SECONDS);

            assertThat(rows).hasSize(1);
            assertThat(RecordedLog.words(todos.relation(), rows.getFirst())).isEqualTo("1|new");
        }
    }

    private static void waitFor(ReplicatedDatabase database, String standby) {
        database.sql()
                .execute(
                        "ALTER SYSTEM SET synchronous_standby_names = '" + standby + "'",
                        "SELECT pg_reload_conf(), pg_sleep(0.5)");
    }
}
