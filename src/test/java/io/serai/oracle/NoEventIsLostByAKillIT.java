package io.serai.oracle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.serai.testsupport.PostgresServer;
import io.serai.testsupport.SeraiProcess;
import io.serai.testsupport.TestDatabase;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A process that is killed while rows stream: each row's event was taken at least once, and first in the order of the log. */
@Timeout(300)
class NoEventIsLostByAKillIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int KILLS = 3;
    private static final Pattern EVENT = Pattern.compile("<(\\d+)>");

    private final AtomicBoolean writing = new AtomicBoolean(true);

    @TempDir
    Path folder;

    private TestDatabase database;
    private Path config;

    @BeforeEach
    void prepare() throws IOException {
        database = PostgresServer.shared().createDatabase();
        database.execute("CREATE TABLE steps (id int PRIMARY KEY)", "CREATE PUBLICATION powersync FOR ALL TABLES");
        Path routes = Files.createDirectories(folder.resolve("routes"));
        Files.copy(Path.of("routes/postgresql.yaml"), routes.resolve("postgresql.yaml"));
        Files.writeString(routes.resolve("events.yaml"), """
                - route:
                    id: events
                    from:
                      uri: serai-events
                      parameters: {event: step}
                      steps:
                        - transform: {simple: "<${body[id]}>"}
                        - to: {uri: file, parameters: {directoryName: "%s", fileName: events, fileExist: Append}}
                """.formatted(folder));
        try (ServerSocket socket = new ServerSocket(0)) {
            config = SeraiProcess.configure(
                    Files.createDirectories(folder.resolve("config")),
                    socket.getLocalPort(),
                    """
                    - type: postgresql
                      uri: %s
                      sslmode: disable
                    """.formatted(database.uri()),
                    """
                    bucket_definitions: {all: {data: [SELECT * FROM steps]}}
                    event_definitions: {step: {payloads: [SELECT id FROM steps]}}
                    """);
        }
    }

    @AfterEach
    void drop() {
        database.close();
    }

    @Test
    void eachRowIsHeardOf() throws Exception {
        try (SeraiProcess running = SeraiProcess.run(config);
                ExecutorService writer = Executors.newSingleThreadExecutor()) {
            SeraiProcess.command(config, "status", "--wait", "60");
            Future<Integer> written = writer.submit(this::insertMany);
            for (int kill = 0; kill < KILLS; kill++) {
                awaitMoreEvents();
                running.kill();
                running.restart();
            }
            awaitMoreEvents();
            writing.set(false);
            int rows = written.get();

            SeraiProcess.command(config, "status", "--wait", "60");

            List<Integer> first = heardOf().stream().distinct().toList();
            assertThat(first)
                    .as(running.log())
                    .isEqualTo(IntStream.range(0, rows).boxed().toList());
        } finally {
            writing.set(false);
        }
    }

    private void awaitMoreEvents() throws IOException {
        int before = heardOf().size();
        await().atMost(PATIENCE).until(() -> heardOf().size() > before + 100);
    }

    private List<Integer> heardOf() throws IOException {
        Path file = folder.resolve("events");
        String text = Files.exists(file) ? Files.readString(file) : "";
        return EVENT.matcher(text)
                .results()
                .map(event -> Integer.valueOf(event.group(1)))
                .toList();
    }

    private int insertMany() throws SQLException {
        int rows = 0;
        try (Connection connection = database.connection();
                PreparedStatement insert = connection.prepareStatement("INSERT INTO steps VALUES (?)")) {
            while (writing.get()) {
                insert.setInt(1, rows++);
                insert.execute();
            }
        }
        return rows;
    }
}
