package io.serai.source.mongodb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.mongodb.MongoException;
import com.mongodb.client.ClientSession;
import com.mongodb.client.MongoCollection;
import io.serai.app.Folders;
import io.serai.app.LocalMongo.Shape;
import io.serai.change.ClusterTime;
import io.serai.change.SourcePosition;
import io.serai.error.ErrorCode;
import io.serai.error.SeraiException;
import io.serai.source.OnLostHistory;
import io.serai.source.SourceDatabase.Start;
import io.serai.testsupport.MongoServer;
import io.serai.testsupport.MongoTestDatabase;
import io.serai.testsupport.TcpProxy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.awaitility.core.ConditionFactory;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonInt64;
import org.bson.BsonString;
import org.bson.BsonTimestamp;
import org.bson.Document;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Faults of servers and of the network: nothing is lost, nothing is copied again without need, and lost history is said. */
class ServersThatFailIT {
    private static final int LARGE = System.getProperty("serai.soak") == null ? 30_000 : 200_000;

    @TempDir
    Path folder;

    @Test
    void goesOnAfterARestartAndACrash() throws Exception {
        try (MongoServer server = MongoServer.own(Shape.SINGLE);
                MongoTestDatabase database = server.createDatabase();
                MongoReplica replica = replica(database, database.uri())) {
            insert(database, 1);
            replica.start().rows();

            server.local().stop(0);
            server.local().start(0);
            insert(database, 2);
            assertThat(replica.rows()).hasSize(2);

            server.local().crash(0);
            server.local().start(0);
            insert(database, 3);
            assertThat(replica.rows()).hasSize(3);
            assertThat(operations(replica)).isEqualTo(3);
        }
    }

    @Test
    void goesOnWithANewPrimary() throws Exception {
        try (MongoServer server = MongoServer.own(Shape.THREE);
                MongoTestDatabase database = server.createDatabase();
                MongoReplica replica = replica(database, database.uri())) {
            insert(database, 1);
            replica.start().rows();

            server.local().stop(0);
            insert(database, 2); // the driver waits for the next primary
            assertThat(replica.rows()).hasSize(2);

            server.local().start(0); // it takes the role back, with the others' consent
            insert(database, 3);
            assertThat(replica.rows()).hasSize(3);
            stepDown(server);
            insert(database, 4);
            assertThat(replica.rows()).hasSize(4);
            assertThat(operations(replica)).isEqualTo(4);
        }
    }

    @Test
    void goesOnAfterItsCursorWasKilled() throws Exception {
        try (MongoTestDatabase database = MongoServer.shared().createDatabase();
                MongoReplica replica = replica(database, database.uri())) {
            insert(database, 1);
            replica.start().rows();

            killChangeStreams(database);
            insert(database, 2);

            assertThat(replica.rows()).hasSize(2);
            assertThat(operations(replica)).isEqualTo(2);
        }
    }

    @Test
    void goesOnAfterTheNetworkWasCut() throws Exception {
        try (MongoTestDatabase database = MongoServer.shared().createDatabase();
                TcpProxy proxy = proxy(database);
                MongoReplica replica = replica(database, through(proxy, database))) {
            insert(database, 1);
            replica.start().rows();

            for (int i = 2; i < 6; i++) {
                proxy.cutOnce();
                insert(database, i);
                assertThat(replica.rows()).hasSize(i);
            }
            assertThat(operations(replica)).isEqualTo(5);
        }
    }

    @Test
    void anIdleSourceAdvancesWithoutAWrite() throws Exception {
        try (MongoTestDatabase database = MongoServer.shared().createDatabase();
                MongoTestDatabase other = MongoServer.shared().createDatabase();
                MongoReplica replica = replica(database, database.uri())) {
            insert(database, 1);
            replica.start().rows();
            SourcePosition before = replica.status().position().orElseThrow();
            BsonDocument marker = marker(database);

            insert(other, 1); // of no interest, and not watched

            await().atMost(Duration.ofSeconds(30))
                    .until(() -> replica.status().position().orElseThrow().compareTo(before) > 0);
            assertThat(marker(database)).as("the markers").isEqualTo(marker);
        }
    }

    @Test
    void aLargeTransactionShowsAtOnce() throws Exception {
        try (MongoTestDatabase database = MongoServer.shared().createDatabase();
                MongoReplica replica = replica(database, database.uri())) {
            insert(database, 0);
            replica.start().rows();
            List<Integer> sizes = new ArrayList<>();
            try (var subscription = replica.storage()
                    .onCheckpoint(checkpoint ->
                            sizes.add(Math.toIntExact(checkpoint.opId().value())))) {
                insertInOneTransaction(database, LARGE);

                assertThat(replica.rows()).hasSize(1 + LARGE);
            }
            assertThat(sizes).isSubsetOf(1, 1 + LARGE).contains(1 + LARGE);
        }
    }

