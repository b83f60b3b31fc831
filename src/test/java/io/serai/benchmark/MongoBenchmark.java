package io.serai.benchmark;

import com.mongodb.client.ClientSession;
import com.mongodb.client.MongoChangeStreamCursor;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoCursor;
import com.mongodb.client.model.UpdateOneModel;
import com.mongodb.client.model.WriteModel;
import com.mongodb.client.model.changestream.ChangeStreamDocument;
import com.mongodb.client.model.changestream.FullDocument;
import io.serai.app.Configuration;
import io.serai.app.LocalMongo.Shape;
import io.serai.app.Serai;
import io.serai.config.Environment;
import io.serai.testsupport.MongoServer;
import io.serai.testsupport.MongoTestDatabase;
import io.serai.testsupport.SeraiProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.bson.BsonBoolean;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonString;
import org.bson.BsonTimestamp;
import org.bson.Document;
import org.bson.RawBsonDocument;

/**
 * Copies a million to-dos of a MongoDB, drains updates with and without post-images and one large transaction, and times single commits,
 * each beside a loop of the bare driver that throws its documents away. Run by hand (docs/benchmarks.md); {@code -Dserai.rows} takes another number.
 */
final class MongoBenchmark {
    private static final int TODOS = Integer.getInteger("serai.rows", 1_000_000);
    private static final int UPDATES = TODOS / 5;
    private static final int SINGLE = 300;
    private static final int AT_ONCE = 10_000;
    private static final String RULES = """
            bucket_definitions:
              by_list:
                parameters: SELECT _id AS list FROM lists WHERE owner = request.user_id()
                data:
                  - SELECT _id AS id, * FROM todos WHERE list_id = bucket.list
            """;

    private final MongoTestDatabase database;
    private final Path folder;

    private MongoBenchmark(MongoTestDatabase database, Path folder) {
        this.database = database;
        this.folder = folder;
    }

    public static void main(String[] arguments) throws Exception {
        try (MongoServer server = MongoServer.own(Shape.SINGLE);
                MongoTestDatabase database = server.createDatabase()) {
            server.admin(new Document("setParameter", 1)
                    .append("wiredTigerEngineRuntimeConfig", "cache_size=2GB")); // holds the large transaction
            new MongoBenchmark(database, Files.createTempDirectory("serai-benchmark-")).run();
        }
    }

    private void run() throws Exception {
        fill();
        double bareCopy = TODOS / seconds(this::readAll);
        Path images = configure("auto_configure");
        report("copy", TODOS / seconds(() -> catchUp(images)), bareCopy);
        drain("updates with images", UPDATES, images, this::updates, FullDocument.REQUIRED);
        drain("one transaction", UPDATES, images, this::oneTransaction, FullDocument.REQUIRED);
        latency(images);
        for (String collection : List.of("todos", "lists")) {
            database.run(new Document("collMod", collection)
                    .append("changeStreamPreAndPostImages", new Document("enabled", false)));
        }
        Path off = configure("off");
        catchUp(off);
        drain("updates, mode off", UPDATES, off, this::updates, FullDocument.DEFAULT);
    }

    private void drain(String work, int updates, Path config, Work write, FullDocument mode) throws Exception {
        BsonTimestamp from = database.server().admin(new Document("ping", 1)).get("operationTime", BsonTimestamp.class);
        write.run();
        double bare = updates / seconds(() -> readStream(from, updates, mode));
        report(work, updates / seconds(() -> catchUp(config)), bare);
    }

    private void fill() {
        BsonDocument list = new BsonDocument("_id", new BsonString("list")).append("owner", new BsonString("u1"));
        database.collection("lists").insertOne(list);
        List<BsonDocument> some = new ArrayList<>();
        for (int i = 0; i < TODOS; i++) {
            some.add(new BsonDocument("_id", new BsonInt32(i))
                    .append("list_id", new BsonString("list" + i % 1000))
                    .append("title", new BsonString("Something that somebody has to do " + i))
                    .append("note", new BsonString("x".repeat(200)))
                    .append("done", BsonBoolean.FALSE)
                    .append("priority", new BsonInt32(i % 5))
                    .append("tags", new BsonDocument("a", new BsonInt32(1)).append("b", new BsonString("c"))));
            if (some.size() == AT_ONCE || i == TODOS - 1) {
                database.collection("todos").insertMany(some);
                some.clear();
            }
        }
    }

