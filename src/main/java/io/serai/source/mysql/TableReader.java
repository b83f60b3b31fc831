package io.serai.source.mysql;

import io.serai.change.Column;
import io.serai.change.GtidSet;
import io.serai.change.Relation;
import io.serai.change.RowImage;
import io.serai.change.RowKey;
import io.serai.error.ErrorCode;
import io.serai.error.SeraiException;
import io.serai.source.ChunkRange;
import io.serai.source.ChunkRead;
import io.serai.source.Delivered;
import io.serai.source.SnapshotReader;
import io.serai.source.SourceTable;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Reads rows in the order of their key, a page at a time, each in one consistent read without locks. Texts come as the server stores them, since the
 * connection asks for no conversion. Confined to one thread, except {@link #close}.
 */
final class TableReader implements SnapshotReader {
    private static final int FIRST_PAGE = 20;
    private static final int LARGEST_PAGE = 20_000;
    private static final int PAGE_BYTES = 1 << 20;
    private static final int MOST_RANGES = 64;
    private static final int AWAIT_SECONDS = 1;
    /** How often a view that is certain of each transaction is tried for; on a server that commits all the time there is none. */
    private static final int CERTAIN_ATTEMPTS = 100;

    private static final int ATTEMPT_PAUSE_MILLIS = 5;

    private final Connection connection;
    private final String server;
    private final String where;
    /** What was read last. */
    private @Nullable SourceTable table;
    /** Of its rows that were read last, or 0 before them. */
    private long bytesOfARow;

    /**
     * A reader on this connection, which belongs to it from now on.
     *
     * @param server the UUID of the server that the log comes from, or empty when that is not known yet
     */
    TableReader(Connection connection, String server, String where) throws SQLException {
        this.connection = connection;
        this.server = server;
        this.where = where;
        boolean done = false;
        try (Statement statement = connection.createStatement()) {
            statement.execute("SET character_set_results = NULL");
            // a read may wait for a statement that alters the table; the session closes it when the server is silent
            connection.setNetworkTimeout(Runnable::run, 0);
            done = true;
        } finally {
            if (!done) {
                Connections.abort(connection);
            }
        }
    }

    @Override
    public List<ChunkRange> plan(SourceTable table, long targetBytes) throws SQLException {
        if (table.isKeyless()) {
            return List.of(KeyRange.ALL.chunk());
        }
        int parts = (int) Math.min(MOST_RANGES, bytes(table) / Math.max(1, targetBytes));
        return KeyDivision.of(connection, table, parts).stream()
                .map(KeyRange::chunk)
                .toList();
    }

    private long bytes(SourceTable table) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT DATA_LENGTH FROM information_schema.TABLES WHERE"
                        + " TABLE_SCHEMA = " + Sql.literal(table.table().schema()) + " AND TABLE_NAME = "
                        + Sql.literal(table.table().name()))) {
            return row.next() ? row.getLong(1) : 0;
        }
    }

    @Override
    public ChunkRead read(SourceTable table, ChunkRange range, long maxBytes, Delivered delivered, RowSink sink)
            throws SQLException, InterruptedException {
        await(table, (Reached) delivered);
        if (this.table != table) {
            this.table = table;
            bytesOfARow = 0;
        }
        Relation relation = table.relation();
        KeyRange rest = KeyRange.parse(range);
        String select = "SELECT " + Sql.columns(relation) + " FROM " + Sql.name(table.table());
        String order = " ORDER BY " + Sql.keyColumns(relation) + " LIMIT ";
        long left = maxBytes;
        while (true) {
            long asked = pageOf(Math.min(PAGE_BYTES, left));
            Page read = new Page(relation, sink, left);
            read.take(connection, select + condition(relation, rest) + order + asked);
            left -= read.bytes;
            if (read.rows < asked && !read.isCut) {
                return new ChunkRead(ServerState.head(connection), Optional.empty());
            }
            RowKey last = read.lastKey;
            if (last == null) {
                throw new IllegalStateException("a page has no row");
            }
            rest = rest.after(last);
            bytesOfARow = Math.ceilDiv(read.bytes, read.rows);
            if (left <= 0) {
                return new ChunkRead(ServerState.head(connection), Optional.of(rest.chunk()));
            }
        }
    }

    /** About how many rows have so many bytes. */
    private long pageOf(long bytes) {
        return bytesOfARow == 0 ? FIRST_PAGE : Math.min(LARGEST_PAGE, Math.ceilDiv(bytes, bytesOfARow));
    }

    private static String condition(Relation relation, KeyRange range) {
        List<String> conditions = new ArrayList<>();
        RowKey after = range.after();
        if (after != null) {
            conditions.add(Sql.isAfter(relation, after.values()));
        }
        if (range.above() != null) {
            conditions.add(Sql.first(relation, ">", HexFormat.of().parseHex(range.above())));
        }
        if (range.upTo() != null) {
            conditions.add(Sql.first(relation, "<=", HexFormat.of().parseHex(range.upTo())));
        }
        return conditions.isEmpty() ? "" : " WHERE " + String.join(" AND ", conditions);
    }

    /** A key that only compares equal is not the one that is asked for. */
    @Override
    public ChunkRead read(SourceTable table, List<RowKey> keys, Delivered delivered, RowSink sink)
            throws SQLException, InterruptedException {
        await(table, (Reached) delivered);
        Relation relation = table.relation();
        Set<RowKey> wanted = new HashSet<>(keys);
        RowSink exact = image -> {
            if (wanted.contains(new RowImage(relation, image).key())) {
                sink.row(image);
            }
        };
        String condition =
                Sql.isOneOf(relation, keys.stream().map(RowKey::values).toList());
        new Page(relation, exact, Long.MAX_VALUE)
                .take(
                        connection,
                        "SELECT " + Sql.columns(relation) + " FROM " + Sql.name(table.table()) + " WHERE " + condition);
        return new ChunkRead(ServerState.head(connection), Optional.empty());
    }

    /** The view is one that tells of each transaction whether it sees it, unless the server is never between two commits. */
    @Override
    public void read(SourceTable table, Delivered delivered, WholeSink sink) throws SQLException, InterruptedException {
        requireServer();
        String name = Sql.name(table.table());
        for (int attempt = 0; ; attempt++) {
            boolean isLast = attempt >= CERTAIN_ATTEMPTS;
            TableSnapshot.hold(connection, name);
            if (sink.take(() -> snapshot(table, name, (Reached) delivered, isLast))) {
                break;
            }
            TableSnapshot.release(connection);
            TimeUnit.MILLISECONDS.sleep(ATTEMPT_PAUSE_MILLIS);
        }
        new Page(table.relation(), sink, Long.MAX_VALUE)
                .take(connection, "SELECT " + Sql.columns(table.relation()) + " FROM " + name);
        TableSnapshot.release(connection);
    }

    private @Nullable TableSnapshot snapshot(SourceTable table, String name, Reached delivered, boolean isLast)
            throws SQLException {
        if (!ServerState.awaitExecuted(connection, needed(table, delivered), AWAIT_SECONDS)) {
            return null;
        }
        TableSnapshot snapshot = TableSnapshot.take(connection, name);
        return isLast || snapshot.isCertain() ? snapshot : null;
    }

    private void await(SourceTable table, Reached delivered) throws SQLException, InterruptedException {
        requireServer();
        GtidSet needed = needed(table, delivered);
        while (!ServerState.awaitExecuted(connection, needed, AWAIT_SECONDS)) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
        }
    }

    private void requireServer() throws SQLException {
        if (!server.isEmpty() && !server.equals(ServerState.uuid(connection))) {
            throw new SeraiException(
                    ErrorCode.SOURCE_CONNECTION_FAILED,
                    "The address leads to another server than the one that the log comes from",
                    where,
                    ErrorCode.SOURCE_CONNECTION_FAILED.remedy());
        }
    }

    /** What is read must see all that the log has delivered, and the table as it is described. */
    private static GtidSet needed(SourceTable table, Reached delivered) {
        return delivered.executed().union(FollowedTables.describedAt(table));
    }

    @Override
    public void close() {
        Connections.abort(connection);
    }

    /** The rows of one statement. */
    private static final class Page {
        private final Relation relation;
        private final RowSink sink;
        private final MysqlType.Kind[] kinds;
        private final long maxBytes;
        private long rows;
        private long bytes;
        private boolean isCut;
        private @Nullable RowKey lastKey;

        /** At most so many bytes of rows, and one row more. */
        private Page(Relation relation, RowSink sink, long maxBytes) {
            this.relation = relation;
            this.sink = sink;
            this.maxBytes = maxBytes;
            this.kinds = relation.columns().stream()
                    .map(Column::type)
                    .map(type -> ((MysqlType) type).kind())
                    .toArray(MysqlType.Kind[]::new);
        }

        /** Reads the rows, of which no more than one is in memory here. */
        private void take(Connection connection, String sql) throws SQLException, InterruptedException {
            try (Statement statement = connection.createStatement()) {
                statement.setFetchSize(1);
                take(statement, sql);
            }
        }

        private void take(Statement statement, String sql) throws SQLException, InterruptedException {
            try (ResultSet result = statement.executeQuery(sql)) {
                byte[] image = null;
                while (!isCut && result.next()) {
                    image = image(result);
                    rows++;
                    bytes += image.length;
                    sink.row(image);
                    isCut = bytes >= maxBytes;
                }
                lastKey = image == null ? null : new RowImage(relation, image).key();
            }
        }

        private byte[] image(ResultSet row) throws SQLException {
            RowImage.Builder out = new RowImage.Builder(kinds.length);
            for (int i = 0; i < kinds.length; i++) {
                byte[] value = row.getBytes(i + 1);
                if (value == null) {
                    out.addNull();
                } else {
                    byte[] stored = stored(kinds[i], value);
                    out.add(stored, 0, stored.length);
                }
            }
            return out.bytes();
        }

        /** Numbers as the log's reader writes them. */
        private static byte[] stored(MysqlType.Kind kind, byte[] sent) {
            return switch (kind) {
                case FLOAT -> ascii(Float.toString((float) Double.parseDouble(MysqlType.ascii(sent))));
                case DOUBLE -> ascii(Double.toString(Double.parseDouble(MysqlType.ascii(sent))));
                case DECIMAL -> sent[0] == '0' ? ascii(new BigDecimal(MysqlType.ascii(sent)).toPlainString()) : sent;
                default -> sent;
            };
        }

        private static byte[] ascii(String text) {
            return text.getBytes(StandardCharsets.US_ASCII);
        }
    }
}