    /** Its first part is handed on, and nothing comes behind that which is replicated, but the next transaction. */
    @Test
    void aLargeTransactionMayEndWithWhatIsNotReplicated() throws Exception {
        try (MongoTestDatabase database = MongoServer.shared().createDatabase();
                MongoReplica replica = replica(database, database.uri())) {
            insert(database, 0);
            replica.start().rows();
            replica.stop();
            MongoCollection<BsonDocument> todos = collection(database, "todos");
            MongoCollection<BsonDocument> other = collection(database, "other");
            BsonString text = new BsonString("x".repeat(1 << 20));
            try (ClientSession session = database.server().client().startSession()) {
                session.withTransaction(() -> {
                    for (int i = 1; i <= 10; i++) {
                        todos.insertOne(session, todo(i).append("text", text));
                    }
                    for (int i = 0; i < 15; i++) {
                        other.insertOne(session, new BsonDocument("text", text));
                    }
                    return true;
                });
            }
            insert(database, 11);
            other.insertOne(new BsonDocument());
            replica.start();

            ConditionFactory withoutFailures = await().pollInterval(Duration.ofMillis(20))
                    .failFast(
                            "the source failed",
                            () -> replica.replication().problem().isPresent());
            withoutFailures.until(() ->
                    replica.rowsAt(replica.storage().checkpoint().orElseThrow()).size() == 12);
            withoutFailures.during(Duration.ofSeconds(1)).until(() -> true);
        }
    }

    @Test
    void aServerThatWasRestoredIsCopiedAgain() throws Exception {
        try (MongoServer server = MongoServer.own(Shape.SINGLE);
                MongoTestDatabase database = server.createDatabase();
                MongoReplica replica = replica(database, database.uri())) {
            insert(database, 1);
            replica.start().rows();
            server.local().stop(0);
            Path backup = folder.resolve("backup");
            copy(server.local().data(0), backup);
            server.local().start(0);
            insert(database, 2);
            assertThat(replica.rows()).hasSize(2);
            replica.stop();

            server.local().stop(0);
            Folders.delete(server.local().data(0));
            copy(backup, server.local().data(0));
            server.local().start(0);
            ClusterTime stored =
                    (ClusterTime) replica.storage().state("shop").position().orElseThrow();
            await().atMost(Duration.ofSeconds(30)).until(() -> {
                insert(
                        database,
                        3 + (int) (Math.random() * 1_000_000)); // another history grows past the stored position
                return server.admin(new Document("ping", 1))
                                .get("operationTime", BsonTimestamp.class)
                                .getValue()
                        > stored.next().value();
            });
            replica.start();

            assertThat(replica.rows()).doesNotContain("{\"id\":2,\"n\":1}").hasSize((int)
                    database.collection("todos").countDocuments());
        }
    }

    @Test
    void aPositionThatFellOutOfTheOplogIsLostAndAllIsCopiedAgain() throws Exception {
        try (MongoServer server = MongoServer.own(Shape.SINGLE, "--oplogSize=8");
                MongoTestDatabase database = server.createDatabase();
                MongoReplica replica = replica(database, database.uri())) {
            insert(database, 1);
            insert(database, 2);
            replica.start().rows();
            replica.stop();
            ClusterTime stored =
                    (ClusterTime) replica.storage().state("shop").position().orElseThrow();

            database.collection("todos").deleteOne(new BsonDocument("_id", new BsonInt32(1)));
            BsonString megabyte = new BsonString("x".repeat(1 << 20));
            await().atMost(Duration.ofMinutes(2)).until(() -> {
                for (int i = 0; i < 10; i++) {
                    database.collection("other").insertOne(new BsonDocument("body", megabyte));
                }
                return oldest(server) > stored.value();
            });
            try (MongoDatabase source = new MongoDatabase(
                    MongoSettings.of("shop", database.uri(), database.name(), PostImages.OFF), "storage1")) {
                Start start = new Start(stored, "", null);
                assertThatThrownBy(() -> source.verify(start, stored, null))
                        .isInstanceOfSatisfying(
                                SeraiException.class,
                                e -> assertThat(e.code()).isEqualTo(ErrorCode.SOURCE_LOST_HISTORY));
            }
            replica.start();

            assertThat(replica.rows()).containsExactly("{\"id\":2,\"n\":1}");
        }
    }

    /** The time of the oldest entry of the oplog. */
    private static long oldest(MongoServer server) {
        return Objects.requireNonNull(server.client()
                        .getDatabase("local")
                        .getCollection("oplog.rs")
                        .find()
                        .sort(new Document("$natural", 1))
                        .first())
                .get("ts", BsonTimestamp.class)
                .getValue();
    }

