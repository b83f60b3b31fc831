package io.serai.app;

import com.mongodb.ConnectionString;
import com.mongodb.MongoClientSettings;
import com.mongodb.MongoException;
import com.mongodb.WriteConcern;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import io.serai.error.ErrorCode;
import io.serai.error.SeraiException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonString;
import org.bson.Document;
import org.jspecify.annotations.Nullable;

/**
 * A MongoDB server of our own on free loopback ports, whose administrator {@value #USER} has the password {@link #PASSWORD}; never outlives this
 * process. Confined to one thread at a time.
 */
public final class LocalMongo implements AutoCloseable {
    public static final String USER = "root";
    public static final String PASSWORD = LocalPostgres.PASSWORD;

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String SET = "serai";

    /** What is started. */
    public enum Shape {
        /** One server that is no replica set, without users. */
        STANDALONE(1, false),
        /** A replica set of one member, without users. */
        OPEN(1, false),
        /** A replica set of one member that asks for user and password. */
        SINGLE(1, true),
        /** A replica set of three members that asks for user and password. */
        THREE(3, true);

        private final int members;
        private final boolean authenticates;

        Shape(int members, boolean authenticates) {
            this.members = members;
            this.authenticates = authenticates;
        }
    }

    private final Shape shape;
    private final List<Member> members = new ArrayList<>();

    private LocalMongo(Shape shape) {
        this.shape = shape;
    }

    /**
     * The server program that {@code scripts/fetch-mongod} fetches once and then finds; of {@code home}, the folder of the checkout or the
     * distribution.
     */
    public static Path program(Path home) {
        return ServerProcess.fetch(home, "scripts/fetch-mongod", ErrorCode.DEMO_MONGODB);
    }

    /**
     * Starts a server with new data in {@code folder} and returns when it takes writes.
     *
     * @param options of the program, for example {@code --setParameter=…}
     */
    public static LocalMongo start(Path program, Path folder, Shape shape, List<String> options) {
        LocalMongo mongo = new LocalMongo(shape);
        try {
            Files.createDirectories(folder);
            for (int i = 0; i < shape.members; i++) {
                mongo.members.add(Member.of(program, folder.resolve("member" + i), shape, options));
            }
            mongo.members.forEach(member -> member.process().start());
            if (shape != Shape.STANDALONE) {
                mongo.initiate();
            }
            return mongo;
        } catch (IOException | MongoException e) {
            mongo.close();
            throw failure("It could not be started: " + e.getMessage(), folder, e);
        }
    }

    /** As service.yaml takes it, with the administrator's name and password; {@code database} may be empty. */
    public String uri(String database) {
        String user = shape.authenticates ? USER + ":" + PASSWORD + "@" : "";
        List<String> options = new ArrayList<>();
        if (shape != Shape.STANDALONE) {
            options.add("replicaSet=" + SET);
        }
        if (shape.authenticates) {
            options.add("authSource=admin");
        }
        return "mongodb://" + user + hosts() + "/" + database + "?" + String.join("&", options);
    }

    /** The members as {@code host:port}, with commas between. */
    public String hosts() {
        return String.join(",", members.stream().map(Member::host).toList());
    }

    /** Stops a member as an operator does. */
    public void stop(int member) {
        members.get(member).process().stop();
    }

    /** Stops a member as a crash does. */
    public void crash(int member) {
        members.get(member).process().crash();
    }

    /** Starts a member again with its former data on its former port; returns when it takes connections. */
    public void start(int member) {
        members.get(member).process().start();
    }

    /** Where a member has its data. */
    public Path data(int member) {
        return members.get(member).data();
    }

    @Override
    public void close() {
        members.forEach(member -> member.process().stop());
    }

    /** The one member that is there first gets the set and the user through the exception for loopback. */
    private void initiate() {
        String first = members.get(0).host();
        try (MongoClient client = client("mongodb://" + first + "/?directConnection=true")) {
            BsonArray set = new BsonArray();
            for (int i = 0; i < members.size(); i++) {
                set.add(new BsonDocument("_id", new BsonInt32(i))
                        .append("host", new BsonString(members.get(i).host()))
                        .append("priority", new BsonInt32(i == 0 ? 2 : 1)));
            }
            client.getDatabase("admin")
                    .runCommand(new Document(
                            "replSetInitiate",
                            new Document("_id", SET)
                                    .append("members", set)
                                    .append(
                                            "settings",
                                            new Document("electionTimeoutMillis", 2000)
                                                    .append("heartbeatIntervalMillis", 500))));
            awaitPrimary(client);
            if (shape.authenticates) {
                client.getDatabase("admin")
                        .runCommand(new Document("createUser", USER)
                                .append("pwd", PASSWORD)
                                .append("roles", List.of("root")));
            }
        }
        try (MongoClient client = client(uri(""))) {
            client.getDatabase("admin")
                    .getCollection("ready")
                    .withWriteConcern(WriteConcern.MAJORITY)
                    .drop();
        }
    }

    private static void awaitPrimary(MongoClient client) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!client.getDatabase("admin")
                .runCommand(new Document("hello", 1))
                .getBoolean("isWritablePrimary", false)) {
            if (System.nanoTime() > end) {
                throw failure("No member became primary", Path.of(""), null);
            }
            pause();
        }
    }

    private static MongoClient client(String uri) {
        return MongoClients.create(MongoClientSettings.builder()
                .applyConnectionString(new ConnectionString(uri))
                .applyToClusterSettings(
                        cluster -> cluster.serverSelectionTimeout(PATIENCE.toMillis(), TimeUnit.MILLISECONDS))
                .build());
    }

    private static List<String> command(Path program, Path folder, int port, Shape shape, List<String> options)
            throws IOException {
        Files.createDirectories(folder.resolve("data"));
        List<String> command = new ArrayList<>(List.of(
                program.toString(),
                "--dbpath=" + folder.resolve("data"),
                "--bind_ip=127.0.0.1",
                "--port=" + port,
                "--nounixsocket",
                "--wiredTigerCacheSizeGB=0.4",
                "--setParameter=shutdownTimeoutMillisForSignaledShutdown=100"));
        if (shape != Shape.STANDALONE) {
            command.add("--replSet=" + SET);
        }
        if (shape.authenticates) {
            Path key = folder.resolve("key");
            Files.writeString(key, "c2VyYWkgc2VyYWkgc2VyYWk"); // that of all members
            Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
            command.add("--keyFile=" + key);
        }
        command.addAll(options);
        return command;
    }

    private static void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(50);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw failure("Interrupted", Path.of(""), e);
        }
    }

    private static SeraiException failure(String what, Path where, @Nullable Throwable cause) {
        return new SeraiException(ErrorCode.DEMO_MONGODB, what, where.toString(), "", cause);
    }

    /** One server, and the folder of its own. */
    private record Member(Path folder, ServerProcess process) {
        private static Member of(Path program, Path folder, Shape shape, List<String> options) throws IOException {
            int port = ServerProcess.freePort();
            return new Member(
                    folder,
                    new ServerProcess(
                            command(program, folder, port, shape, options),
                            port,
                            folder.resolve("log"),
                            ErrorCode.DEMO_MONGODB));
        }

        private String host() {
            return "127.0.0.1:" + process.port();
        }

        private Path data() {
            return folder.resolve("data");
        }
    }
}
