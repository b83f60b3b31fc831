package io.serai.oracle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.serai.bucket.OpId;
import io.serai.storage.BucketStorage;
import io.serai.storage.Checkpoint;
import io.serai.storage.rocksdb.RocksDbStorage;
import io.serai.testsupport.PostgresServer;
import io.serai.testsupport.SeraiProcess;
import io.serai.testsupport.TcpProxy;
import io.serai.testsupport.TestDatabase;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two sources in one storage, one of which is down or slow: the other goes on, and is not repeated when both are there. */
class OneOfTwoSourcesIsIT {
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    /** At this rate what the slow source has takes minutes. */
    private static final int BYTES_PER_SECOND = 25_000;

    private static final String SYNC_CONFIG = """
            bucket_definitions:
              everything:
                data:
                  - SELECT * FROM here
                  - SELECT * FROM there
            """;

    @TempDir
    Path folder;

    @Test
    void downFromTheStart() throws Exception {
        try (PostgresServer stopped = PostgresServer.own();
                TestDatabase there = stopped.createDatabase();
                TestDatabase here = PostgresServer.shared().createDatabase()) {
            create(there, "there");
            create(here, "here");
            stopped.stop();
            Path config = SeraiProcess.configure(
                    folder, 0, connection("here", here) + connection("there", there), SYNC_CONFIG);

            try (SeraiProcess serai = SeraiProcess.run(config)) {
                awaitInDump(config, "title 1");
                here.execute("INSERT INTO here VALUES (10, 'while the other is down')");
                awaitInDump(config, "while the other is down");
                List<String> before = operations();

                stopped.start();
                SeraiProcess.command(config, "status", "--wait", "60");
                assertThat(serai.terminate(Duration.ofSeconds(20))).isTrue();

                assertThat(operations())
                        .startsWith(before.toArray(String[]::new))
                        .hasSize(before.size() + 3);
            }

            assertThat(stored()).isEqualTo(selected(here, "here", there, "there"));
        }
    }

    @Test
    void slow() throws Exception {
        try (TestDatabase there = PostgresServer.shared().createDatabase();
                TestDatabase here = PostgresServer.shared().createDatabase();
                TcpProxy line = TcpProxy.before(PostgresServer.shared())) {
            create(there, "there");
            create(here, "here");
            there.execute("INSERT INTO there SELECT i, repeat('x', 1000) FROM generate_series(1001, 4000) i");
            Path config = SeraiProcess.configure(
                    folder, 0, connection("here", here) + connection("there", there, line.port()), SYNC_CONFIG);

            line.slow(BYTES_PER_SECOND);
            try (SeraiProcess serai = SeraiProcess.run(config)) {
                awaitInDump(config, "title 1");
                here.execute("INSERT INTO here VALUES (10, 'while the other copies')");
                awaitInDump(config, "while the other copies");
                List<String> before = serai.lookAtWhileItStands(this::operations);
                assertThat(before).hasSize(4);
                line.resume();
                SeraiProcess.command(config, "status", "--wait", "60");

                line.slow(BYTES_PER_SECOND);
                there.execute("UPDATE there SET title = title || 'y' WHERE id > 1000");
                here.execute("INSERT INTO here VALUES (11, 'while the other streams')");
                awaitInDump(config, "while the other streams");
                assertThat(SeraiProcess.command(config, "dump")).doesNotContain("xy");
                line.resume();
                SeraiProcess.command(config, "status", "--wait", "60");
                assertThat(serai.terminate(Duration.ofSeconds(20))).isTrue();

                assertThat(operations())
                        .startsWith(before.toArray(String[]::new))
                        .hasSize(4 + 3003 + 1 + 3000);
            }

            assertThat(stored()).isEqualTo(selected(here, "here", there, "there"));
        }
    }

    private static void create(TestDatabase database, String table) {
        database.execute(
                "CREATE TABLE " + table + " (id int PRIMARY KEY, title text)",
                "INSERT INTO " + table + " SELECT i, 'title ' || i FROM generate_series(1, 3) i",
                "CREATE PUBLICATION powersync FOR ALL TABLES");
    }

    private static String connection(String id, TestDatabase database) {
        return connection(id, database, database.server().port());
    }

    private static String connection(String id, TestDatabase database, int port) {
        String uri = database.uri().replace(":" + database.server().port() + "/", ":" + port + "/");
        return "- type: postgresql\n  id: " + id + "\n  uri: " + uri + "\n  sslmode: disable\n";
    }

    private static void awaitInDump(Path config, String text) {
        await().atMost(PATIENCE)
                .untilAsserted(
                        () -> assertThat(SeraiProcess.command(config, "dump")).contains(text));
    }

    /** Every operation with its id, oldest first. */
    private List<String> operations() {
        try (BucketStorage storage = RocksDbStorage.openReadOnly(folder.resolve("data"))) {
            Checkpoint checkpoint = storage.checkpoint().orElseThrow();
            List<String> operations = new ArrayList<>();
            storage.buckets(checkpoint)
                    .forEach(bucket -> storage.operations(
                            bucket,
                            OpId.NONE,
                            checkpoint,
                            op -> operations.add(op.opId() + " " + op.kind() + " " + op.table() + " " + op.id())));
            return operations;
        }
    }

    private Map<String, String> stored() {
        return StoredBuckets.newest(folder.resolve("data"));
    }

    private static Map<String, String> selected(TestDatabase one, String table, TestDatabase two, String other) {
        Map<String, String> rows = new TreeMap<>();
        select(one, table, rows);
        select(two, other, rows);
        return rows;
    }

    private static void select(TestDatabase database, String table, Map<String, String> rows) {
        database.query("SELECT id, row_to_json(t) FROM " + table + " t")
                .forEach(row -> rows.put("everything[] " + table + " " + row.get(0), row.get(1)));
    }
}
