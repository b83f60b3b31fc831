package io.serai.source.debezium;

import static org.assertj.core.api.Assertions.assertThat;

import io.serai.testsupport.MysqlServer;
import io.serai.testsupport.MysqlTestDatabase;
import io.serai.testsupport.PostgresServer;
import io.serai.testsupport.SeraiProcess;
import io.serai.testsupport.TestDatabase;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code serai run} as the distribution has it, without Debezium's jars: only routes that need them miss them, and say which. */
class MissingJarsIT {
    private static final Pattern OF_DEBEZIUM = Pattern.compile(
            ".*/(?:camel-debezium-[^/]*|debezium-[^/]*|kafka-clients-[^/]*|connect-[^/]*|mysql-connector-j-[^/]*)\\.jar");
    private static final Pattern DRIVER = Pattern.compile(".*/mysql-connector-j-[^/]*\\.jar");

    private static final String RULES = """
            bucket_definitions:
              all:
                data:
                  - SELECT * FROM todos
            """;

    @TempDir
    Path folder;

    @Test
    void aRouteFromMysqlNamesTheEndpoint() throws Exception {
        try (MysqlTestDatabase database = mysql()) {
            assertThat(run(OF_DEBEZIUM, database.connectionYaml("shop") + "  route: debezium-mysql\n"))
                    .contains("[SERAI-S1401] Camel's component debezium-mysql is not on the class path")
                    .contains("Add org.apache.camel:camel-debezium-mysql:4.17.0");
        }
    }

    @Test
    void aRouteFromMysqlNamesTheDriver() throws Exception {
        try (MysqlTestDatabase database = mysql()) {
            assertThat(run(DRIVER, database.connectionYaml("shop") + "  route: debezium-mysql\n"))
                    .contains("[SERAI-S1401] Debezium's connector for MySQL needs MySQL's own driver")
                    .contains("Add com.mysql:mysql-connector-j:9.1.0");
        }
    }

    @Test
    void aRouteFromPostgresNamesTheEndpoint() throws Exception {
        try (TestDatabase database = PostgresServer.shared().createDatabase()) {
            String connection = """
                    - type: postgresql
                      id: shop
                      uri: %s
                      sslmode: disable
                      route: debezium-postgresql
                    """.formatted(database.uri());
            assertThat(run(OF_DEBEZIUM, connection))
                    .contains("[SERAI-S1401] Camel's component debezium-postgres is not on the class path")
                    .contains("Add org.apache.camel:camel-debezium-postgres:4.17.0");
        }
    }

    @Test
    void otherRoutesMissNothing() throws Exception {
        try (MysqlTestDatabase database = mysql()) {
            assertThat(run(OF_DEBEZIUM, database.connectionYaml("shop")))
                    .contains("Streaming")
                    .doesNotContain("SERAI-S");
        }
    }

    private static MysqlTestDatabase mysql() {
        MysqlTestDatabase database = MysqlServer.shared().createDatabase();
        database.execute("CREATE TABLE todos (id varchar(32) PRIMARY KEY, title text)");
        return database;
    }

    /** What is logged up to a failure, or until the source streams. */
    private String run(Pattern without, String connection) throws Exception {
        Path config = SeraiProcess.configure(folder, 0, connection, RULES);
        Path log = folder.resolve("log");
        ProcessBuilder builder = SeraiProcess.prepare("run", "--config", config.toString());
        List<String> command = builder.command();
        int classPath = command.indexOf("-cp") + 1;
        command.set(classPath, withoutJars(command.get(classPath), without));
        Process process =
                builder.redirectErrorStream(true).redirectOutput(log.toFile()).start();
        try {
            Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> !process.isAlive() || says(log));
        } finally {
            process.destroy();
            assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
        }
        return Files.readString(log);
    }

    private static boolean says(Path log) throws Exception {
        String text = Files.readString(log);
        return text.contains("SERAI-S") || text.contains("Streaming");
    }

    private static String withoutJars(String classPath, Pattern without) {
        return String.join(
                File.pathSeparator,
                List.of(classPath.split(File.pathSeparator)).stream()
                        .filter(entry -> !without.matcher(entry).matches())
                        .toList());
    }
}
