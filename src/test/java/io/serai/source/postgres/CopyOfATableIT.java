package io.serai.source.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.serai.change.RowKey;
import io.serai.error.ErrorCode;
import io.serai.error.SeraiException;
import io.serai.source.CatalogLook;
import io.serai.source.ChunkRange;
import io.serai.source.ChunkRead;
import io.serai.source.SnapshotReader;
import io.serai.source.SourceTable;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CopyOfATableIT {
    private static final String TODOS = "CREATE TABLE todos (id int PRIMARY KEY, title text)";

    @Test
    void readsEachRowOnceHoweverTheTableIsCut() throws Exception {
        try (ReplicatedDatabase database = ReplicatedDatabase.with(
                        TODOS,
                        "INSERT INTO todos SELECT i, repeat('x', i % 300) FROM generate_series(1, 10000) i",
                        "DELETE FROM todos WHERE id % 3 = 0")
                .prepare()) {
            SourceTable todos = database.table("todos");

            List<byte[]> inOne = database.copy(todos, Long.MAX_VALUE, Long.MAX_VALUE);
            List<byte[]> inMany = database.copy(todos, 50_000, 7_000);

            assertThat(inOne).hasSize(6667);
            assertThat(new HashSet<>(ReplicatedDatabase.keys(todos, inMany))).hasSize(6667);
            assertThat(inMany).hasSize(6667);
        }
    }

    @Test
    void endsAChunkWhoseRowsAreLarge() throws Exception {
        try (ReplicatedDatabase database = ReplicatedDatabase.with(
                        "CREATE TABLE docs (id int PRIMARY KEY, doc text)",
                        "ALTER TABLE docs ALTER doc SET STORAGE EXTERNAL",
                        "INSERT INTO docs SELECT i, repeat('x', 300000) FROM generate_series(1, 40) i")
                .prepare()) {
            SourceTable docs = database.table("docs");
            SnapshotReader reader = database.copies();
            ChunkRange whole = reader.plan(docs, Long.MAX_VALUE).getFirst();
            List<byte[]> rows = new ArrayList<>();

            ChunkRead read = reader.read(docs, whole, 1_000_000, database.delivered, rows::add);

            assertThat(rows).hasSize(4);
            assertThat(read.rest()).isPresent();
            List<byte[]> rest =
                    database.readAll(reader, docs, List.of(read.rest().get()), 1_000_000);
            assertThat(rest).hasSize(36);
        }
    }

    @Test
    void plansNothingForAnEmptyTable() throws Exception {
        try (ReplicatedDatabase database = ReplicatedDatabase.with(TODOS).prepare()) {
            assertThat(database.copies().plan(database.table("todos"), 1000)).isEmpty();
        }
    }

    @Test
    void saysWhatThePositionIsThatAllItSawIsBefore() throws Exception {
        try (ReplicatedDatabase database =
                ReplicatedDatabase.with(TODOS, "INSERT INTO todos VALUES (1)").prepare()) {
            SourceTable todos = database.table("todos");
            SnapshotReader reader = database.copies();
            database.sql().execute("INSERT INTO todos VALUES (2)");
            RecordedLog log = database.readLog(database.from());

            ChunkRead read =
                    reader.read(todos, reader.plan(todos, 1000).getFirst(), 1000, database.delivered, row -> {});

            assertThat(read.seenUpTo())
                    .isGreaterThanOrEqualTo(log.transactions().getFirst().end());
            RecordedLog later = database.readLog(database.from());
            assertThat(later.reached().compareTo(read.seenUpTo())).isPositive();
        }
    }

    @Test
    void waitsUntilItSeesAllThatWasDelivered() throws Exception {
        try (ReplicatedDatabase database = ReplicatedDatabase.with(TODOS, "INSERT INTO todos VALUES (1, 'old')")
                        .prepare();
                Connection open = database.sql().connection();
                Statement statement = open.createStatement()) {
            SourceTable todos = database.table("todos");
            SnapshotReader reader = database.copies();
            ChunkRange range = reader.plan(todos, 1000).getFirst();
            open.setAutoCommit(false);
            statement.execute("UPDATE todos SET title = 'new'");
            // a server that waits for its standby delivers a commit that reads do not see yet; here the transaction is
            // simply open
            database.delivered.began(Long.parseLong(transaction(statement)) & 0xffff_ffffL);
            List<byte[]> rows = new ArrayList<>();
            CompletableFuture<ChunkRead> read = CompletableFuture.supplyAsync(
                    () -> uncheckedRead(() -> reader.read(todos, range, 1000, database.delivered, rows::add)));
            assertThatThrownBy(() -> read.get(500, TimeUnit.MILLISECONDS))
                    .isInstanceOf(java.util.concurrent.TimeoutException.class);

            open.commit();
            read.get(10, TimeUnit.SECONDS);

            assertThat(rows).hasSize(1);
            assertThat(RecordedLog.words(todos.relation(), rows.getFirst())).isEqualTo("1|new");
            assertThat(database.delivered.encoded()).isEmpty();
        }
    }

    @ParameterizedTest(name = "at a later look: {0}")
    @ValueSource(booleans = {false, true})
    void waitsForTransactionsThatWroteBeforeTheTableWasPublished(boolean again) throws Exception {
        try (ReplicatedDatabase database = ReplicatedDatabase.with(
                        TODOS,
                        "CREATE TABLE others (id int PRIMARY KEY)",
                        "CREATE PUBLICATION powersync FOR TABLE others");
                Connection publishing = database.sql().connection();
                Statement alter = publishing.createStatement();
                Connection open = database.sql().connection();
                Statement statement = open.createStatement()) {
            database.prepareSlot();
            publishing.setAutoCommit(false);
            alter.execute("ALTER PUBLICATION powersync ADD TABLE todos");
            open.setAutoCommit(false);
            statement.execute(
                    "INSERT INTO todos VALUES (1, 'before')"); // later than the other one, and never in the log
            publishing.commit();

            TableIdentity identity = TableIdentity.parse(again ? appeared(database) : published(database));

            assertThat(identity.readableFrom()).isGreaterThan(Long.parseLong(transaction(statement)));
        }
    }

    private static String published(ReplicatedDatabase database) throws Exception {
        return database.source.tables(ReplicatedDatabase.PUBLIC).stream()
                .filter(table -> table.relation().table().name().equals("todos"))
                .findFirst()
                .orElseThrow()
                .identity();
    }

    private static String appeared(ReplicatedDatabase database) throws Exception {
        return database.source.compare(database.tables, Set.of(), ReplicatedDatabase.PUBLIC).differences().stream()
                .map(difference -> ((CatalogLook.Appeared) difference).now().identity())
                .findFirst()
                .orElseThrow();
    }

    @Test
    void readsRowsByKey() throws Exception {
        try (ReplicatedDatabase database = ReplicatedDatabase.with(
                        "CREATE TABLE pairs (a text, b int, v text, PRIMARY KEY (b, a))",
                        "INSERT INTO pairs SELECT 'it''s ' || i, i, 'v' || i FROM generate_series(1, 3000) i")
                .prepare()) {
            SourceTable pairs = database.table("pairs");
            List<RowKey> keys = ReplicatedDatabase.keys(pairs, database.copy(pairs, 1 << 20, 1 << 20))
                    .subList(0, 1000);
            database.sql().execute("DELETE FROM pairs WHERE b = 1");
            List<byte[]> rows = new ArrayList<>();

            database.copies().read(pairs, keys, database.delivered, rows::add);

            assertThat(ReplicatedDatabase.keys(pairs, rows)).hasSize(999).isSubsetOf(keys);
        }
    }

    @Test
    void readsRowsByAKeyWhoseTypesAreOfExtensions() throws Exception {
        try (ReplicatedDatabase database = ReplicatedDatabase.with(
                        "CREATE SCHEMA more",
                        "CREATE EXTENSION ltree SCHEMA more",
                        "CREATE EXTENSION citext SCHEMA more",
                        "CREATE TABLE paths (path more.ltree, name more.citext, kind varchar(9), v text, PRIMARY KEY (kind, name, path))",
                        "INSERT INTO paths SELECT ('Top.n' || i)::more.ltree, 'Name ' || i, 'k', 'v' FROM generate_series(1, 3000) i")
                .prepare()) {
            SourceTable paths = database.table("paths");
            List<RowKey> keys = ReplicatedDatabase.keys(paths, database.copy(paths, 1 << 20, 1 << 20))
                    .subList(0, 1000);
            database.sql().execute("UPDATE paths SET name = upper(name)");
            List<byte[]> rows = new ArrayList<>();

            database.copies().read(paths, keys, database.delivered, rows::add);

            assertThat(rows).hasSize(1000); // the type takes upper and lower case for equal
        }
    }

    @Test
    void missesNothingWhenTheTableIsPackedMeanwhile() throws Exception {
        try (ReplicatedDatabase database = ReplicatedDatabase.with(
                        TODOS,
                        "INSERT INTO todos SELECT i, repeat('x', 100) FROM generate_series(1, 5000) i",
                        "DELETE FROM todos WHERE id < 2500")
                .prepare()) {
            SourceTable todos = database.table("todos");
            SnapshotReader reader = database.copies();
            List<ChunkRange> ranges = reader.plan(todos, 50_000);
            assertThat(ranges).hasSizeGreaterThan(5);
            List<byte[]> rows = new ArrayList<>(database.readAll(reader, todos, ranges.subList(0, 2), 20_000));
            database.sql().execute("VACUUM FULL todos");

            rows.addAll(database.readAll(reader, todos, ranges.subList(2, ranges.size()), 20_000));

            assertThat(rows).hasSize(2501); // the whole file once, not once for each range
            assertThat(new HashSet<>(ReplicatedDatabase.keys(todos, rows))).hasSize(2501);
        }
    }

    @Test
    void readsTheWholeFileAgainWhenTheChunkThatReadItWasLost() throws Exception {
        try (ReplicatedDatabase database = ReplicatedDatabase.with(
                        TODOS, "INSERT INTO todos SELECT i, repeat('x', 100) FROM generate_series(1, 5000) i")
                .prepare()) {
            SourceTable todos = database.table("todos");
            SnapshotReader reader = database.copies();
            List<ChunkRange> ranges = reader.plan(todos, 50_000);
            database.sql().execute("VACUUM FULL todos");
            ChunkRead first = reader.read(todos, ranges.get(0), 1000, database.delivered, row -> {});
            ChunkRead second = reader.read(todos, ranges.get(1), 1000, database.delivered, row -> {});

            ChunkRead again = reader.read(todos, ranges.get(0), 1000, database.delivered, row -> {});

            assertThat(first.rest()).isPresent();
            assertThat(second.rest()).isEmpty();
            assertThat(again.rest()).isEqualTo(first.rest());
        }
    }

    @Test
    void goesOnAfterATruncate() throws Exception {
        try (ReplicatedDatabase database = ReplicatedDatabase.with(
                        TODOS, "INSERT INTO todos SELECT i, repeat('x', 100) FROM generate_series(1, 5000) i")
                .prepare()) {
            SourceTable todos = database.table("todos");
            SnapshotReader reader = database.copies();
            List<ChunkRange> ranges = reader.plan(todos, 50_000);
            database.sql().execute("TRUNCATE todos", "INSERT INTO todos VALUES (1)");

            List<byte[]> rows = database.readAll(reader, todos, ranges, 20_000);

            assertThat(rows).hasSize(1);
        }
    }

    @Test
    void stopsAtATableThatWasAltered() throws Exception {
        try (ReplicatedDatabase database =
                ReplicatedDatabase.with(TODOS, "INSERT INTO todos VALUES (1)").prepare()) {
            SourceTable todos = database.table("todos");
            SnapshotReader reader = database.copies();
            ChunkRange range = reader.plan(todos, 1000).getFirst();
            database.sql().execute("ALTER TABLE todos ALTER title TYPE text USING lower(title)");

            assertThatThrownBy(() -> reader.read(todos, range, 1000, database.delivered, row -> {}))
                    .asInstanceOf(InstanceOfAssertFactories.type(SeraiException.class))
                    .extracting(SeraiException::code)
                    .isEqualTo(ErrorCode.SOURCE_TABLE_CHANGED);
        }
    }

    @Test
    void waitsWhileDdlHoldsTheTable() throws Exception {
        try (ReplicatedDatabase database = ReplicatedDatabase.with(TODOS, "INSERT INTO todos VALUES (1)")
                        .prepare();
                Connection ddl = database.sql().connection();
                Statement statement = ddl.createStatement()) {
            SourceTable todos = database.table("todos");
            SnapshotReader reader = database.copies();
            ChunkRange range = reader.plan(todos, 1000).getFirst();
            ddl.setAutoCommit(false);
            statement.execute("LOCK TABLE todos IN ACCESS EXCLUSIVE MODE");
            List<byte[]> rows = new ArrayList<>();
            CompletableFuture<ChunkRead> read = CompletableFuture.supplyAsync(
                    () -> uncheckedRead(() -> reader.read(todos, range, 1000, database.delivered, rows::add)));
            assertThatThrownBy(() -> read.get(1500, TimeUnit.MILLISECONDS))
                    .isInstanceOf(java.util.concurrent.TimeoutException.class);

            ddl.rollback();
            read.get(10, TimeUnit.SECONDS);

            assertThat(rows).hasSize(1);
        }
    }

    @Test
    void endsWhenItIsClosedByAnotherThread() throws Exception {
        try (ReplicatedDatabase database = ReplicatedDatabase.with(
                        TODOS, "INSERT INTO todos SELECT i, repeat('x', 100) FROM generate_series(1, 20000) i")
                .prepare()) {
            SourceTable todos = database.table("todos");
            SnapshotReader reader = database.copies();
            ChunkRange range = reader.plan(todos, Long.MAX_VALUE).getFirst();

            assertThatThrownBy(
                            () -> reader.read(todos, range, Long.MAX_VALUE, database.delivered, row -> reader.close()))
                    .isInstanceOf(SQLException.class)
                    .satisfies(failure -> assertThat(
                                    database.source.explain(failure).code())
                            .isEqualTo(ErrorCode.SOURCE_CONNECTION_FAILED));
        }
    }

    @Test
    void copiesAParentWithoutTheRowsOfItsChildren() throws Exception {
        try (ReplicatedDatabase database = ReplicatedDatabase.with(
                        TODOS,
                        "CREATE TABLE done (PRIMARY KEY (id)) INHERITS (todos)",
                        "INSERT INTO todos VALUES (1)",
                        "INSERT INTO done VALUES (2)")
                .prepare()) {
            SourceTable todos = database.table("todos");
            SourceTable done = database.table("done");
            List<byte[]> rows = database.copy(todos, 1000, 1000);
            assertThat(rows).hasSize(1);
            List<byte[]> rowsOfChild = database.copy(done, 1000, 1000);
            assertThat(rowsOfChild).hasSize(1);
            List<byte[]> byKey = new ArrayList<>();
            database.copies().read(todos, ReplicatedDatabase.keys(done, rowsOfChild), database.delivered, byKey::add);
            assertThat(byKey).isEmpty();
        }
    }

    private static String transaction(Statement statement) throws SQLException {
        try (var rows = statement.executeQuery("SELECT txid_current()")) {
            rows.next();
            return rows.getString(1);
        }
    }

    private static ChunkRead uncheckedRead(java.util.concurrent.Callable<ChunkRead> read) {
        try {
            return read.call();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
