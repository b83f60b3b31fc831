package io.serai.testsupport;

import com.mongodb.ConnectionString;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import io.serai.app.Folders;
import io.serai.app.LocalMongo;
import io.serai.app.LocalMongo.Shape;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.bson.Document;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.MongoDBContainer;

/** A real MongoDB replica set. Where none can be had the test fails. Thread-safe, except for starting and stopping. */
public final class MongoServer implements AutoCloseable {
    /** Names a server to use instead of one of our own: the URI of an administrator, without a database. */
    private static final String VARIABLE = "SERAI_TEST_MONGODB";

    private static final String IMAGE = "mongo:7";
    private static final AtomicInteger DATABASES = new AtomicInteger();

    private final String uri;
    private final MongoClient client;
    private final AutoCloseable server;

    private MongoServer(String uri, AutoCloseable server) {
        this.uri = uri;
        this.client = MongoClients.create(uri);
        this.server = server;
    }

    /**
     * The server that all tests of this JVM share: the one that {@code SERAI_TEST_MONGODB} names, else one in a container where a Docker engine
     * answers, else one of our own with users and a key file. It is stopped when the JVM ends.
     */
    public static MongoServer shared() {
        return Shared.SERVER;
    }

    /** A server of our own that the test may stop and start; the test closes it. */
    public static MongoServer own(Shape shape, String... options) {
        try {
            Path folder = Files.createTempDirectory("serai-mongodb-");
            LocalMongo local =
                    LocalMongo.start(LocalMongo.program(Path.of("").toAbsolutePath()), folder, shape, List.of(options));
            return new MongoServer(local.uri(""), new OwnServer(local, folder));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A new, empty database; closing it drops it. */
    public MongoTestDatabase createDatabase() {
        return new MongoTestDatabase(this, "test_" + ProcessHandle.current().pid() + "_" + DATABASES.incrementAndGet());
    }

    /** A client of the administrator; closed with the server. */
    public MongoClient client() {
        return client;
    }

    /** As service.yaml takes it, for the administrator. */
    public String uri(String database) {
        return withDatabase(uri, database);
    }

    /** As service.yaml takes it, for a user of the database {@code admin}. */
    public String uri(String database, String user, String password) {
        ConnectionString own = new ConnectionString(uri);
        String set = own.getRequiredReplicaSetName() == null ? "" : "&replicaSet=" + own.getRequiredReplicaSetName();
        return "mongodb://" + user + ":" + password + "@" + String.join(",", own.getHosts()) + "/" + database
                + "?authSource=admin" + set;
    }

    /** The first member's address. */
    public String host() {
        return new ConnectionString(uri).getHosts().get(0);
    }

    /** The server of {@link #own}. */
    public LocalMongo local() {
        if (server instanceof OwnServer own) {
            return own.mongo;
        }
        throw new IllegalStateException("Only a server that MongoServer.own() started can be stopped and started");
    }

    /** Runs a command of an administrator in the database {@code admin}. */
    public Document admin(Document command) {
        return client.getDatabase("admin").runCommand(command);
    }

    /** Ends the server for good; a server that the environment named goes on. */
    @Override
    public void close() {
        client.close();
        try {
            server.close();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static String withDatabase(String uri, String database) {
        int hosts = uri.indexOf("://") + 3;
        int slash = uri.indexOf('/', hosts);
        int question = uri.indexOf('?');
        String start = slash < 0 ? (question < 0 ? uri : uri.substring(0, question)) : uri.substring(0, slash);
        return start + "/" + database + (question < 0 ? "" : uri.substring(question));
    }

    /** A server of our own and its folder. */
    private record OwnServer(LocalMongo mongo, Path folder) implements AutoCloseable {
        @Override
        public void close() throws IOException {
            mongo.close();
            Folders.delete(folder);
        }
    }

    /** Starts the shared server when it is first asked for. */
    private static final class Shared {
        static final MongoServer SERVER = find();

        private static MongoServer find() {
            String named = System.getenv(VARIABLE);
            if (named != null) {
                return new MongoServer(named, () -> {});
            }
            MongoServer server = dockerAnswers() ? container() : own(Shape.SINGLE);
            Runtime.getRuntime().addShutdownHook(new Thread(server::close, "stop-mongodb"));
            return server;
        }

        /** Testcontainers logs errors where there is no engine, so it is asked only where there may be one. */
        private static boolean dockerAnswers() {
            return (System.getenv("DOCKER_HOST") != null || Files.exists(Path.of("/var/run/docker.sock")))
                    && DockerClientFactory.instance().isDockerAvailable();
        }

        @SuppressWarnings("resource") // closed as the server
        private static MongoServer container() {
            MongoDBContainer container = new MongoDBContainer(IMAGE);
            container.start();
            return new MongoServer(container.getConnectionString() + "/?directConnection=true", container);
        }
    }
}
