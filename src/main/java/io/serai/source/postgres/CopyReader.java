package io.serai.source.postgres;

import io.serai.change.RowKey;
import io.serai.change.TableRef;
import io.serai.error.SeraiException;
import io.serai.source.ChunkRange;
import io.serai.source.ChunkRead;
import io.serai.source.Delivered;
import io.serai.source.SnapshotReader;
import io.serai.source.SourceTable;
import io.serai.source.postgres.TableIdentity.Partition;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyOut;

/**
 * Reads tables with COPY, by ranges of pages or by keys. Each read is a transaction of its own: it locks the table first (ACCESS SHARE, which meets
 * only DDL) and takes its snapshot then, because an older snapshot of a table that was rewritten is empty. After an exception it is closed.
 */
final class CopyReader implements SnapshotReader {
    /** So many ranges are remembered at most; chunks that become too large end early anyway. */
    private static final int MAX_RANGES = 4096;

    /** Before 14 each place of a range is listed, so ranges must stay small. */
    private static final int MAX_LISTED_RANGES = 65536;

    private static final ChunkRange WHOLE = new ChunkRange("whole");

    private static final long UNSEEN_PAUSE_MILLIS = 30;
    private static final long LOCKED_PAUSE_MILLIS = 500;
    private static final String LOCK_NOT_AVAILABLE = "55P03";
    private static final String UNDEFINED_TABLE = "42P01";
    private static final String QUERY_CANCELED = "57014";
    private static final int BTREE_EQUAL = 3;
    private static final int PAGE_HEADER = 24;
    private static final int LEAST_ROW = 28;

    private final Connection connection;
    private final Catalog catalog;
    private final int version;
    private final RewrittenTables rewritten;
    private final EndedWriters endedWriters;
    private final String where;

    private CopyReader(Connection connection, RewrittenTables rewritten, EndedWriters endedWriters, String where)
            throws SQLException {
        this.connection = connection;
        this.catalog = new Catalog(connection);
        this.version = connection.getMetaData().getDatabaseMajorVersion();
        this.rewritten = rewritten;
        this.endedWriters = endedWriters;
        this.where = where;
    }

    /** A reader that owns the connection. */
    static CopyReader open(Connection connection, RewrittenTables rewritten, EndedWriters endedWriters, String where)
            throws SQLException {
        try {
            return new CopyReader(connection, rewritten, endedWriters, where);
        } catch (SQLException e) {
            Closing.abort(connection);
            throw e;
        }
    }

    @Override
    public boolean needsALaterLog(SourceTable table) throws SQLException, InterruptedException {
        long readableFrom = TableIdentity.parse(table.identity()).readableFrom();
        if (readableFrom == 0) {
            return false;
        }
        return orClose(() -> {
            while (catalog.snapshot().xmin() < readableFrom) {
                TimeUnit.MILLISECONDS.sleep(UNSEEN_PAUSE_MILLIS);
            }
            LogHead.take(connection); // its marker is a transaction after theirs: the last one is sent once more
            endedWriters.ended(readableFrom, LogHead.take(connection));
            return true;
        });
    }

    @Override
    public List<ChunkRange> plan(SourceTable table, long targetBytes) throws SQLException, InterruptedException {
        return orClose(() -> {
            beginWithTable(table);
            TableIdentity identity = requireUnchanged(table);
            List<ChunkRange> ranges = new ArrayList<>(ranges(0, file(identity.oid()), targetBytes));
            for (Partition partition : identity.partitions()) {
                ranges.addAll(ranges(partition.oid(), file(partition.oid()), targetBytes));
            }
            execute("COMMIT");
            return table.isKeyless() ? List.of(WHOLE) : ranges;
        });
    }

    private List<ChunkRange> ranges(long partition, TableFile file, long targetBytes) {
        if (file.pages == 0) {
            return List.of();
        }
        long most = Math.min(version >= 14 ? MAX_RANGES : MAX_LISTED_RANGES, file.pages);
        long wanted = Math.clamp(file.bytes / Math.max(1, targetBytes) + 1, 1, most);
        List<ChunkRange> ranges = new ArrayList<>();
        long from = 0;
        for (long i = 1; i <= wanted; i++) {
            long to = Math.max(from, file.pages * i / wanted);
            ranges.add(new PageRange(partition, file.number, from, 0, to).range());
            from = to;
        }
        return ranges;
    }

