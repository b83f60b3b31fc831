package io.serai.source.mongodb;

import com.mongodb.MongoCommandException;
import com.mongodb.MongoException;
import io.serai.change.ClusterTime;
import io.serai.change.ColumnType;
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
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.bson.BsonArray;
import org.bson.BsonBoolean;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonInt64;
import org.bson.BsonString;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A MongoDB replica set or sharded cluster as a source: one database, several, or all. A collection is a table whose schema is its database.
 * Thread-safe; of {@link #prepare}, {@link #verify} and {@link #log} one thread calls one at a time.
 */
public final class MongoDatabase implements SourceDatabase {
    private static final Logger LOG = LoggerFactory.getLogger(MongoDatabase.class);

    private final MongoSettings settings;
    private final String marker;
    private final Server server;
    private volatile DeliveredTime delivered = new DeliveredTime();

    private volatile String checked = "";

    /** The newest look that a session began with. */
    private volatile @Nullable Catalog catalog;

    /** The source, with markers that belong to the storage with this id. */
    public MongoDatabase(MongoSettings settings, String storageId) {
        this.settings = settings;
        this.marker = settings.id() + "/" + storageId;
        this.server = new Server(settings);
    }

    @Override
    public String kind() {
        return "mongodb";
    }

    @Override
    public String defaultSchema() {
        return settings.database();
    }

    @Override
    public List<Finding> check(TableSelection selection) throws InterruptedException {
        return explained(() -> {
            DatabaseCheck check = new DatabaseCheck(server, settings, selection);
            List<Finding> findings = check.findings();
            checked = check.server();
            return findings;
        });
    }

    /** Where the server cannot be asked, because nothing is prepared yet, only the collections that are named are known. */
    @Override
    public String setup(TableSelection selection) throws InterruptedException {
        List<TableRef> collections = selection.named();
        try {
            collections = Catalog.look(server, settings.database(), selection).collections().stream()
                    .map(Catalog.Collection::table)
                    .toList();
        } catch (MongoException | IllegalArgumentException e) {
            LOG.atDebug()
                    .addKeyValue("source", settings.id())
                    .setCause(e)
                    .log("The server was not asked for its collections");
        }
        return SetupScript.text(settings, selection, collections);
    }

    @Override
    public List<CatalogTable> tables(TableSelection selection) throws InterruptedException {
        return explained(() -> {
            List<CatalogTable> tables = new ArrayList<>();
            for (Catalog.Collection collection : look(selection).collections()) {
                if (collection.isFollowed(settings.postImages())) {
                    tables.add(table(collection));
                }
            }
            return tables;
        });
    }

    /** The stream begins at a marker, which a majority has: no election takes it back. */
    @Override
    public Start prepare() throws InterruptedException {
        return explained(() -> {
            Catalog.createCheckpoints(server, settings.database());
            return new Start(writeMarker(), "", null);
        });
    }

    @Override
    public Start verify(Start start, SourcePosition stored, @Nullable SourceTransaction last)
            throws InterruptedException {
        return explained(() -> {
            server.renew();
            new StoredPosition(server, settings).verify((ClusterTime) stored, last);
            return start;
        });
    }

    @Override
    public CatalogLook compare(List<SourceTable> stored, Set<Integer> suspects, TableSelection selection)
            throws InterruptedException {
        return explained(() -> {
            Catalog now = look(selection);
            Map<TableRef, Catalog.Collection> byName = new LinkedHashMap<>();
            for (Catalog.Collection collection : now.collections()) {
                if (collection.isFollowed(settings.postImages())) {
                    byName.put(collection.table(), collection);
                }
            }
            List<Difference> differences = new ArrayList<>();
            for (SourceTable table : stored) {
                Catalog.Collection same = byName.remove(table.table());
                if (same == null) {
                    if (!table.isGone()) {
                        differences.add(new Gone(table, named(table.table(), "it was dropped or renamed")));
                    }
                } else if (table.isGone()) {
                    differences.add(new Altered(table, table(same), named(table.table(), "it is there again")));
                } else if (!identity(same).equals(table.identity())) {
                    differences.add(new Altered(table, table(same), named(table.table(), "it is another one now")));
                } else if (suspects.contains(table.handle().number())) {
                    differences.add(new Altered(table, table(same), named(table.table(), "it had another name")));
                }
            }
            for (Catalog.Collection appeared : byName.values()) {
                differences.add(new Appeared(table(appeared), named(appeared.table(), "it appeared")));
            }
            return new CatalogLook(differences, now.at());
        });
    }

    @Override
    public Delivered delivered(byte[] encoded) {
        return delivered;
    }

    @Override
    public LogReader log(
            SourcePosition from,
            @Nullable SourceTransaction last,
            List<SourceTable> tables,
            TableSelection selection,
            SourcePosition lookedAt)
            throws InterruptedException {
        return explained(() -> {
            Catalog known = catalog;
            if (known == null) {
                throw new IllegalStateException("the log is read after a look");
            }
            if (settings.postImages() == PostImages.AUTO_CONFIGURE) {
                recordPostImages(known, tables);
            }
            DeliveredTime reached = new DeliveredTime();
            reached.reached((ClusterTime) from);
            delivered = reached;
            Watches watches = Watches.choose(Privileges.of(server), settings, selection, known, tables);
            return new ChangeReader(server, watches, settings, selection, tables, known, (ClusterTime) from, reached);
        });
    }

    @Override
    public SourcePosition position(String text) {
        return ClusterTime.parse(text);
    }

    @Override
    public SnapshotReader snapshotReader() {
        return new DocumentReader(server, delivered, this::writeMarker);
    }

    @Override
    public SourcePosition head() throws InterruptedException {
        return explained(this::writeMarker);
    }

    @Override
    public Map<String, String> facts() {
        return Map.of();
    }

    @Override
    public String server() {
        return checked;
    }

    /** Cluster times do not tell. */
    @Override
    public long bytesBetween(SourcePosition earlier, SourcePosition later) {
        return -1;
    }

    /** The markers go; post-images stay switched on, because others may use them. */
    @Override
    public void teardown() throws InterruptedException {
        explained(() -> {
            try {
                server.run(settings.database(), new BsonDocument("drop", new BsonString(Catalog.CHECKPOINTS)));
            } catch (MongoCommandException e) {
                if (e.getErrorCode() != Failures.NAMESPACE_NOT_FOUND) {
                    throw e;
                }
            }
            return true;
        });
    }

    @Override
    public ColumnType columnType(String encoded) {
        return switch (encoded) {
            case KeyType.NAME -> KeyType.KEY;
            case BsonDocumentType.NAME -> new BsonDocumentType();
            default ->
                throw new SeraiException(
                        ErrorCode.STORAGE_DAMAGED,
                        "A stored column has an unknown type",
                        settings.where(),
                        ErrorCode.STORAGE_DAMAGED.remedy());
        };
    }

    @Override
    public SeraiException explain(Throwable failure) {
        return Failures.explain(failure, settings.where());
    }

    @Override
    public void close() {
        server.close();
    }

    private Catalog look(TableSelection selection) throws InterruptedException {
        Catalog now = Catalog.look(server, settings.database(), selection);
        catalog = now;
        return now;
    }

    private CatalogTable table(Catalog.Collection collection) throws InterruptedException {
        return new CatalogTable(
                BsonDocumentType.relation(collection.table()),
                identity(collection),
                Documents.count(server, collection.table()));
    }

    private static String identity(Catalog.Collection collection) {
        return String.valueOf(collection.uuid());
    }

    private void recordPostImages(Catalog known, List<SourceTable> tables) throws InterruptedException {
        for (Catalog.Collection collection : known.collections()) {
            boolean isReplicated = tables.stream()
                    .anyMatch(table -> !table.isGone() && table.table().equals(collection.table()));
            if (isReplicated && !collection.hasPostImages()) {
                try {
                    server.run(
                            collection.table().schema(),
                            new BsonDocument(
                                            "collMod",
                                            new BsonString(collection.table().name()))
                                    .append(
                                            "changeStreamPreAndPostImages",
                                            new BsonDocument("enabled", BsonBoolean.TRUE)));
                } catch (MongoCommandException e) {
                    if (e.getErrorCode() == Failures.NAMESPACE_NOT_FOUND) {
                        continue; // it was dropped meanwhile
                    }
                    throw e;
                }
                LOG.atInfo()
                        .addKeyValue("source", settings.id())
                        .addKeyValue("collection", collection.table())
                        .log("The collection records post-images from now on");
            }
        }
    }

    private ClusterTime writeMarker() throws InterruptedException {
        BsonDocument update = new BsonDocument("q", new BsonDocument("_id", new BsonString(marker)))
                .append(
                        "u",
                        new BsonDocument("$inc", new BsonDocument("n", new BsonInt64(1)))
                                .append("$currentDate", new BsonDocument("at", BsonBoolean.TRUE)))
                .append("upsert", BsonBoolean.TRUE);
        BsonDocument command = new BsonDocument("update", new BsonString(Catalog.CHECKPOINTS))
                .append("updates", new BsonArray(List.of(update)))
                .append(
                        "writeConcern",
                        new BsonDocument("w", new BsonString("majority")).append("wtimeout", new BsonInt32(10_000)));
        Reply reply = server.run(settings.database(), command);
        if (reply.document().containsKey("writeErrors") || reply.document().containsKey("writeConcernError")) {
            throw new SeraiException(
                    ErrorCode.SOURCE_CONNECTION_FAILED,
                    "A marker could not be written by a majority of the members",
                    settings.where(),
                    ErrorCode.SOURCE_CONNECTION_FAILED.remedy());
        }
        return reply.operationTime();
    }

    private static String named(TableRef table, String difference) {
        return "Collection \"" + table + "\": " + difference;
    }

    private <T> T explained(Call<T> call) throws InterruptedException {
        try {
            return call.run();
        } catch (MongoException | IllegalArgumentException e) {
            throw explain(e);
        } catch (IllegalStateException e) {
            throw explain(e);
        }
    }

    /** What asks the server. */
    private interface Call<T> {
        T run() throws InterruptedException;
    }
}