    private void updates() {
        for (int i = 0; i < UPDATES; i += AT_ONCE) {
            database.collection("todos").bulkWrite(writes(i, UPDATES));
        }
    }

    private void oneTransaction() {
        MongoCollection<BsonDocument> todos =
                database.server().client().getDatabase(database.name()).getCollection("todos", BsonDocument.class);
        try (ClientSession session = database.server().client().startSession()) {
            session.withTransaction(() -> {
                for (int i = 0; i < UPDATES; i += AT_ONCE) {
                    todos.bulkWrite(session, writes(i, UPDATES));
                }
                return true;
            });
        }
    }

    private static List<WriteModel<BsonDocument>> writes(int from, int to) {
        List<WriteModel<BsonDocument>> writes = new ArrayList<>();
        for (int i = from; i < Math.min(to, from + AT_ONCE); i++) {
            writes.add(new UpdateOneModel<>(
                    new BsonDocument("_id", new BsonInt32(i)),
                    new BsonDocument("$inc", new BsonDocument("priority", new BsonInt32(1)))));
        }
        return writes;
    }

    private void readAll() {
        try (MongoCursor<RawBsonDocument> cursor = database.database()
                .getCollection("todos", RawBsonDocument.class)
                .find()
                .cursor()) {
            while (cursor.hasNext()) {
                cursor.next();
            }
        }
    }

    private void readStream(BsonTimestamp from, int updates, FullDocument mode) {
        try (MongoChangeStreamCursor<ChangeStreamDocument<RawBsonDocument>> cursor = database.database()
                .getCollection("todos", RawBsonDocument.class)
                .watch(RawBsonDocument.class)
                .fullDocument(mode)
                .startAtOperationTime(from)
                .cursor()) {
            for (int i = 0; i < updates; i++) {
                cursor.next();
            }
        }
    }

    private void latency(Path config) throws Exception {
        try (Serai serai = start(config)) {
            require(serai.awaitCaughtUp(Duration.ofMinutes(10)));
            long[] micros = new long[SINGLE];
            for (int i = 0; i < SINGLE; i++) {
                long opId = opId(serai);
                database.collection("todos")
                        .updateOne(
                                new BsonDocument("_id", new BsonInt32(i)),
                                new BsonDocument("$inc", new BsonDocument("priority", new BsonInt32(1))));
                long committed = System.nanoTime();
                while (opId(serai) == opId) {
                    Thread.onSpinWait();
                }
                micros[i] = (System.nanoTime() - committed) / 1000;
            }
            Arrays.sort(micros);
            System.out.printf(
                    Locale.ROOT,
                    "commit (majority) to checkpoint: p50 %.1f ms, p95 %.1f ms%n",
                    micros[SINGLE / 2] / 1000.0,
                    micros[SINGLE * 95 / 100] / 1000.0);
        }
    }

    private Path configure(String mode) throws Exception {
        Path own = Files.createDirectory(folder.resolve(mode));
        return SeraiProcess.configure(
                own, 0, "- type: mongodb\n  uri: \"" + database.uri() + "\"\n  post_images: " + mode + "\n", RULES);
    }

    /** Starts, waits until everything is in a checkpoint, and stops; the start is in the time. */
    private static void catchUp(Path config) throws Exception {
        try (Serai serai = start(config)) {
            require(serai.awaitCaughtUp(Duration.ofMinutes(10)));
        }
    }

    private static Serai start(Path config) throws Exception {
        return Serai.start(
                Configuration.load(config, Environment.ofProcess()),
                Path.of("routes").toAbsolutePath());
    }

    private static void require(boolean isCaughtUp) {
        if (!isCaughtUp) {
            throw new IllegalStateException("not caught up");
        }
    }

    private static long opId(Serai serai) {
        return serai.checkpoint().map(checkpoint -> checkpoint.opId().value()).orElse(0L);
    }

    private static void report(String work, double own, double bare) {
        System.out.printf(
                Locale.ROOT,
                "%-20s %,9.0f rows/s; bare driver %,9.0f rows/s; ratio %.2f%n",
                work,
                own,
                bare,
                own / bare);
    }

    private static double seconds(Work work) throws Exception {
        long began = System.nanoTime();
        work.run();
        return (System.nanoTime() - began) / 1e9;
    }

    private interface Work {
        void run() throws Exception;
    }
}
