package io.serai.source.mysql;

import io.serai.change.GtidPosition;
import io.serai.change.SourcePosition;
import io.serai.change.TableRef;
import io.serai.source.CatalogTable;
import io.serai.source.ChunkRange;
import io.serai.source.ChunkRead;
import io.serai.source.LogReader;
import io.serai.source.LogSink;
import io.serai.source.SnapshotReader;
import io.serai.source.SourceTable;
import io.serai.source.TableSelection;
import io.serai.storage.TableHandle;
import io.serai.testsupport.MysqlTestDatabase;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The images that the log and a copy give of the tables of a database. Confined to one thread. */
final class LoggedRows implements AutoCloseable {
    private final MysqlDatabase source;
    private final TableSelection selection;
    private SourcePosition start = GtidPosition.of(io.serai.change.GtidSet.EMPTY);
    private List<SourceTable> tables = List.of();

    LoggedRows(MysqlTestDatabase database) {
        this.source = new MysqlDatabase(MysqlReplica.settings(database), "storage1");
        this.selection = new TableSelection() {
            @Override
            public boolean isWanted(TableRef table) {
                return table.schema().equals(database.name());
            }

            @Override
            public Optional<Set<String>> schemas() {
                return Optional.of(Set.of(database.name()));
            }

            @Override
            public List<TableRef> named() {
                return List.of();
            }
        };
    }

    MysqlDatabase source() {
        return source;
    }

    TableSelection selection() {
        return selection;
    }

    /** Looks at the tables; the log begins here. */
    LoggedRows prepare() throws Exception {
        start = source.prepare().position();
        tables = new ArrayList<>();
        for (CatalogTable table : source.tables(selection)) {
            int number = tables.size();
            tables.add(new SourceTable(
                    new TableHandle(number, table.relation().table()), number, table.relation(), table.identity()));
        }
        return this;
    }

    SourceTable table(String name) {
        return tables.stream()
                .filter(table -> table.table().name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    /** The images after each change that was committed up to now. */
    List<byte[]> logged() throws Exception {
        SourcePosition head = source.head();
        List<byte[]> images = new ArrayList<>();
        Images sink = new Images(images, start);
        long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        try (LogReader reader = source.log(start, null, tables, selection, start)) {
            while (!sink.reached.covers(head)) {
                if (System.nanoTime() > deadline) {
                    throw new AssertionError("the log does not come: " + sink.reached + ", wanted " + head);
                }
                reader.read(sink, Duration.ofMillis(50));
            }
        }
        return images;
    }

    /** All rows of a table, as a copy reads them. */
    List<byte[]> copied(String name) throws Exception {
        List<byte[]> rows = new ArrayList<>();
        SourceTable table = table(name);
        try (SnapshotReader reader = source.snapshotReader()) {
            Deque<ChunkRange> left = new ArrayDeque<>(reader.plan(table, 1 << 16));
            while (!left.isEmpty()) {
                ChunkRead read = reader.read(table, left.poll(), 1 << 16, source.delivered(new byte[0]), rows::add);
                read.rest().ifPresent(left::addFirst);
            }
        }
        return rows;
    }

    @Override
    public void close() {
        source.close();
    }

    private static final class Images implements LogSink {
        private final List<byte[]> images;
        private SourcePosition reached;

        private Images(List<byte[]> images, SourcePosition reached) {
            this.images = images;
            this.reached = reached;
        }

        @Override
        public void begin(long transactionId, SourcePosition commitAt, Instant commitTime) {}

        @Override
        public void change(Kind kind, SourceTable table, byte @Nullable [] before, byte @Nullable [] after) {
            if (after != null) {
                images.add(after);
            }
        }

        @Override
        public void truncate(List<SourceTable> tables) {}

        @Override
        public void commit(SourcePosition position) {
            reached = position;
        }

        @Override
        public void idle(SourcePosition position) {
            reached = position;
        }

        @Override
        public boolean isFull() {
            return false;
        }
    }
}