    @Test
    void waitsWithLostHistoryWhenItIsToldTo() throws Exception {
        try (MongoServer server = MongoServer.own(Shape.SINGLE);
                MongoTestDatabase database = server.createDatabase();
                MongoReplica replica = new MongoReplica(
                        folder,
                        new MongoSource(
                                MongoSettings.of("shop", database.uri(), database.name(), PostImages.OFF),
                                "default",
                                OnLostHistory.WAIT),
                        "SELECT _id AS id, n FROM todos")) {
            insert(database, 1);
            replica.start().rows();
            replica.stop();
            server.local().stop(0);
            Path backup = folder.resolve("backup");
            copy(server.local().data(0), backup);
            server.local().start(0);
            replica.start();
            insert(database, 2);
            assertThat(replica.rows()).hasSize(2);
            replica.stop();
            server.local().stop(0);
            Folders.delete(server.local().data(0));
            copy(backup, server.local().data(0));
            server.local().start(0);
            insert(database, 3);
            replica.start();

            replica.awaitProblem(ErrorCode.SOURCE_LOST_HISTORY);
            assertThatThrownBy(() -> replica.replication().head()) // a client's write would seem to be shown
                    .isInstanceOfSatisfying(
                            SeraiException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.SOURCE_LOST_HISTORY));
        }
    }

    private MongoReplica replica(MongoTestDatabase database, String uri) {
        return new MongoReplica(
                folder,
                MongoSettings.of("shop", uri, database.name(), PostImages.AUTO_CONFIGURE),
                "SELECT _id AS id, n FROM todos");
    }

    private static TcpProxy proxy(MongoTestDatabase database) {
        String[] host = database.server().host().split(":");
        return TcpProxy.before(host[0], Integer.parseInt(host[1]));
    }

    /** Without discovery, which would lead past the proxy. */
    private static String through(TcpProxy proxy, MongoTestDatabase database) {
        return database.uri()
                        .replace(database.server().host(), "127.0.0.1:" + proxy.port())
                        .replaceFirst("replicaSet=[^&]*&?", "")
                + "&directConnection=true";
    }

    private static BsonDocument marker(MongoTestDatabase database) {
        return Objects.requireNonNull(
                database.collection(Catalog.CHECKPOINTS).find().first());
    }

    private static long operations(MongoReplica replica) {
        return replica.storage().checkpoint().orElseThrow().opId().value();
    }

    private static void killChangeStreams(MongoTestDatabase database) {
        List<Document> cursors = database.server()
                .client()
                .getDatabase("admin")
                .aggregate(List.of(
                        new Document("$currentOp", new Document("idleCursors", true).append("allUsers", true)),
                        new Document(
                                "$match",
                                new Document("ns", new Document("$regex", "^" + database.name()))
                                        .append("cursor.cursorId", new Document("$exists", true)))))
                .into(new ArrayList<>());
        assertThat(cursors).as("cursors of the stream").isNotEmpty();
        for (Document operation : cursors) {
            long id = operation.get("cursor", Document.class).getLong("cursorId");
            database.database()
                    .runCommand(new Document("killCursors", "$cmd.aggregate").append("cursors", List.of(id)));
        }
    }

    /** The members' connections end with it, also the one that asks. */
    private static void stepDown(MongoServer server) {
        try {
            server.admin(new Document("replSetStepDown", 10).append("force", true));
        } catch (MongoException e) {
            assertThat(e.getCode()).as("refused: " + e).isNotEqualTo(13);
        }
    }

    private static void insert(MongoTestDatabase database, int id) {
        database.collection("todos").insertOne(todo(id));
    }

    private static void insertInOneTransaction(MongoTestDatabase database, int documents) {
        MongoCollection<BsonDocument> todos = collection(database, "todos");
        try (ClientSession session = database.server().client().startSession()) {
            session.startTransaction();
            List<BsonDocument> batch = new ArrayList<>();
            for (int i = 1; i <= documents; i++) {
                batch.add(todo(i).append("body", new BsonString("x".repeat(500))));
                if (batch.size() == 5000 || i == documents) {
                    todos.insertMany(session, batch);
                    batch.clear();
                }
            }
            session.commitTransaction();
        }
    }

    /** Through the client whose sessions have transactions. */
    private static MongoCollection<BsonDocument> collection(MongoTestDatabase database, String name) {
        return database.server().client().getDatabase(database.name()).getCollection(name, BsonDocument.class);
    }

    private static BsonDocument todo(int id) {
        return new BsonDocument("_id", new BsonInt32(id)).append("n", new BsonInt64(1));
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(from.relativize(file)));
            }
        }
    }
}
