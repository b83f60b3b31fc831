package io.serai.source.mongodb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.mongodb.client.ClientSession;
import io.serai.app.LocalMongo.Shape;
import io.serai.error.ErrorCode;
import io.serai.error.SeraiException;
import io.serai.storage.Checkpoint;
import io.serai.testsupport.MongoServer;
import io.serai.testsupport.MongoTestDatabase;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bson.BsonBoolean;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonString;
import org.bson.Document;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever makes the image of a change missing: the row is as it was at the checkpoint's position, and nothing is copied a second time. */
class ImagesThatAreMissingIT {
    private static final String QUERY = "SELECT _id AS id, n FROM \"account%\" AS accounts";
    private static final Pattern AMOUNT = Pattern.compile("\"n\":(-?\\d+)");

    @TempDir
    Path folder;

    private MongoTestDatabase database = MongoServer.shared().createDatabase();

    @AfterEach
    void drop() {
        if (database.server() == MongoServer.shared()) {
            database.close();
        }
    }

    @Test
    void thatWereOffWhileTheSourceWasStopped() throws Exception {
        insert("accounts", 1, 1);
        try (MongoReplica replica = replica(PostImages.AUTO_CONFIGURE).start()) {
            replica.rows();
            replica.stop();

            images("accounts", false);
            add("accounts", 1, 1);
            replica.start();

            assertThat(replica.rows()).containsExactly(row(1, 2));
            assertThat(hasImages("accounts")).as("switched on again").isTrue();
            assertThat(operations(replica)).as("no second copy").isEqualTo(2);
        }
    }

    @Test
    void thatAreSwitchedOffWhileItStreams() throws Exception {
        insert("accounts", 1, 1);
        try (MongoReplica replica = replica(PostImages.AUTO_CONFIGURE).start()) {
            replica.rows();

            images("accounts", false);
            add("accounts", 1, 1);
            add("accounts", 1, 1);

            assertThat(replica.rows()).containsExactly(row(1, 3));
        }
    }

    @Test
    void ofACollectionThatWasMadeAMomentAgo() throws Exception {
        try (MongoReplica replica = replica(PostImages.AUTO_CONFIGURE).start()) {
            replica.rows();

            insert("accounts2", 1, 1);
            add("accounts2", 1, 5);
            add("accounts2", 1, 5);

            assertThat(replica.rows()).containsExactly(row(1, 11));
            assertThat(hasImages("accounts2")).isTrue();
        }
    }

    @Test
    void ofADocumentThatIsGone() throws Exception {
        insert("accounts", 1, 1);
        insert("accounts", 2, 1);
        try (MongoReplica replica = replica(PostImages.OFF).start()) {
            replica.rows();
            replica.stop();

            add("accounts", 1, 1);
            database.collection("accounts").deleteOne(key(1));
            add("accounts", 2, 1);
            database.collection("accounts").deleteOne(key(2));
            insert("accounts", 2, 7);
            replica.start();

            assertThat(replica.rows()).containsExactly(row(2, 7));
        }
    }

    @Test
    void withModeOffTheCollectionsStayAsTheyAre() throws Exception {
        insert("accounts", 1, 1);
        try (MongoReplica replica = replica(PostImages.OFF).start()) {
            add("accounts", 1, 1);

            assertThat(replica.rows()).containsExactly(row(1, 2));
            assertThat(hasImages("accounts")).isFalse();
        }
    }

