package io.serai.source.postgres;

import io.serai.change.Lsn;
import io.serai.change.RowImage;
import io.serai.change.RowKey;
import io.serai.change.TableRef;
import io.serai.source.CatalogTable;
import io.serai.source.ChunkRange;
import io.serai.source.ChunkRead;
import io.serai.source.Delivered;
import io.serai.source.SnapshotReader;
import io.serai.source.SourceDatabase.Start;
import io.serai.source.SourceTable;
import io.serai.source.TableSelection;
import io.serai.storage.TableHandle;
import io.serai.testsupport.PostgresServer;
import io.serai.testsupport.TestDatabase;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;

/** A database that is replicated as a source would do it, its tables prepared by {@link #prepare}. Confined to one thread. */
final class ReplicatedDatabase implements AutoCloseable {
    static final TableSelection PUBLIC = selection(table -> table.schema().equals("public"));

    private final TestDatabase database;
    private final PostgresSettings settings;
    private final List<AutoCloseable> opened = new ArrayList<>();

    PostgresDatabase source;
    Start start;
    List<SourceTable> tables;
    Delivered delivered;

    @SuppressWarnings("NullAway.Init") // by prepare
    private ReplicatedDatabase(TestDatabase database) {
        this.database = database;
        this.settings = PostgresSettings.of("shop", database.uri() + "?sslmode=disable");
        this.source = source("storage1");
    }

    /** A new database on the shared server in which the statements were executed. */
    static ReplicatedDatabase with(String... statements) {
        return on(PostgresServer.shared(), statements);
    }

    static ReplicatedDatabase on(PostgresServer server, String... statements) {
        TestDatabase database = server.createDatabase();
        database.execute(statements);
        return new ReplicatedDatabase(database);
    }

    /** A database that is there, with its publication. */
    static ReplicatedDatabase of(TestDatabase database) {
        return new ReplicatedDatabase(database);
    }

    static TableSelection selection(Predicate<TableRef> wanted, TableRef... named) {
        return new TableSelection() {
            @Override
            public boolean isWanted(TableRef table) {
                return wanted.test(table);
            }

            @Override
            public Optional<Set<String>> schemas() {
                return Optional.empty();
            }

            @Override
            public List<TableRef> named() {
                return List.of(named);
            }
        };
    }

    /** Makes the publication and the slot, and looks at the tables. */
    ReplicatedDatabase prepare() throws SQLException, InterruptedException {
        database.execute("CREATE PUBLICATION powersync FOR ALL TABLES");
        return prepareSlot();
    }

    ReplicatedDatabase prepareSlot() throws SQLException, InterruptedException {
        return prepareSlot(PUBLIC);
    }

    ReplicatedDatabase prepareSlot(TableSelection selection) throws SQLException, InterruptedException {
        start = source.prepare();
        tables = new ArrayList<>();
        for (CatalogTable table : source.tables(selection)) {
            int number = tables.size();
            tables.add(new SourceTable(
                    new TableHandle(number, table.relation().table()), number, table.relation(), table.identity()));
        }
        delivered = source.delivered(start.delivered() == null ? new byte[0] : start.delivered());
        return this;
    }

    TestDatabase sql() {
        return database;
    }

    PostgresSettings settings() {
        return settings;
    }

    /** The same database, seen by another storage or with other settings; closed with this. */
    PostgresDatabase source(String storage) {
        return closedWithThis(new PostgresDatabase(settings, storage));
    }

    String slot() {
        return settings.slotName("storage1");
    }

    SourceTable table(String name) {
        return tables.stream()
                .filter(table -> table.table().name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    Lsn from() {
        return (Lsn) start.position();
    }

    /** Reads the log from {@code from} until it has passed what was committed before this call. */
    RecordedLog readLog(Lsn from) throws SQLException, InterruptedException {
        Lsn head = (Lsn) source.head();
        RecordedLog log = new RecordedLog();
        readLog(from, log, () -> log.reached().compareTo(head) > 0);
        return log;
    }

    void readLog(Lsn from, RecordedLog log, BooleanSupplier enough) throws SQLException, InterruptedException {
        long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        try (var reader = source.log(from, null, tables, PUBLIC, Lsn.ZERO)) {
            reader.requestPosition();
            while (!enough.getAsBoolean()) {
                if (System.nanoTime() > deadline) {
                    throw new AssertionError("the log does not come: " + log);
                }
                reader.read(log, Duration.ofMillis(50));
            }
        }
    }

    SnapshotReader copies() throws SQLException, InterruptedException {
        return closedWithThis(source.snapshotReader());
    }

    /** All rows of a table, read range by range. */
    List<byte[]> copy(SourceTable table, long targetBytes, long maxBytes) throws SQLException, InterruptedException {
        SnapshotReader reader = copies();
        return readAll(reader, table, reader.plan(table, targetBytes), maxBytes);
    }

    List<byte[]> readAll(SnapshotReader reader, SourceTable table, List<ChunkRange> ranges, long maxBytes)
            throws SQLException, InterruptedException {
        List<byte[]> rows = new ArrayList<>();
        Deque<ChunkRange> left = new ArrayDeque<>(ranges);
        while (!left.isEmpty()) {
            ChunkRead read = reader.read(table, left.poll(), maxBytes, delivered, rows::add);
            read.rest().ifPresent(left::addFirst);
        }
        return rows;
    }

    static List<RowKey> keys(SourceTable table, List<byte[]> rows) {
        return rows.stream()
                .map(row -> new RowImage(table.relation(), row).key())
                .toList();
    }

    @Override
    public void close() throws Exception {
        for (AutoCloseable each : opened) {
            each.close();
        }
        database.close();
    }

    private <T extends AutoCloseable> T closedWithThis(T closeable) {
        opened.add(closeable);
        return closeable;
    }
}