    @Override
    public ChunkRead read(SourceTable table, ChunkRange range, long maxBytes, Delivered delivered, RowSink sink)
            throws SQLException, InterruptedException {
        return orClose(() -> {
            PageRange pages = PageRange.parse(range);
            String from = pages.partition() == 0 ? name(table) : partition(table, pages.partition());
            TableIdentity identity = begin(table, delivered, "ONLY " + name(table) + ", ONLY " + from);
            long oid = pages.partition() == 0 ? identity.oid() : pages.partition();
            if (!from.equals(nameOf(oid))) {
                throw TableComparison.changed(table, "it, or a partition, was renamed", where);
            }
            TableFile file = file(oid);
            Optional<ChunkRange> rest;
            if (pages.file() == file.number) {
                rest = copy(table, from, pages, file.rowsPerPage, maxBytes, sink);
            } else {
                boolean readsAll = file.pages > 0 && rewritten.inherits(oid, file.number, range);
                rest = readsAll
                        ? Optional.of(new PageRange(pages.partition(), file.number, 0, 0, file.pages).range())
                        : Optional.empty();
            }
            return end(rest);
        });
    }

    private Optional<ChunkRange> copy(
            SourceTable table, String from, PageRange pages, int rowsPerPage, long maxBytes, RowSink sink)
            throws SQLException, InterruptedException {
        CopyOut copy = copyOut("SELECT ctid, " + columns(table) + " FROM ONLY " + from + " WHERE "
                + pages.condition(version, rowsPerPage));
        CopyRow rows = new CopyRow();
        long bytes = 0;
        byte[] row;
        while ((row = copy.readFromCopy()) != null) {
            if (bytes > maxBytes) {
                cancel(copy);
                return Optional.of(pages.from(CopyRow.firstColumn(row)).range());
            }
            bytes += row.length;
            sink.row(rows.encode(row, CopyRow.secondColumn(row)));
        }
        return Optional.empty();
    }

    @Override
    public ChunkRead read(SourceTable table, List<RowKey> keys, Delivered delivered, RowSink sink)
            throws SQLException, InterruptedException {
        return orClose(() -> {
            begin(table, delivered, rowsOf(table));
            List<KeyPart> parts = keyParts(table);
            CopyOut copy = copyOut("SELECT " + columns(table) + " FROM " + rowsOf(table)
                    + " stored WHERE EXISTS (SELECT FROM (VALUES " + values(parts, keys) + ") wanted (" + names(parts)
                    + ") WHERE " + isWanted(parts) + ")");
            CopyRow rows = new CopyRow();
            byte[] row;
            while ((row = copy.readFromCopy()) != null) {
                sink.row(rows.encode(row, 0));
            }
            return end(Optional.empty());
        });
    }

    @Override
    public void read(SourceTable table, Delivered delivered, WholeSink sink) throws SQLException, InterruptedException {
        orClose(() -> {
            beginWith(table, rowsOf(table));
            while (!sink.take(() -> seenByAll(delivered))) {
                execute("ROLLBACK");
                TimeUnit.MILLISECONDS.sleep(UNSEEN_PAUSE_MILLIS);
                beginWith(table, rowsOf(table));
            }
            requireUnchanged(table);
            CopyOut copy = copyOut("SELECT " + columns(table) + " FROM " + rowsOf(table));
            CopyRow rows = new CopyRow();
            byte[] row;
            while ((row = copy.readFromCopy()) != null) {
                sink.row(rows.encode(row, 0));
            }
            execute("ROLLBACK");
            return true;
        });
    }

    private @Nullable Snapshot seenByAll(Delivered delivered) throws SQLException {
        DeliveredTransactions needed = ((DeliveredTransactions) delivered).copy();
        TransactionSnapshot snapshot = catalog.snapshot();
        needed.forget(snapshot);
        return needed.isEmpty()
                ? transaction -> snapshot.sees((int) transaction.id()) ? Sight.ALL : Sight.NOTHING
                : null;
    }

