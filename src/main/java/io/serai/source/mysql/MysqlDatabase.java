package io.serai.source.mysql;

import io.serai.change.ColumnType;
import io.serai.change.GtidPosition;
import io.serai.change.GtidSet;
import io.serai.change.SourcePosition;
import io.serai.change.TableRef;
import io.serai.error.ErrorCode;
import io.serai.error.SeraiException;
import io.serai.source.CatalogLook;
import io.serai.source.CatalogLook.Altered;
import io.serai.source.CatalogLook.Appeared;
import io.serai.source.CatalogLook.Difference;
import io.serai.source.CatalogLook.Gone;
import io.serai.source.CatalogTable;
import io.serai.source.Delivered;
import io.serai.source.Finding;
import io.serai.source.LogReader;
import io.serai.source.SnapshotReader;
import io.serai.source.SourceDatabase;
import io.serai.source.SourceTable;
import io.serai.source.SourceTransaction;
import io.serai.source.TableSelection;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A MySQL server as a source; a schema is one of its databases. What a table's stored {@code identity} says is up to which transactions its description
 * is from: everything later that may alter it is in the log. Thread-safe; of {@link #prepare}, {@link #verify} and {@link #log} one thread calls one at
 * a time.
 */
public final class MysqlDatabase implements SourceDatabase {
    private static final Logger LOG = LoggerFactory.getLogger(MysqlDatabase.class);
    /** How long a server may lack transactions that are stored: those that it still commits, or of a server whose place it took. */
    private static final int CATCH_UP_SECONDS = 60;

    private static final Duration LOOK = Duration.ofMillis(100);

    static final TableSelection NO_TABLES = new TableSelection() {
        @Override
        public boolean isWanted(TableRef table) {
            return false;
        }

        @Override
        public Optional<Set<String>> schemas() {
            return Optional.of(Set.of());
        }

        @Override
        public List<TableRef> named() {
            return List.of();
        }
    };

    private final MysqlSettings settings;
    private final String storageId;
    private final Connections connections;
    private volatile Reached reached = new Reached();
    /** The UUID of the server that the log comes from; empty before. */
    private volatile String server = "";

    private volatile String version = "";

    /** As the newest look found them. */
    private volatile ForeignKeys foreignKeys = ForeignKeys.NONE;

    /** Wanted tables that looks do not see, although the log had rows of them. Thread-safe. */
    private final Set<TableRef> hidden = ConcurrentHashMap.newKeySet();

    /** The database at this place, with a replica that belongs to the storage with this id. */
    public MysqlDatabase(MysqlSettings settings, String storageId) {
        this.settings = settings;
        this.storageId = storageId;
        this.connections = new Connections(settings);
    }

    @Override
    public String kind() {
        return "mysql";
    }

    @Override
    public String defaultSchema() {
        return settings.database();
    }

    @Override
    public List<Finding> check(TableSelection selection) throws SQLException, InterruptedException {
        return connections.ask(connection -> {
            version = "MySQL " + ServerState.value(connection, "SELECT VERSION()");
            return new DatabaseCheck(connection, settings).findings(selection);
        });
    }

    @Override
    public String setup(TableSelection selection) {
        return SetupScript.text(settings, selection);
    }

    @Override
    public List<CatalogTable> tables(TableSelection selection) throws SQLException, InterruptedException {
        Catalog now = look(selection);
        return now.tables().stream()
                .map(table -> catalogTable(table, now.executed()))
                .toList();
    }

    private Catalog look(TableSelection selection) throws SQLException, InterruptedException {
        Catalog now = connections.ask(connection -> Catalog.look(connection, selection));
        foreignKeys = now.foreignKeys();
        return now;
    }

    private CatalogTable catalogTable(DescribedTable table, GtidSet executed) {
        return new CatalogTable(
                table.required(settings.where()).relation(), executed.toString(), table.estimatedRows());
    }

    /** Nothing keeps the log for us: the server does by itself, for as long as it is set to. */
    @Override
    public Start prepare() throws SQLException, InterruptedException {
        GtidPosition position = connections.ask(connection ->
                GtidPosition.of(ServerState.executed(connection)).at(ServerState.uuid(connection), "", 0));
        return new Start(position, "", null);
    }

    @Override
    public Start verify(Start start, SourcePosition stored, @Nullable SourceTransaction last)
            throws SQLException, InterruptedException {
        GtidPosition position = (GtidPosition) stored;
        return connections.ask(connection -> {
            boolean isSame = ServerState.uuid(connection).equals(position.server());
            GtidSet committing = ServerState.owned(connection); // before the others: what leaves these is in those
            GtidSet known = ServerState.executed(connection).union(committing);
            boolean mayHaveAll = !isSame || known.contains(position.executed());
            if (!mayHaveAll || !ServerState.awaitExecuted(connection, position.executed(), CATCH_UP_SECONDS)) {
                throw lost("The server lacks transactions that are stored: it is another one, was restored, or its"
                        + " binary log was reset");
            }
            if (!position.executed().contains(ServerState.purged(connection))) {
                throw lost("The server has purged transactions from its binary log that are not stored yet");
            }
            return start;
        });
    }

    @Override
    public CatalogLook compare(List<SourceTable> stored, Set<Integer> suspects, TableSelection selection)
            throws SQLException, InterruptedException {
        Catalog now = look(selection);
        Map<TableRef, DescribedTable> byName = new LinkedHashMap<>();
        now.tables().forEach(table -> byName.put(table.table(), table));
        List<Difference> differences = new ArrayList<>();
        for (SourceTable table : stored) {
            DescribedTable same = byName.remove(table.table());
            boolean isOfThisServer = now.executed().contains(FollowedTables.describedAt(table));
            if (same == null) {
                if (!table.isGone() || !isOfThisServer) {
                    differences.add(
                            new Gone(table, named(table.table(), "it was dropped or renamed, or may not be read")));
                }
            } else if (table.isGone()) {
                differences.add(altered(table, same, now, "it is there again"));
            } else if (!same.relation().equals(table.relation())) {
                differences.add(altered(table, same, now, "its columns, their types or its key were altered"));
            } else if (!isOfThisServer) {
                differences.add(altered(table, same, now, "it was described by transactions that the server lacks"));
            } else if (suspects.contains(table.handle().number())) {
                differences.add(altered(table, same, now, "the log has a statement that may have altered it"));
            }
        }
        for (DescribedTable appeared : byName.values()) {
            differences.add(new Appeared(
                    catalogTable(appeared, now.executed()),
                    named(appeared.table(), "it appeared after the tables were looked at")));
        }
        return new CatalogLook(differences, GtidPosition.of(now.executed()));
    }

    private Altered altered(SourceTable stored, DescribedTable same, Catalog now, String difference) {
        return new Altered(stored, catalogTable(same, now.executed()), named(stored.table(), difference));
    }

    private static String named(TableRef table, String difference) {
        return "Table \"" + table + "\": " + difference;
    }

    @Override
    public Delivered delivered(byte[] encoded) {
        return reached;
    }

    @Override
    public LogReader log(
            SourcePosition from,
            @Nullable SourceTransaction last,
            List<SourceTable> tables,
            TableSelection selection,
            SourcePosition lookedAt)
            throws SQLException, InterruptedException {
        return open((GtidPosition) from, last, followed(tables, selection, lookedAt));
    }

    private FollowedTables followed(List<SourceTable> tables, TableSelection selection, SourcePosition lookedAt) {
        tables.stream().filter(table -> !table.isGone()).map(SourceTable::table).forEach(hidden::remove);
        hidden.removeIf(table -> !selection.isWanted(table));
        for (TableRef table : hidden) {
            LOG.atWarn()
                    .addKeyValue("code", ErrorCode.MYSQL_TABLE_MISSING.code())
                    .addKeyValue("source", settings.id())
                    .addKeyValue("table", table)
                    .log("A table of the sync config is written to, and the user may not read it; it is left out");
        }
        return new FollowedTables(tables, foreignKeys, selection, (GtidPosition) lookedAt, hidden);
    }

    private BinlogReader open(GtidPosition position, @Nullable SourceTransaction last, FollowedTables tables)
            throws SQLException, InterruptedException {
        GtidSet purged = connections.ask(ServerState::purged);
        boolean done = false;
        LogConnection log = null;
        try {
            log = LogConnection.open(settings, settings.replica(storageId));
            server = log.server();
            reached.began(position.executed());
            GtidSet after = position.executed();
            SourceTransaction proof = null;
            if (last != null) {
                GtidPosition of = (GtidPosition) last.commitAt();
                if (!of.isLastIn(purged)) {
                    proof = last;
                    after = after.without(of.lastSource(), of.lastNumber());
                }
            }
            LogDecoder decoder =
                    new LogDecoder(new LogTransaction(server, position, proof, reached), log.hasChecksums(), tables);
            log.dump(settings.serverId(storageId), after);
            done = true;
            return new BinlogReader(log, decoder);
        } catch (IOException e) {
            throw Failures.ofLog(e);
        } finally {
            if (!done && log != null) {
                log.close();
            }
        }
    }

    /** The number of the replica. */
    @Override
    public String logName() {
        return Long.toString(settings.serverId(storageId));
    }

    /** Debezium's engine is the reader that is not ours. */
    @Override
    public void leaveLog(List<SourceTable> tables) throws SQLException, InterruptedException {
        Optional<SeraiException> obstacle = connections.ask(connection -> obstacle(connection, tables));
        if (obstacle.isPresent()) {
            throw obstacle.get();
        }
    }

    private Optional<SeraiException> obstacle(Connection connection, List<SourceTable> tables) throws SQLException {
        String partial = ServerState.variable(connection, "binlog_row_value_options");
        if (partial != null && !partial.isEmpty()) {
            return notForEngines(
                    "binlog_row_value_options is " + partial + ", and the engine drops such updates",
                    "Set binlog_row_value_options to '' on the server, or");
        }
        if (ServerState.executed(connection).sources().stream().anyMatch(source -> source.indexOf(':') >= 0)) {
            return notForEngines("the server has transactions with tags, which the engine cannot read", "");
        }
        Set<TableRef> parents = new HashSet<>(foreignKeys.parents());
        tables.stream().filter(table -> !table.isGone()).forEach(table -> parents.remove(table.table()));
        return parents.isEmpty() || logsForeignKeys(connection)
                ? Optional.empty()
                : notForEngines(
                        "rows of \"" + parents.iterator().next()
                                + "\", which the sync config does not read, change others"
                                + " by foreign keys, which the server does not log",
                        "Read that table in the sync config, or");
    }

    /** From 9.6 on servers do, unless they are told to do as before. */
    private static boolean logsForeignKeys(Connection connection) throws SQLException {
        return "OFF".equals(ServerState.variable(connection, "innodb_native_foreign_keys"));
    }

    private Optional<SeraiException> notForEngines(String what, String otherwise) {
        return Optional.of(new SeraiException(
                ErrorCode.DEBEZIUM_SERVER,
                "Debezium's engine would lose changes: " + what,
                settings.where(),
                (otherwise + " use the source serai-mysql (route: mysql).").strip()));
    }

    /** What becomes of the log that another replica reads, begins after {@code from} and hands over; otherwise as {@link #log}. */
    public RelayedLog relayedLog(
            SourcePosition from, List<SourceTable> tables, TableSelection selection, SourcePosition lookedAt)
            throws SQLException, InterruptedException {
        GtidPosition position = (GtidPosition) from;
        Set<String> followed =
                tables.stream().map(table -> table.table().toString()).collect(Collectors.toSet());
        return connections.ask(connection -> {
            server = ServerState.uuid(connection);
            reached.began(position.executed());
            return new RelayedLog(
                    new LogTransaction(server, position, null, reached),
                    followed(tables, selection, lookedAt),
                    tables,
                    new SilentTransactions(connections),
                    new UnseenChanges(connections, followed::contains),
                    logsForeignKeys(connection));
        });
    }

    /**
     * Reads of the log what proves that it goes on from {@code stored}: another replica would not notice that numbers were used again.
     *
     * @param last the last transaction before
     * @throws SeraiException {@link ErrorCode#SOURCE_LOST_HISTORY}
     */
    public void prove(SourcePosition stored, SourceTransaction last) throws SQLException, InterruptedException {
        GtidPosition from = (GtidPosition) stored;
        FollowedTables none = new FollowedTables(List.of(), ForeignKeys.NONE, NO_TABLES, from, new HashSet<>());
        long start = System.nanoTime();
        try (BinlogReader reader = open(from, last, none)) {
            while (!reader.isProven()) {
                reader.read(new NoSink(reader::isProven), LOOK);
                if (System.nanoTime() - start > TimeUnit.SECONDS.toNanos(CATCH_UP_SECONDS)) {
                    throw new SQLException("the server does not send its binary log");
                }
            }
        }
    }

    @Override
    public SourcePosition position(String text) {
        return GtidPosition.parse(text);
    }

    @Override
    public SnapshotReader snapshotReader() throws SQLException {
        return new TableReader(connections.open(), server, settings.where());
    }

    @Override
    public SourcePosition head() throws SQLException, InterruptedException {
        return connections.ask(ServerState::head);
    }

    @Override
    public Map<String, String> facts() {
        return Map.of();
    }

    @Override
    public String server() {
        return version;
    }

    @Override
    public long bytesBetween(SourcePosition earlier, SourcePosition later) {
        GtidPosition from = (GtidPosition) earlier;
        GtidPosition to = (GtidPosition) later;
        return from.file().equals(to.file()) && from.server().equals(to.server())
                ? Math.max(0, to.offset() - from.offset())
                : -1;
    }

    /** Nothing was created. */
    @Override
    public void teardown() {}

    @Override
    public ColumnType columnType(String encoded) {
        return MysqlType.parse(encoded);
    }

    @Override
    public SeraiException explain(Throwable failure) {
        return Failures.explain(failure, settings.where());
    }

    @Override
    public void close() {
        connections.close();
    }

    private SeraiException lost(String what) {
        return new SeraiException(
                ErrorCode.SOURCE_LOST_HISTORY, what, settings.where(), ErrorCode.SOURCE_LOST_HISTORY.remedy());
    }
}
