package io.serai.source.postgres;

import io.serai.change.ColumnType;
import io.serai.change.Lsn;
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
import io.serai.source.postgres.ReplicationConnection.NewSlot;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A Postgres database as a source. Thread-safe; of {@link #prepare}, {@link #verify} and {@link #log} one thread calls one at a time. */
public final class PostgresDatabase implements SourceDatabase {
    private static final Logger LOG = LoggerFactory.getLogger(PostgresDatabase.class);

    /** The first version whose log has the markers that another reader needs. */
    private static final int DEBEZIUM_VERSION = 14;

    private final PostgresSettings settings;
    private final String slot;
    private final Connections connections;
    private final ControlConnection control;
    private final RewrittenTables rewritten = new RewrittenTables();
    private final EndedWriters endedWriters = new EndedWriters();

    /** Memberships in the publication from before the slot was made: whoever wrote to these tables before they joined is in the past of the slot. */
    private volatile Set<String> publishedBeforeSlot = Set.of();

    /** The timeline of a standby, or null while the server is none. */
    private volatile @Nullable Long standbyTimeline;

    /** The slot that the stored position belongs to, where it has another name than ours. */
    private volatile @Nullable FormerSlot formerSlot;

    /** Where the log is opened. */
    private volatile Lsn openedAt = Lsn.ZERO;

    private volatile DeliveredTransactions delivered = new DeliveredTransactions();

    /** The connection that proved itself, for the log; guarded by this object's monitor. */
    private @Nullable ReplicationConnection proved;

    /** The database at this place, with a slot that belongs to the storage with this id. */
    public PostgresDatabase(PostgresSettings settings, String storageId) {
        this.settings = settings;
        this.slot = settings.slotName(storageId);
        this.connections = new Connections(settings);
        this.control = new ControlConnection(connections);
    }

    @Override
    public String kind() {
        return "postgresql";
    }

    @Override
    public String defaultSchema() {
        return "public";
    }

    @Override
    public List<Finding> check(TableSelection selection) throws SQLException, InterruptedException {
        boolean hasSender = hasProved();
        return control.ask(connection -> new DatabaseCheck(connection, settings, slot, hasSender).findings(selection));
    }

    @Override
    public void endSession() throws InterruptedException {
        closeProved();
        connections.forgetServer();
        control.drop();
    }

    /** Where the database cannot be asked, because nothing is prepared yet, only the tables that are named are known. */
    @Override
    public String setup(TableSelection selection) throws InterruptedException {
        SetupScript script = new SetupScript(settings, selection);
        try {
            script = control.ask(connection -> {
                Catalog catalog = new Catalog(connection);
                return new SetupScript(
                        settings,
                        selection,
                        catalog.ordinaryTables(),
                        catalog.partitionSchemas(),
                        connection.getMetaData().getDatabaseMajorVersion());
            });
        } catch (SQLException e) {
            LOG.atDebug()
                    .addKeyValue("source", settings.id())
                    .setCause(e)
                    .log("The database was not asked for its tables");
        }
        return script.text();
    }

    @Override
    public List<CatalogTable> tables(TableSelection selection) throws SQLException, InterruptedException {
        return control.ask(connection -> {
            List<CatalogTable> tables = new ArrayList<>();
            begin(connection);
            Catalog catalog = new Catalog(connection);
            NextTransaction next = new NextTransaction(connection, catalog.snapshot());
            List<DescribedTable> described =
                    catalog.describe(catalog.published().wanted(selection));
            commit(connection);
            for (DescribedTable table : described) {
                if (table.obstacle() != null) {
                    throw table.obstacle().exception(settings.where());
                }
                boolean wasPublished =
                        publishedBeforeSlot.contains(table.published().membership());
                TableIdentity identity =
                        wasPublished ? table.identity() : table.identity().readableFrom(next.number());
                tables.add(new CatalogTable(
                        table.relation(), identity.text(), table.published().estimatedRows()));
            }
            return tables;
        });
    }

    @Override
    public Start prepare() throws SQLException, InterruptedException {
        ReplicationConnection replication = replication();
        boolean done = false;
        try {
            publishedBeforeSlot = control.ask(connection -> {
                Slot.drop(connection, slot, settings.where());
                dropFormerSlot(connection);
                Set<String> memberships = new HashSet<>();
                for (PublishedTable table : new Catalog(connection).published().published()) {
                    memberships.add(table.membership());
                }
                return memberships;
            });
            ServerIdentity identity = replication.identify();
            standbyTimeline = replication.isStandby() ? identity.timeline() : null;
            NewSlot made = SlotWait.tellDuring(replication::createSlot, settings.id(), slot, replication.isStandby());
            byte[] unseen = deliveredBy(made).encoded();
            endedWriters.clear();
            openedAt = made.position();
            done = true;
            return new Start(made.position(), identity.text(), unseen);
        } finally {
            if (!done) {
                replication.close();
            }
        }
    }

    private void dropFormerSlot(Connection connection) throws SQLException, InterruptedException {
        FormerSlot former = formerSlot;
        if (former != null) {
            boolean isGone = Slot.dropUnread(connection, former.name(), former.last(), settings.where());
            formerSlot = null;
            (isGone ? LOG.atInfo() : LOG.atWarn())
                    .addKeyValue("source", settings.id())
                    .addKeyValue("slot", former.name())
                    .log(
                            isGone
                                    ? "The slot of the former name was dropped"
                                    : "The slot of the former name was left, because another process has read it; if none does any more, drop it:"
                                            + " the server keeps its log");
        }
    }

    /** What the slot's own snapshot sees counts as delivered, and a read that comes soon may not see all of it. */
    private DeliveredTransactions deliveredBy(NewSlot made) throws SQLException, InterruptedException {
        DeliveredTransactions seen = new DeliveredTransactions();
        if (made.snapshot() != null) {
            String name = made.snapshot();
            TransactionSnapshot exported = control.ask(connection -> {
                begin(connection);
                execute(connection, "SET TRANSACTION SNAPSHOT " + Sql.literal(name));
                TransactionSnapshot snapshot = new Catalog(connection).snapshot();
                commit(connection);
                return snapshot;
            });
            for (long transaction = exported.xmin(); transaction < exported.xmax(); transaction++) {
                if (exported.sees((int) transaction)) {
                    seen.began(transaction);
                }
            }
            seen.forget(control.ask(connection -> new Catalog(connection).snapshot()));
        }
        return seen;
    }

    @Override
    public Start verify(Start start, SourcePosition stored, @Nullable SourceTransaction last)
            throws SQLException, InterruptedException {
        ReplicationConnection replication = replication();
        boolean done = false;
        try {
            ServerIdentity expected = ServerIdentity.parse(start.identity());
            formerSlot = null;
            ServerIdentity now = verify(replication, expected, (Lsn) stored);
            standbyTimeline = replication.isStandby() ? now.timeline() : null;
            openedAt = (Lsn) stored;
            done = true;
            return new Start(start.position(), now.text(), start.delivered());
        } finally {
            if (!done) {
                replication.close();
            }
        }
    }

    private ServerIdentity verify(ReplicationConnection replication, ServerIdentity expected, Lsn stored)
            throws SQLException, InterruptedException {
        try {
            return replication.verify(expected, stored);
        } catch (SeraiException e) {
            if (e.code() == ErrorCode.POSTGRES_SLOT_LOST && !expected.slot().equals(slot)) {
                formerSlot = new FormerSlot(expected.slot(), stored);
            }
            throw e;
        }
    }

    @Override
    public CatalogLook compare(List<SourceTable> stored, Set<Integer> suspects, TableSelection selection)
            throws SQLException, InterruptedException {
        return control.ask(connection -> {
            requireTimeline(connection);
            begin(connection);
            Catalog catalog = new Catalog(connection);
            TransactionSnapshot now = catalog.snapshot();
            delivered.forget(now);
            List<DescribedTable> tables = catalog.describe(catalog.published().wanted(selection));
            commit(connection);
            List<Difference> differences = differences(stored, suspects, tables, new NextTransaction(connection, now));
            return new CatalogLook(
                    differences, differences.isEmpty() ? LogHead.look(connection) : LogHead.take(connection));
        });
    }

    /** What is read after a promotion is on another timeline than the one that is stored: that must be stored before the server is started again. */
    private void requireTimeline(Connection connection) throws SQLException {
        Long timeline = standbyTimeline;
        if (timeline != null && Standby.hasLeft(connection, timeline)) {
            throw new SeraiException(
                    ErrorCode.POSTGRES_PROMOTED,
                    "The standby left timeline " + timeline + ": it, or the server that it follows, was promoted",
                    settings.where(),
                    ErrorCode.POSTGRES_PROMOTED.remedy());
        }
    }

    private List<Difference> differences(
            List<SourceTable> stored, Set<Integer> suspects, List<DescribedTable> tables, NextTransaction next)
            throws SQLException {
        Map<TableRef, DescribedTable> byName = new LinkedHashMap<>();
        tables.forEach(table -> byName.put(table.published().table(), table));
        List<Difference> differences = new ArrayList<>();
        for (SourceTable table : stored) {
            DescribedTable now = byName.remove(table.table());
            if (now != null) {
                Optional<String> text = difference(table, now, suspects);
                if (text.isPresent()) {
                    differences.add(new Altered(
                            table, catalogTable(now, table, stored, next), named(table.table(), text.get())));
                }
            } else if (!table.isGone()) {
                differences.add(new Gone(table, named(table.table(), TableComparison.GONE)));
            }
        }
        for (DescribedTable now : byName.values()) {
            differences.add(new Appeared(
                    catalogTable(now, null, stored, next),
                    named(now.published().table(), "it appeared after the tables were looked at")));
        }
        return differences;
    }

    private Optional<String> difference(SourceTable stored, DescribedTable now, Set<Integer> suspects) {
        if (stored.isGone()) {
            return Optional.of("it is there again");
        }
        Optional<String> difference = TableComparison.difference(stored, now);
        if (difference.isPresent()) {
            return difference;
        }
        if (suspects.contains(stored.handle().number())) {
            return Optional.of("it was altered, and altered back");
        }
        TableIdentity former = TableIdentity.parse(stored.identity());
        return readableFrom(former) == former.readableFrom()
                ? Optional.empty()
                : Optional.of("what was open when it was published, or altered, has ended");
    }

    private static String named(TableRef table, String difference) {
        return "Table \"" + table + "\": " + difference;
    }

    private CatalogTable catalogTable(
            DescribedTable now, @Nullable SourceTable former, List<SourceTable> stored, NextTransaction next)
            throws SQLException {
        if (now.obstacle() != null) {
            throw now.obstacle().exception(settings.where());
        }
        return new CatalogTable(
                now.relation(),
                now.identity()
                        .readableFrom(readableFrom(now.identity(), former, stored, next))
                        .text(),
                now.published().estimatedRows());
    }

    /** A table that shares its membership was published when that of another one was, or made later: nothing wrote to it before. */
    private long readableFrom(
            TableIdentity now, @Nullable SourceTable former, List<SourceTable> stored, NextTransaction next)
            throws SQLException {
        if (former != null) {
            TableIdentity before = TableIdentity.parse(former.identity());
            boolean isAsBefore = before.publication().equals(now.publication())
                    && before.enums().equals(now.enums());
            return isAsBefore ? readableFrom(before) : next.number();
        }
        OptionalLong shared = stored.stream()
                .map(table -> TableIdentity.parse(table.identity()))
                .filter(identity -> identity.publication().equals(now.publication()))
                .mapToLong(this::readableFrom)
                .max();
        return shared.isPresent() ? shared.getAsLong() : next.number();
    }

    /** From where on the log that is open, or will be, has the table whole. */
    private long readableFrom(TableIdentity stored) {
        return endedWriters.areBefore(openedAt, stored.readableFrom()) ? 0 : stored.readableFrom();
    }

    @Override
    public Delivered delivered(byte[] encoded) {
        DeliveredTransactions decoded = DeliveredTransactions.decode(encoded);
        delivered = decoded;
        return decoded;
    }

    @Override
    public LogReader log(
            SourcePosition from,
            @Nullable SourceTransaction last,
            List<SourceTable> tables,
            TableSelection selection,
            SourcePosition lookedAt)
            throws SQLException, InterruptedException {
        ReplicationConnection replication = takeProved();
        if (replication == null) {
            replication = replication();
            takeProved(); // it belongs to the reader now
        }
        boolean done = false;
        try {
            LogReader reader = replication.stream(
                    (Lsn) from,
                    last,
                    new PgoutputDecoder(
                            (Lsn) from,
                            tables,
                            selection,
                            lookedAt,
                            oid -> control.ask(connection -> PartitionQueries.ancestors(connection, oid))));
            done = true;
            return reader;
        } finally {
            if (!done) {
                replication.close();
            }
        }
    }

    @Override
    public String logName() {
        return slot;
    }

    /** Debezium (3.4.0) has the changes of partitions under their own names, and says nothing of keepalives: only a marker takes it further. */
    @Override
    public void leaveLog(List<SourceTable> tables) throws SQLException, InterruptedException {
        closeProved();
        int version = control.ask(connection -> connection.getMetaData().getDatabaseMajorVersion());
        if (version < DEBEZIUM_VERSION) {
            throw unreadable("The server is Postgres " + version + "; Debezium's engine needs Postgres "
                    + DEBEZIUM_VERSION + " or newer here, whose log has messages");
        }
        if (standbyTimeline != null) {
            throw unreadable(
                    "The server is a standby, in whose log Debezium's engine does not know how far it has read");
        }
        for (SourceTable table : tables) {
            if (!table.isGone()
                    && !TableIdentity.parse(table.identity()).partitions().isEmpty()) {
                throw unreadable("Table \"" + table.table() + "\" is partitioned, and Debezium's engine delivers the"
                        + " changes of partitions under their own names");
            }
        }
    }

    private SeraiException unreadable(String what) {
        return new SeraiException(
                ErrorCode.DEBEZIUM_SERVER, what, settings.where(), ErrorCode.DEBEZIUM_SERVER.remedy());
    }

    @Override
    public SnapshotReader snapshotReader() throws SQLException, InterruptedException {
        return CopyReader.open(connections.sql(), rewritten, endedWriters, settings.where());
    }

    @Override
    public SourcePosition head() throws SQLException, InterruptedException {
        return control.ask(LogHead::take);
    }

    @Override
    public Map<String, String> facts() {
        return control.askIfOpen(connection -> SlotFacts.read(connection, slot)).orElse(Map.of());
    }

    @Override
    public String server() {
        return control.askIfOpen(connection -> (Standby.isOne(connection) ? "standby" : "primary") + ", Postgres "
                        + connection.getMetaData().getDatabaseProductVersion())
                .orElse("");
    }

    @Override
    public long bytesBetween(SourcePosition earlier, SourcePosition later) {
        return ((Lsn) later).bytesSince((Lsn) earlier);
    }

    @Override
    public void teardown() throws SQLException, InterruptedException {
        control.ask(connection -> {
            Slot.drop(connection, slot, settings.where());
            return null;
        });
    }

    @Override
    public SourcePosition position(String text) {
        return Lsn.parse(text);
    }

    @Override
    public ColumnType columnType(String encoded) {
        return TypeText.parse(encoded);
    }

    @Override
    public SeraiException explain(Throwable failure) {
        return Failures.explain(failure, settings.where());
    }

    @Override
    public void close() {
        closeProved();
        control.close();
    }

    /** A new connection, kept at once so that {@link #close} ends it also while it waits for the server. */
    private ReplicationConnection replication() throws SQLException, InterruptedException {
        ReplicationConnection made =
                new ReplicationConnection(connections.replication(), slot, settings.failoverSlot(), settings.where());
        keep(made);
        control.keepIf(connections::leadsToTheServer);
        return made;
    }

    private void keep(ReplicationConnection connection) {
        closeProved();
        synchronized (this) {
            proved = connection;
        }
    }

    private void closeProved() {
        ReplicationConnection unused = takeProved();
        if (unused != null) {
            unused.close();
        }
    }

    private synchronized boolean hasProved() {
        return proved != null;
    }

    private synchronized @Nullable ReplicationConnection takeProved() {
        ReplicationConnection taken = proved;
        proved = null;
        return taken;
    }

    private static void begin(Connection connection) throws SQLException {
        execute(connection, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
    }

    private static void commit(Connection connection) throws SQLException {
        execute(connection, "COMMIT");
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** A slot of this server and database that was told of {@code last} by us. */
    private record FormerSlot(String name, Lsn last) {}
}