    @Override
    public void close() {
        Closing.abort(connection);
    }

    /** Opens a transaction that holds the table as it is stored, and sees all that was delivered before this call. */
    private TableIdentity begin(SourceTable table, Delivered delivered, String locked)
            throws SQLException, InterruptedException {
        DeliveredTransactions all = (DeliveredTransactions) delivered;
        DeliveredTransactions needed = all.copy();
        while (true) {
            beginWith(table, locked);
            TransactionSnapshot snapshot = catalog.snapshot();
            TableIdentity identity = requireUnchanged(table);
            all.forget(snapshot);
            needed.forget(snapshot);
            if (needed.isEmpty()) {
                return identity;
            }
            execute("ROLLBACK");
            TimeUnit.MILLISECONDS.sleep(UNSEEN_PAUSE_MILLIS);
        }
    }

    private ChunkRead end(Optional<ChunkRange> rest) throws SQLException {
        execute("ROLLBACK"); // it only read, and a cancelled copy leaves nothing to commit
        return new ChunkRead(LogHead.take(connection), rest);
    }

    /** Opens a transaction that holds the table against DDL; waits outside of one while DDL holds it, so that nothing queues behind this. */
    private void beginWithTable(SourceTable table) throws SQLException, InterruptedException {
        beginWith(table, "ONLY " + name(table));
    }

    private void beginWith(SourceTable table, String locked) throws SQLException, InterruptedException {
        execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
        while (!lock(table, locked)) {
            execute("ROLLBACK");
            TimeUnit.MILLISECONDS.sleep(LOCKED_PAUSE_MILLIS);
            execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
        }
    }

    private boolean lock(SourceTable table, String locked) throws SQLException {
        try {
            execute("LOCK TABLE " + locked + " IN ACCESS SHARE MODE");
            return true;
        } catch (SQLException e) {
            return switch (String.valueOf(e.getSQLState())) {
                case LOCK_NOT_AVAILABLE -> false;
                case UNDEFINED_TABLE -> throw TableComparison.changed(table, "it was dropped or renamed", where);
                default -> throw e;
            };
        }
    }

    /** The name of a partition, asked outside of the read's transaction, which takes its snapshot only when it has locked it. */
    private String partition(SourceTable table, long oid) throws SQLException {
        String name = nameOf(oid);
        if (name == null) {
            throw TableComparison.changed(table, "a partition was dropped", where);
        }
        return name;
    }

