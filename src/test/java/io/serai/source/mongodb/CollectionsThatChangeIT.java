package io.serai.source.mongodb;

import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.MongoNamespace;
import com.mongodb.client.ClientSession;
import com.mongodb.client.model.RenameCollectionOptions;
import io.serai.testsupport.MongoServer;
import io.serai.testsupport.MongoTestDatabase;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.bson.BsonDocument;
import org.bson.BsonString;
import org.bson.Document;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Collections that are made, dropped and renamed while they stream, in the modes with and without images: no stale and no phantom rows. */
class CollectionsThatChangeIT {
    @TempDir
    Path folder;

    private MongoTestDatabase database;

    @BeforeEach
    void create() {
        database = MongoServer.shared().createDatabase();
        insert("todo_a", "a1", "a2");
        insert("todo_b", "b1");
        insert("other", "o1");
    }

    @AfterEach
    void drop() {
        database.close();
    }

    @ParameterizedTest
    @EnumSource(
            value = PostImages.class,
            names = {"OFF", "AUTO_CONFIGURE"})
    void rowsFollowTheCollections(PostImages mode) throws Exception {
        try (MongoReplica replica = replica(mode, "\"todo_%\" AS todos")) {
            assertThat(replica.rows()).containsExactlyInAnyOrderElementsOf(rows("a1", "a2", "b1"));

            update("todo_a", "a1", "changed"); // a change, then the drop: nothing to read any more
            database.collection("todo_a").drop();
            assertThat(replica.rows()).as("dropped").containsExactlyInAnyOrderElementsOf(rows("b1"));

            insert("todo_a", "a3"); // a collection of the same name, with a change at once
            update("todo_a", "a3", "new");
            assertThat(replica.rows()).as("made again").containsExactlyInAnyOrder(row("b1", "b1"), row("a3", "new"));

            update("todo_a", "a3", "newer");
            rename("todo_a", "elsewhere", false);
            assertThat(replica.rows()).as("renamed out of the names").containsExactlyInAnyOrderElementsOf(rows("b1"));

            rename("other", "todo_o", false);
            update("todo_o", "o1", "mine");
            assertThat(replica.rows())
                    .as("renamed into the names")
                    .containsExactlyInAnyOrder(row("b1", "b1"), row("o1", "mine"));

            update("todo_o", "o1", "yours");
            rename("todo_o", "todo_p", false);
            update("todo_p", "o1", "ours");
            assertThat(replica.rows())
                    .as("renamed within the names")
                    .containsExactlyInAnyOrder(row("b1", "b1"), row("o1", "ours"));

            rename("todo_p", "todo_b", true);
            assertThat(replica.rows()).as("renamed over another").containsExactlyInAnyOrder(row("o1", "ours"));

            database.database()
                    .getCollection("elsewhere")
                    .aggregate(List.of(new Document("$out", "todo_b")))
                    .toCollection();
            assertThat(replica.rows()).as("$out").containsExactlyInAnyOrder(row("a3", "newer"));

            try (ClientSession session = database.server().client().startSession()) {
                session.startTransaction(); // makes a collection within a transaction
                database.database()
                        .getCollection("todo_t")
                        .insertOne(session, new Document("_id", "t1").append("title", "t1"));
                session.commitTransaction();
            }
            assertThat(replica.rows())
                    .as("made by a transaction")
                    .containsExactlyInAnyOrder(row("a3", "newer"), row("t1", "t1"));

            database.database().drop();
            assertThat(replica.rows()).as("all dropped").isEmpty();

            insert("todo_z", "z1");
            assertThat(replica.rows()).as("a new database").containsExactlyInAnyOrderElementsOf(rows("z1"));
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = PostImages.class,
            names = {"OFF", "AUTO_CONFIGURE"})
    void rowsFollowWhatHappenedWhileTheSourceWasStopped(PostImages mode) throws Exception {
        try (MongoReplica replica = replica(mode, "\"todo_%\" AS todos")) {
            replica.rows();
            replica.stop();

            update("todo_a", "a1", "lost");
            database.collection("todo_a").drop();
            insert("todo_a", "a9");
            update("todo_b", "b1", "moved");
            rename("todo_b", "todo_c", false);
            update("todo_c", "b1", "moved on");

            replica.start();
            assertThat(replica.rows()).containsExactlyInAnyOrder(row("a9", "a9"), row("b1", "moved on"));
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = PostImages.class,
            names = {"OFF", "AUTO_CONFIGURE"})
    void collectionsThatTookEachOthersNamesWhileTheSourceWasStopped(PostImages mode) throws Exception {
        try (MongoReplica replica = replica(mode, "todo_a", "todo_b")) {
            replica.rows();
            replica.stop();

            rename("todo_a", "elsewhere", false);
            update("elsewhere", "a1", "was elsewhere");
            rename("todo_b", "todo_a", false);
            rename("elsewhere", "todo_b", false);
            update("todo_b", "a2", "behind it");

            replica.start();
            assertThat(replica.rows())
                    .containsExactlyInAnyOrder(row("a1", "was elsewhere"), row("a2", "behind it"), row("b1", "b1"));
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = PostImages.class,
            names = {"OFF", "AUTO_CONFIGURE"})
    void aCollectionThatWentAndCameBackUnseenIsReadAgain(PostImages mode) throws Exception {
        try (MongoReplica replica = replica(mode, "todo_a")) {
            replica.rows();
            replica.stop();

            rename("todo_a", "elsewhere", false);
            update("elsewhere", "a1", "was elsewhere");
            rename("elsewhere", "todo_a", false);

            replica.start();
            assertThat(replica.rows()).containsExactlyInAnyOrder(row("a1", "was elsewhere"), row("a2", "a2"));
        }
    }

    private MongoReplica replica(PostImages mode, String... collections) throws Exception {
        MongoSettings settings = MongoSettings.of("shop", database.uri(), database.name(), mode);
        return new MongoReplica(
                        folder,
                        settings,
                        Stream.of(collections)
                                .map(collection -> "SELECT _id AS id, title FROM " + collection)
                                .toArray(String[]::new))
                .start();
    }

    private void insert(String collection, String... ids) {
        for (String id : ids) {
            database.collection(collection)
                    .insertOne(new BsonDocument("_id", new BsonString(id)).append("title", new BsonString(id)));
        }
    }

    private void update(String collection, String id, String title) {
        database.collection(collection)
                .updateOne(
                        new BsonDocument("_id", new BsonString(id)),
                        new BsonDocument("$set", new BsonDocument("title", new BsonString(title))));
    }

    private void rename(String from, String to, boolean dropTarget) {
        database.collection(from)
                .renameCollection(
                        new MongoNamespace(database.name(), to), new RenameCollectionOptions().dropTarget(dropTarget));
    }

    private static List<String> rows(String... ids) {
        return Stream.of(ids).map(id -> row(id, id)).toList();
    }

    private static String row(String id, String title) {
        return "{\"id\":\"" + id + "\",\"title\":\"" + title + "\"}";
    }
}
