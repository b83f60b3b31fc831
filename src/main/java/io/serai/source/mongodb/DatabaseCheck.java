package io.serai.source.mongodb;

import io.serai.change.TableRef;
import io.serai.error.ErrorCode;
import io.serai.source.Finding;
import io.serai.source.Finding.Severity;
import io.serai.source.TableSelection;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.bson.BsonDocument;
import org.bson.BsonInt32;

/** Compares a server with what replication needs. Confined to one thread. */
final class DatabaseCheck {
    /** What the set-up page grants on the collection of the markers. */
    static final List<String> ON_CHECKPOINTS =
            List.of("createCollection", "dropCollection", "find", "changeStream", "insert", "update", "remove");

    private final Server server;
    private final MongoSettings settings;
    private final TableSelection selection;
    private final List<Finding> findings = new ArrayList<>();
    private String text = "";

    DatabaseCheck(Server server, MongoSettings settings, TableSelection selection) {
        this.server = server;
        this.settings = settings;
        this.selection = selection;
    }

    List<Finding> findings() throws InterruptedException {
        BsonDocument hello = server.run("admin", command("hello")).document();
        BsonDocument buildInfo = server.run("admin", command("buildInfo")).document();
        text = ServerKind.text(hello, buildInfo);
        Optional<Finding> obstacle = ServerKind.obstacle(hello, buildInfo);
        if (obstacle.isPresent()) {
            return List.of(obstacle.get());
        }
        Privileges privileges = Privileges.of(server);
        boolean mayLook = true;
        for (String database : selection.schemas().orElseGet(() -> Set.of(settings.database()))) {
            if (!privileges.allow("listCollections", database)) {
                mayLook = false;
                lacks("listCollections", database, "");
            }
        }
        for (String action : ON_CHECKPOINTS) {
            if (!privileges.allow(action, new TableRef(settings.database(), Catalog.CHECKPOINTS))) {
                lacks(action, settings.database(), Catalog.CHECKPOINTS);
            }
        }
        if (mayLook) {
            collections(privileges, Catalog.look(server, settings.database(), selection));
        }
        if (settings.postImages() == PostImages.OFF) {
            findings.add(new Finding(
                    ErrorCode.MONGODB_POST_IMAGES_OFF,
                    Severity.WARNING,
                    "post_images is \"off\"",
                    "for speed, \"auto_configure\"",
                    ""));
        }
        return findings;
    }

    /** What the server is, in words; empty before it was asked. */
    String server() {
        return text;
    }

    private void collections(Privileges privileges, Catalog catalog) {
        Map<TableRef, Catalog.Collection> byName = new LinkedHashMap<>();
        for (Catalog.Collection collection : catalog.collections()) {
            byName.put(collection.table(), collection);
            if (!collection.isFollowed(settings.postImages()) && !isOnlyWithoutImages(collection)) {
                findings.add(new Finding(
                        ErrorCode.MONGODB_COLLECTION_KIND,
                        Severity.WARNING,
                        "\"" + collection.table() + "\" is a " + kind(collection) + ", which is not replicated",
                        "a collection",
                        ""));
            } else {
                followed(privileges, collection);
            }
        }
        for (TableRef named : selection.named()) {
            if (!byName.containsKey(named)) {
                findings.add(new Finding(
                        ErrorCode.MONGODB_COLLECTION_MISSING,
                        Severity.WARNING,
                        "Collection \"" + named + "\" does not exist",
                        "",
                        ErrorCode.MONGODB_COLLECTION_MISSING.remedy()));
            }
        }
    }

    /** With {@code read_only} a capped collection without images is as wrong as any other. */
    private boolean isOnlyWithoutImages(Catalog.Collection collection) {
        return settings.postImages() == PostImages.READ_ONLY && collection.isFollowed(PostImages.AUTO_CONFIGURE);
    }

    private void followed(Privileges privileges, Catalog.Collection collection) {
        TableRef table = collection.table();
        for (String action : List.of("find", "changeStream")) {
            if (!privileges.allow(action, table)) {
                lacks(action, table.schema(), table.name());
            }
        }
        switch (settings.postImages()) {
            case OFF -> {}
            case AUTO_CONFIGURE -> {
                if (!privileges.allow("collMod", table)) {
                    lacks("collMod", table.schema(), table.name());
                }
            }
            case READ_ONLY -> {
                if (!collection.hasPostImages()) {
                    findings.add(new Finding(
                            ErrorCode.MONGODB_POST_IMAGES,
                            Severity.ERROR,
                            "Collection \"" + table + "\" does not record post-images",
                            "changeStreamPreAndPostImages",
                            SetupScript.collMod(table)));
                }
            }
        }
    }

    private void lacks(String action, String database, String collection) {
        String where =
                collection.isEmpty() ? "database \"" + database + "\"" : "\"" + database + "." + collection + "\"";
        findings.add(new Finding(
                ErrorCode.MONGODB_PRIVILEGE,
                Severity.ERROR,
                "The user may not " + action + " on " + where,
                action,
                SetupScript.grant(database, collection, action)));
    }

    private static String kind(Catalog.Collection collection) {
        return switch (collection.kind()) {
            case "view" -> "view";
            case "timeseries" -> "time series collection";
            default -> "capped collection without post-images";
        };
    }

    private static BsonDocument command(String name) {
        return new BsonDocument(name, new BsonInt32(1));
    }
}
