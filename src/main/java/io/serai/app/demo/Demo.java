package io.serai.app.demo;

import io.serai.app.Configuration;
import io.serai.app.ConfigurationRefused;
import io.serai.app.DevelopmentToken;
import io.serai.app.Folders;
import io.serai.app.LocalMongo;
import io.serai.app.LocalMysql;
import io.serai.app.PostgresBinaries;
import io.serai.app.Serai;
import io.serai.app.admin.Human;
import io.serai.config.Environment;
import io.serai.error.ErrorCode;
import io.serai.error.SeraiException;
import io.serai.source.SourceStatus;
import io.serai.source.SourceStatus.TableProgress;
import io.serai.storage.Checkpoint;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The demo: a database of its own with a living to-do application, replicated with the routes and the sync rules that are shipped. Shows progress and
 * checkpoints until it is interrupted; leaves nothing behind. Confined to one thread.
 */
public final class Demo implements AutoCloseable {
    private static final Duration LOOK_EVERY = Duration.ofMillis(250);

    private final Path home;
    private final Path folder;
    private final ProgressLine line;
    private final DemoDatabase database;

    private Demo(Path home, Path folder, ProgressLine line, DemoDatabase database) {
        this.home = home;
        this.folder = folder;
        this.line = line;
        this.database = database;
    }

    /** The database of the application. */
    public enum Source {
        /** Comes with the distribution. */
        POSTGRESQL("Postgres"),
        /** Is fetched at the first time. */
        MONGODB("MongoDB"),
        /** Is fetched at the first time. */
        MYSQL("MySQL");

        private final String title;

        Source(String title) {
            this.title = title;
        }
    }

    /**
     * Starts the database.
     *
     * @param home the folder of the program, with {@code config} and {@code routes}
     * @param redraws whether {@code out} is a terminal
     */
    public static Demo start(Source source, Path home, PrintWriter out, boolean redraws) throws IOException {
        ProgressLine line = new ProgressLine(out, redraws);
        line.print("Starting a " + source.title + " of its own");
        DemoDatabase database = switch (source) {
            case POSTGRESQL -> PostgresTodos.start(PostgresBinaries.unpack(archive(home)));
            case MONGODB -> MongoTodos.start(LocalMongo.program(home));
            case MYSQL -> MysqlTodos.start(LocalMysql.program(home));
        };
        return new Demo(home, Files.createTempDirectory("serai-demo-"), line, database);
    }

    /** Replicates and shows it until {@code stop} says so. */
    public void run(Stop stop) throws Exception {
        String password = password();
        database.create(password);
        Path config = writeConfig(password);
        line.print("Replicating a to-do application (3 users, 30 lists, 3,000 to-dos) while people use it");
        try (Serai serai = Serai.start(load(config), home.resolve("routes"));
                TodoWriter writer = TodoWriter.start(database, new SecureRandom())) {
            show(serai, writer, hints(config, serai.port(), token(config)), stop);
            line.print("Stopping");
        }
    }

    /** Stops the database and removes the folder. */
    @Override
    public void close() throws IOException {
        database.close();
        Folders.delete(folder);
        line.print("Stopped; nothing is left behind.");
    }

    private void show(Serai serai, TodoWriter writer, String hints, Stop stop) throws InterruptedException {
        long shown = 0;
        do {
            Optional<Checkpoint> newest = serai.checkpoint();
            SourceStatus source = serai.sources().getFirst();
            if (newest.isEmpty()) {
                line.show(copying(source));
            } else if (newest.get().sequence() != shown) {
                if (shown == 0) {
                    line.print(hints);
                }
                shown = newest.get().sequence();
                line.show("checkpoint " + shown + "  op "
                        + Human.count(newest.get().opId().value())
                        + ", transactions " + Human.count(writer.transactions())
                        + ", behind " + Human.duration(source.lag()));
            }
        } while (!stop.isAskedWithin(LOOK_EVERY));
    }

    private static String copying(SourceStatus source) {
        String problem = source.problem().map(found -> ": " + found.message()).orElse("");
        long rows = source.tables().stream().mapToLong(TableProgress::rows).sum();
        return source.state().name().toLowerCase(Locale.ROOT) + problem + "  " + Human.count(rows) + " rows";
    }

    private String token(Path config) throws Exception {
        return DevelopmentToken.of(
                load(config).service().clientAuth(), database.userId(), Instant.now(), Duration.ofHours(12));
    }

    private String hints(Path config, int port, String token) {
        String serai = Path.of("").toAbsolutePath().equals(home)
                ? "./serai"
                : home.resolve("serai").toString();
        return """

            Each checkpoint is a state in which only whole transactions show. Try next, in another terminal:
              %1$s status --config %2$s
              %1$s dump --config %2$s | head
              curl http://127.0.0.1:%3$d/probes/readiness
              %4$s      # change a to-do and dump again
            Sync with PowerSync's own client (Node 22 or newer), and see rows as they change:
              (cd %5$s && npm ci --silent && node sync.mjs http://127.0.0.1:%3$d %6$s)
            Ctrl-C stops it and removes everything.
            """.formatted(serai, config, port, database.shell(), home.resolve("examples/sync"), token);
    }

    private Path writeConfig(String password) throws IOException {
        Path config = folder.resolve("service.yaml");
        Files.writeString(config, """
            replication:
              connections:
                -
            %s
            storage: {type: rocksdb, path: data}
            port: 0
            sync_config: {path: '%s'}
            client_auth:
              audience: [demo]
              jwks: {keys: [{kty: oct, alg: HS256, kid: demo, k: %s}]}
            """.formatted(
                        database.connection(password).indent(6).stripTrailing(),
                        database.syncConfig(home, folder).toString().replace("'", "''"),
                        DevelopmentToken.newSecret()));
        return config;
    }

    private static Configuration load(Path config) throws ConfigurationRefused {
        return Configuration.load(config, Environment.ofProcess());
    }

    /** The archive of the distribution, or of a checkout that was built. */
    private static Path archive(Path home) throws IOException {
        for (String folder : List.of("demo", "target/postgres")) {
            if (Files.isDirectory(home.resolve(folder))) {
                try (Stream<Path> files = Files.list(home.resolve(folder))) {
                    Optional<Path> archive = files.filter(
                                    file -> file.toString().endsWith(".txz"))
                            .findFirst();
                    if (archive.isPresent()) {
                        return archive.get();
                    }
                }
            }
        }
        throw new SeraiException(
                ErrorCode.DEMO_POSTGRES,
                "The archive with Postgres is not in this installation",
                home.toString(),
                "Unpack the distribution again, or build the checkout with ./mvnw package.");
    }

    private static String password() {
        byte[] random = new byte[12];
        new SecureRandom().nextBytes(random);
        return HexFormat.of().formatHex(random);
    }

    /** Tells when the demo is to end. */
    public interface Stop {
        /** Waits so long at most; true when it is to end. */
        boolean isAskedWithin(Duration patience) throws InterruptedException;
    }
}
