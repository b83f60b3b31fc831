package io.serai.app;

import com.mongodb.ConnectionString;
import com.mongodb.MongoClientSettings;
import com.mongodb.MongoException;
import com.mongodb.WriteConcern;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import io.serai.error.ErrorCode;
import io.serai.error.SeraiException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
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
 * process, not even when that is killed: a shell holds each member and stops it when its input ends. Confined to one thread at a time.
 */
public final class LocalMongo implements AutoCloseable {
    public static final String USER = "root";
    public static final String PASSWORD = LocalPostgres.PASSWORD;

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String SET = "serai";

    /** Prints the server's number; the end of the input, also by this process's death, stops the server. */
    private static final String KEEPER = """
            trap '' INT TERM HUP
            "$@" < /dev/null > /dev/null 2>&1 &
            echo $!
            read -r end
            kill -TERM $! 2> /dev/null
            wait $!
            """;

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
        Path script = home.resolve("scripts/fetch-mongod");
        try {
            Process fetching = new ProcessBuilder(script.toString())
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            String answer = new String(fetching.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            int exit = fetching.onExit().join().exitValue();
            if (exit != 0) {
                throw failure("The server program could not be had; the lines above say why", script, null);
            }
            return Path.of(answer);
        } catch (IOException e) {
            throw failure("The server program could not be had: " + e, script, e);
        }
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
                mongo.members.add(new Member(command(program, folder.resolve("member" + i), shape, options)));
            }
            mongo.members.forEach(Member::start);
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
        members.get(member).stop();
    }

    /** Stops a member as a crash does. */
    public void crash(int member) {
        members.get(member).crash();
    }

    /** Starts a member again with its former data on its former port; returns when it takes connections. */
    public void start(int member) {
        members.get(member).start();
    }

    /** Where a member has its data. */
    public Path data(int member) {
        return Path.of(members.get(member).option("--dbpath="));
    }

    @Override
    public void close() {
        members.forEach(Member::stop);
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

    private static List<String> command(Path program, Path folder, Shape shape, List<String> options)
            throws IOException {
        Files.createDirectories(folder.resolve("data"));
        List<String> command = new ArrayList<>(List.of(
                program.toString(),
                "--dbpath=" + folder.resolve("data"),
                "--logpath=" + folder.resolve("log"),
                "--logappend",
                "--bind_ip=127.0.0.1",
                "--port=" + freePort(),
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

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
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

    /** One server process. */
    private static final class Member {
        private final List<String> command;
        private @Nullable Process keeper;
        private @Nullable ProcessHandle server;

        private Member(List<String> command) {
            this.command = command;
        }

        private String host() {
            return "127.0.0.1:" + option("--port=");
        }

        private void start() {
            List<String> line = new ArrayList<>(List.of("sh", "-c", KEEPER, "mongod"));
            line.addAll(command);
            try {
                Process started = new ProcessBuilder(ServerUser.outOfReach(line))
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
                keeper = started;
                String number = new BufferedReader(
                                new InputStreamReader(started.getInputStream(), StandardCharsets.UTF_8))
                        .readLine();
                server = ProcessHandle.of(Long.parseLong(number)).orElse(null);
                awaitAnswer();
            } catch (IOException e) {
                throw failure("mongod could not be run: " + e, Path.of(command.get(0)), e);
            }
        }

        private void awaitAnswer() throws IOException {
            long end = System.nanoTime() + PATIENCE.toNanos();
            int port = Integer.parseInt(option("--port="));
            while (true) {
                try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                    return;
                } catch (IOException e) {
                    if (server == null || !server.isAlive() || System.nanoTime() > end) {
                        throw failure("mongod does not answer. The end of its log:\n" + endOfLog(), log(), e);
                    }
                    pause();
                }
            }
        }

        private void stop() {
            Process running = keeper;
            if (running != null) {
                try {
                    running.getOutputStream().close();
                } catch (IOException e) {
                    throw failure("mongod could not be stopped: " + e, log(), e);
                }
                running.onExit().join();
                keeper = null;
            }
        }

        private void crash() {
            ProcessHandle running = server;
            if (running != null) {
                running.destroyForcibly();
            }
            stop(); // the shell buries it
        }

        private Path log() {
            return Path.of(option("--logpath="));
        }

        private String endOfLog() throws IOException {
            List<String> lines = Files.exists(log()) ? Files.readAllLines(log()) : List.of();
            return String.join("\n", lines.subList(Math.max(0, lines.size() - 10), lines.size()));
        }

        private String option(String name) {
            return command.stream()
                    .filter(option -> option.startsWith(name))
                    .findFirst()
                    .orElseThrow()
                    .substring(name.length());
        }
    }
}
