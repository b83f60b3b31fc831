package io.serai.source.mongodb;

import com.mongodb.MongoCommandException;
import io.serai.change.ClusterTime;
import io.serai.change.TableRef;
import io.serai.source.TableSelection;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.bson.BsonBinary;
import org.bson.BsonBoolean;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonString;
import org.bson.BsonValue;
import org.bson.RawBsonDocument;
import org.jspecify.annotations.Nullable;

/**
 * The collections that the sync config reads, as one look at the server found them. Immutable.
 *
 * @param collections those that exist, views and time series included
 * @param began what was made before this time is among them, unless it was gone again
 * @param at all that the look saw is at or before this time
 */
record Catalog(List<Collection> collections, ClusterTime began, ClusterTime at) {
    /** Where write checkpoints and markers are written. */
    static final String CHECKPOINTS = "_powersync_checkpoints";

    private static final String SYSTEM = "system.";

    /**
     * A collection.
     *
     * @param kind {@code collection}, {@code view} or {@code timeseries}
     * @param uuid null for a view
     * @param isCapped whether it is, so that no snapshot of it can be read
     * @param hasPostImages whether its changes are recorded with the document after them
     */
    record Collection(TableRef table, String kind, @Nullable UUID uuid, boolean isCapped, boolean hasPostImages) {
        /** Whether its changes can be followed in this mode. */
        boolean isFollowed(PostImages mode) {
            return uuid != null
                    && kind.equals("collection")
                    && (!isCapped
                            || switch (mode) {
                                case OFF -> false;
                                case AUTO_CONFIGURE -> true;
                                case READ_ONLY -> hasPostImages;
                            });
        }
    }

    /** Looks at the server. */
    static Catalog look(Server server, String database, TableSelection selection) throws InterruptedException {
        ClusterTime began =
                server.run("admin", new BsonDocument("ping", new BsonInt32(1))).operationTime();
        ClusterTime at = began;
        List<Collection> collections = new ArrayList<>();
        for (String name : databases(server, database, selection)) {
            try (CommandCursor cursor = CommandCursor.open(
                    server,
                    name,
                    new BsonDocument("listCollections", new BsonInt32(1)).append("cursor", new BsonDocument()))) {
                while (true) {
                    BsonElements batch = cursor.batch();
                    while (batch.next()) {
                        Collection collection = collection(name, cursor.bytes(), batch.value());
                        if (!isInternal(collection.table().name()) && selection.isWanted(collection.table())) {
                            collections.add(collection);
                        }
                    }
                    if (!cursor.isOpen()) {
                        break;
                    }
                    cursor.next();
                }
                at = cursor.operationTime();
            }
        }
        return new Catalog(collections, began, at);
    }

    /** The databases that the selection may read from. */
    static Set<String> databases(Server server, String database, TableSelection selection) throws InterruptedException {
        Set<String> named = new TreeSet<>(selection.schemas().orElse(Set.of(database)));
        if (selection.schemas().isEmpty()) {
            BsonDocument command = new BsonDocument("listDatabases", new BsonInt32(1))
                    .append("nameOnly", BsonBoolean.TRUE)
                    .append("authorizedDatabases", BsonBoolean.TRUE);
            for (BsonValue each : server.run("admin", command).document().getArray("databases")) {
                String name = each.asDocument().getString("name").getValue();
                if (!Set.of("admin", "config", "local").contains(name)) {
                    named.add(name);
                }
            }
        }
        return named;
    }

    /** Makes sure that the collection of the markers is there. */
    static void createCheckpoints(Server server, String database) throws InterruptedException {
        try {
            server.run(database, new BsonDocument("create", new BsonString(CHECKPOINTS)));
        } catch (MongoCommandException e) {
            if (e.getErrorCode() != Failures.NAMESPACE_EXISTS) {
                throw e;
            }
        }
    }

    /** The collections that are wanted and cannot be followed. */
    Set<UUID> notFollowed(PostImages mode) {
        Set<UUID> found = new HashSet<>();
        for (Collection collection : collections) {
            if (collection.uuid() != null && !collection.isFollowed(mode)) {
                found.add(collection.uuid());
            }
        }
        return found;
    }

    /** Whether no sync config can mean it. */
    static boolean isInternal(String name) {
        return name.startsWith(SYSTEM) || name.equals(CHECKPOINTS);
    }

    private static Collection collection(String database, byte[] bytes, int offset) {
        RawBsonDocument found = new RawBsonDocument(bytes, offset, BsonElements.int32(bytes, offset));
        BsonDocument options = found.getDocument("options", new BsonDocument());
        BsonBinary uuid = found.getDocument("info", new BsonDocument()).getBinary("uuid", new BsonBinary(new byte[0]));
        return new Collection(
                new TableRef(database, found.getString("name").getValue()),
                found.getString("type").getValue(),
                uuid.getData().length == 0 ? null : uuid.asUuid(),
                options.containsKey("capped") && options.getBoolean("capped").getValue(),
                options.getDocument("changeStreamPreAndPostImages", new BsonDocument())
                        .getBoolean("enabled", BsonBoolean.FALSE)
                        .getValue());
    }
}