    @Test
    void withReadOnlyACollectionWithoutThemStopsTheStart() throws Exception {
        insert("accounts", 1, 1);
        try (MongoReplica replica = replica(PostImages.READ_ONLY).start()) {
            replica.awaitProblem(ErrorCode.MONGODB_POST_IMAGES);
            assertThat(replica.replication().problem().orElseThrow().message())
                    .contains(database.name() + ".accounts")
                    .contains("collMod");
            assertThat(hasImages("accounts")).isFalse();
            assertThatThrownBy(() -> replica.replication().head()) // no stream goes where this server's log ends
                    .isInstanceOfSatisfying(
                            SeraiException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.MONGODB_POST_IMAGES));

            images("accounts", true);
            add("accounts", 1, 1);

            assertThat(replica.rows()).containsExactly(row(1, 2));
        }
    }

    @Nested
    class OnAServerThatForgetsSoon {
        private final MongoServer server = MongoServer.own(
                Shape.SINGLE,
                "--setParameter=minSnapshotHistoryWindowInSeconds=0",
                "--setParameter=expiredChangeStreamPreImageRemovalJobSleepSecs=1");

        @AfterEach
        void stop() {
            server.close();
        }

        @Test
        void imagesThatExpiredAreReadFromTheDocuments() throws Exception {
            server.admin(new Document(
                    "setClusterParameter",
                    new Document(
                            "changeStreamOptions",
                            new Document("preAndPostImages", new Document("expireAfterSeconds", 1)))));
            try (MongoTestDatabase own = server.createDatabase()) {
                use(own);
                insert("accounts", 1, 1);
                try (MongoReplica replica = replica(PostImages.AUTO_CONFIGURE).start()) {
                    replica.rows();
                    replica.stop();

                    add("accounts", 1, 1);
                    await().atMost(Duration.ofSeconds(40))
                            .until(() -> server.client()
                                            .getDatabase("config")
                                            .getCollection("system.preimages")
                                            .countDocuments()
                                    == 0);
                    replica.start();

                    assertThat(replica.rows()).containsExactly(row(1, 2));
                }
            }
        }

        /** Money moves between accounts in transactions, so that each state of the source has the same sum. */
        @Test
        void behindItsHistoryNoCheckpointShowsAMixtureOfStates() throws Exception {
            try (MongoTestDatabase own = server.createDatabase()) {
                use(own);
                for (int i = 0; i < 20; i++) {
                    insert("accounts", i, 100);
                }
                try (MongoReplica replica = replica(PostImages.OFF).start()) {
                    replica.rows();
                    replica.stop();
                    Random random = new Random(1);
                    move(random, 300);
                    List<Checkpoint> checkpoints = new CopyOnWriteArrayList<>();
                    try (var subscription = replica.storage().onCheckpoint(checkpoints::add)) {
                        replica.start();
                        move(random, 100);

                        assertThat(sum(replica.rows())).isEqualTo(2000);
                    }
                    assertThat(checkpoints)
                            .isNotEmpty()
                            .allSatisfy(checkpoint ->
                                    assertThat(sum(replica.rowsAt(checkpoint))).isEqualTo(2000));
                    assertThat(replica.rows())
                            .containsExactlyInAnyOrderElementsOf(database.collection("accounts")
                                    .find()
                                    .map(account -> row(
                                            account.getNumber("_id").intValue(),
                                            account.getNumber("n").intValue())));
                }
            }
        }
    }

    /** The test's own server has another database; the one of the shared server goes at once. */
    private void use(MongoTestDatabase own) {
        database.close();
        database = own;
    }

    private void move(Random random, int times) {
        for (int i = 0; i < times; i++) {
            try (ClientSession session = database.server().client().startSession()) {
                session.startTransaction();
                int amount = random.nextInt(10);
                int from = random.nextInt(20);
                for (int[] change : new int[][] {{from, -amount}, {(from + 1) % 20, amount}}) {
                    database.server()
                            .client()
                            .getDatabase(database.name())
                            .getCollection("accounts", BsonDocument.class)
                            .updateOne(
                                    session,
                                    key(change[0]),
                                    new BsonDocument("$inc", new BsonDocument("n", new BsonInt32(change[1]))));
                }
                session.commitTransaction();
            }
        }
    }

    private static int sum(List<String> rows) {
        int sum = 0;
        for (String row : rows) {
            Matcher amount = AMOUNT.matcher(row);
            assertThat(amount.find()).isTrue();
            sum += Integer.parseInt(amount.group(1));
        }
        return sum;
    }

    private MongoReplica replica(PostImages mode) {
        return new MongoReplica(folder, MongoSettings.of("shop", database.uri(), database.name(), mode), QUERY);
    }

    private static long operations(MongoReplica replica) {
        return replica.storage().checkpoint().orElseThrow().opId().value();
    }

    private void insert(String collection, int id, int n) {
        database.collection(collection).insertOne(key(id).append("n", new BsonInt32(n)));
    }

    private void add(String collection, int id, int n) {
        database.collection(collection)
                .updateOne(key(id), new BsonDocument("$inc", new BsonDocument("n", new BsonInt32(n))));
    }

    private void images(String collection, boolean enabled) {
        database.database()
                .runCommand(new BsonDocument("collMod", new BsonString(collection))
                        .append(
                                "changeStreamPreAndPostImages",
                                new BsonDocument("enabled", BsonBoolean.valueOf(enabled))));
    }

    private boolean hasImages(String collection) {
        Document found = Objects.requireNonNull(database.database()
                .listCollections()
                .filter(new Document("name", collection))
                .first());
        Document options = found.get("options", Document.class);
        return options.get("changeStreamPreAndPostImages", new Document()).getBoolean("enabled", false);
    }

    private static BsonDocument key(int id) {
        return new BsonDocument("_id", new BsonInt32(id));
    }

    private static String row(int id, int n) {
        return "{\"id\":" + id + ",\"n\":" + n + "}";
    }
}