    private @Nullable String nameOf(long oid) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows =
                        statement.executeQuery("SELECT n.nspname, c.relname FROM pg_class c JOIN pg_namespace n"
                                + " ON n.oid = c.relnamespace WHERE c.oid = " + oid)) {
            return rows.next() ? Sql.name(new TableRef(rows.getString(1), rows.getString(2))) : null;
        }
    }

    private TableIdentity requireUnchanged(SourceTable table) throws SQLException {
        TableIdentity identity = TableIdentity.parse(table.identity());
        PublishedTable published = catalog.published(identity.oid());
        DescribedTable now =
                published == null ? null : catalog.describe(List.of(published)).get(0);
        TableComparison.requireUnchanged(table, now, where);
        return identity;
    }

    private TableFile file(long oid) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT pg_relation_filenode(" + oid + "), pg_relation_size("
                        + oid + "), pg_table_size(" + oid + "), current_setting('block_size')::int")) {
            rows.next();
            int pageSize = rows.getInt(4);
            return new TableFile(
                    rows.getLong(1), rows.getLong(2) / pageSize, rows.getLong(3), (pageSize - PAGE_HEADER) / LEAST_ROW);
        }
    }

    /** A copy whose rest nobody needs: asks the server to end it, and reads up to where it did. */
    private void cancel(CopyOut copy) throws SQLException {
        connection.unwrap(PGConnection.class).cancelQuery();
        try {
            while (copy.readFromCopy() != null) {
                // rows that were on their way
            }
        } catch (SQLException e) {
            if (!QUERY_CANCELED.equals(e.getSQLState())) {
                throw e;
            }
        }
    }

    private CopyOut copyOut(String query) throws SQLException {
        return connection.unwrap(PGConnection.class).getCopyAPI().copyOut("COPY (" + query + ") TO STDOUT");
    }

    /** All rows of the table, for FROM and LOCK: those of its partitions, but not those of tables that inherit from it. */
    private static String rowsOf(SourceTable table) {
        boolean isPartitioned =
                !TableIdentity.parse(table.identity()).partitions().isEmpty();
        return isPartitioned ? name(table) : "ONLY " + name(table);
    }

    private static String name(SourceTable table) {
        return Sql.name(table.table());
    }

    private static String columns(SourceTable table) {
        return table.relation().columns().stream()
                .map(column -> Sql.name(column.name()))
                .collect(Collectors.joining(", "));
    }

    private static String names(List<KeyPart> parts) {
        return parts.stream().map(KeyPart::name).collect(Collectors.joining(", "));
    }

    private static String isWanted(List<KeyPart> parts) {
        return parts.stream()
                .map(part -> "stored." + part.name + " OPERATOR(" + part.equality + ") wanted." + part.name)
                .collect(Collectors.joining(" AND "));
    }

    /** The keys as rows of VALUES, each value cast to its column's type, so that the key's index is used. */
    private static String values(List<KeyPart> parts, List<RowKey> keys) {
        StringBuilder values = new StringBuilder();
        for (RowKey key : keys) {
            values.append(values.isEmpty() ? "(" : ", (");
            for (int i = 0; i < parts.size(); i++) {
                values.append(i == 0 ? "" : ", ")
                        .append(Sql.literal(new String(key.values().get(i), StandardCharsets.UTF_8)))
                        .append("::")
                        .append(parts.get(i).type);
            }
            values.append(')');
        }
        return values.toString();
    }

    /** The columns of the key with the equality of its index, which may be in any schema, as the type may. */
    private List<KeyPart> keyParts(SourceTable table) throws SQLException {
        TableIdentity identity = TableIdentity.parse(table.identity());
        List<KeyPart> parts = new ArrayList<>();
        try (Statement statement = connection.createStatement()) {
            for (int index : table.relation().keyColumns()) {
                TableIdentity.ColumnIdentity column = identity.columns().get(index);
                try (ResultSet rows = statement.executeQuery("SELECT format_type(" + column.type() + ", "
                        + column.modifier() + "), (SELECT quote_ident(n.nspname) || '.' || o.oprname FROM pg_index i,"
                        + " unnest(i.indkey::int2[], i.indclass::oid[]) part (number, class)"
                        + " JOIN pg_opclass c ON c.oid = part.class JOIN pg_amop a ON a.amopfamily = c.opcfamily"
                        + " AND a.amoplefttype = c.opcintype AND a.amoprighttype = c.opcintype AND a.amopstrategy = "
                        + BTREE_EQUAL + " JOIN pg_operator o ON o.oid = a.amopopr JOIN pg_namespace n"
                        + " ON n.oid = o.oprnamespace WHERE i.indrelid = " + identity.oid()
                        + " AND (i.indisprimary OR i.indisreplident) AND part.number = " + column.number()
                        + " LIMIT 1)")) {
                    rows.next();
                    String name = Sql.name(table.relation().columns().get(index).name());
                    parts.add(new KeyPart(name, rows.getString(1), rows.getString(2)));
                }
            }
        }
        return parts;
    }

    private void execute(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private <T> T orClose(Body<T> body) throws SQLException, InterruptedException {
        boolean done = false;
        try {
            T result = body.run();
            done = true;
            return result;
        } finally {
            if (!done) {
                close();
            }
        }
    }

    private interface Body<T> {
        T run() throws SQLException, InterruptedException, SeraiException;
    }

    /** A column of a key: its quoted name, its type, and the operator that its index has for equality. */
    private record KeyPart(String name, String type, String equality) {}

    /** The file that a table's rows are in, with its size without and with large values. */
    private record TableFile(long number, long pages, long bytes, int rowsPerPage) {}
}
