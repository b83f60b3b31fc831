package io.serai.source.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.debezium.embedded.Connect;
import io.debezium.engine.ChangeEvent;
import io.debezium.engine.DebeziumEngine;
import io.serai.change.Lsn;
import io.serai.source.LogReader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.runtime.WorkerConfig;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.kafka.connect.storage.OffsetBackingStore;
import org.apache.kafka.connect.util.Callback;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * A random workload, read by our reader and by a Debezium engine from slots of the same moment: the same rows in the same order, for types whose
 * values the engine does not change.
 */
class SecondOpinionIT {
    private static final int TRANSACTIONS = 400;
    private static final String PLACEHOLDER = "__debezium_unavailable_value";

    /** Where the engine begins; read by its own thread. */
    private static volatile String offset = "";

    private final long seed = Long.getLong("serai.seed", System.nanoTime());
    private final Random random = new Random(seed);
    private int renamed;

    @Test
    void readsTheSameRowsInTheSameOrder() throws Exception {
        try (ReplicatedDatabase database = ReplicatedDatabase.with(
                        "CREATE TABLE things (id text PRIMARY KEY, n int, big text, flag boolean, code uuid)",
                        "ALTER TABLE things ALTER big SET STORAGE EXTERNAL",
                        "CREATE TABLE others (id text PRIMARY KEY, n bigint)",
                        "ALTER TABLE others REPLICA IDENTITY FULL",
                        "CREATE TABLE done (id text PRIMARY KEY)")
                .prepare()) {
            String lsn = database.sql()
                    .value("SELECT lsn - '0/0'::pg_lsn FROM pg_create_logical_replication_slot('second_"
                            + database.sql().name() + "', 'pgoutput')");
            for (int i = 0; i < TRANSACTIONS; i++) {
                database.sql().execute(transaction());
            }
            database.sql().execute("INSERT INTO done VALUES ('now')");

            List<String> ours = ours(database);
            List<String> theirs = theirs(database, "{\"lsn\":" + lsn + ",\"lsn_commit\":" + lsn + "}");

            assertThat(ours)
                    .as("seed " + seed)
                    .hasSizeGreaterThan(TRANSACTIONS / 2)
                    .isEqualTo(theirs);
        }
    }

    /** One to five statements in one transaction, as Postgres runs a multi-statement string. */
    private String transaction() {
        StringBuilder sql = new StringBuilder();
        for (int statements = 1 + random.nextInt(5); statements > 0; statements--) {
            sql.append(statement()).append("; ");
        }
        return sql.toString();
    }

    private String statement() {
        String some = "'t" + random.nextInt(40) + "'";
        String other = "'o" + random.nextInt(40) + "'";
        return switch (random.nextInt(12)) {
            case 0, 1, 2 ->
                "INSERT INTO things VALUES (" + some + ", " + random.nextInt(100) + ", "
                        + (random.nextBoolean() ? "repeat('x', 9000)" : "'žluť " + random.nextInt() + "'")
                        + ", " + random.nextBoolean() + ", md5(" + some + ")::uuid) ON CONFLICT DO NOTHING";
            case 3 -> "INSERT INTO others VALUES (" + other + ", " + random.nextLong() + ") ON CONFLICT DO NOTHING";
            case 4, 5 -> "UPDATE things SET n = n + 1 WHERE id = " + some;
            case 6 -> "UPDATE things SET flag = NULL, n = NULL WHERE id = " + some;
            case 7 -> "UPDATE things SET id = id || '-" + renamed++ + "' WHERE id = " + some;
            case 8 -> "UPDATE others SET n = -n WHERE id = " + other + " AND n > -9000000000000000000";
            case 9 -> "DELETE FROM things WHERE id = " + some;
            case 10 -> "DELETE FROM others WHERE id = " + other;
            default -> random.nextInt(10) == 0 ? "TRUNCATE others" : "UPDATE things SET n = 7 WHERE n < 10";
        };
    }

    private List<String> ours(ReplicatedDatabase database) throws Exception {
        RecordedLog log = new RecordedLog();
        Lsn from = (Lsn) database.start.position();
        try (LogReader reader = database.source.log(from, null, database.tables, ReplicatedDatabase.PUBLIC, Lsn.ZERO)) {
            while (log.changes().stream().noneMatch(change -> change.startsWith("INSERT done"))) {
                reader.read(log, Duration.ofMillis(100));
            }
        }
        return log.changes().stream()
                .flatMap(change -> normalised(change).stream())
                .toList();
    }

    /** A key change as the engine tells it: a delete and an insert; deletes by their key only. */
    private static List<String> normalised(String change) {
        String[] words = change.split(" ", 3);
        if (words[0].equals("TRUNCATE")) {
            return List.of("truncate " + words[1]);
        }
        String table = words[1];
        int after = change.indexOf(" after ");
        String row = after < 0 ? "" : change.substring(after + 7);
        int before = change.indexOf(" before ");
        String oldId = before < 0
                ? ""
                : change.substring(before + 8).split("\\|", 2)[0].split(" after ", 2)[0];
        return switch (words[0]) {
            case "INSERT" -> List.of("+" + table + " " + row);
            case "DELETE" -> List.of("-" + table + " " + oldId);
            default ->
                before < 0 || row.split("\\|", 2)[0].equals(oldId)
                        ? List.of("=" + table + " " + row)
                        : List.of("-" + table + " " + oldId, "+" + table + " " + row);
        };
    }

    private static List<String> theirs(ReplicatedDatabase database, String from) throws Exception {
        offset = from;
        List<String> rows = new ArrayList<>();
        CountDownLatch end = new CountDownLatch(1);
        ExecutorService thread = Executors.newSingleThreadExecutor();
        try (DebeziumEngine<ChangeEvent<SourceRecord, SourceRecord>> engine = DebeziumEngine.create(Connect.class)
                .using(properties(database))
                .notifying((records, committer) -> {
                    for (ChangeEvent<SourceRecord, SourceRecord> event : records) {
                        if (event.value() != null && event.value().value() instanceof Struct value) {
                            told(value).ifPresent(rows::add);
                        }
                    }
                    if (rows.contains("+done now")) {
                        end.countDown();
                    }
                    committer.markBatchFinished();
                })
                .build()) {
            thread.execute(engine);
            assertThat(end.await(2, TimeUnit.MINUTES))
                    .as("the engine reads to the end")
                    .isTrue();
        }
        thread.shutdown();
        return List.copyOf(rows);
    }

    private static Optional<String> told(Struct value) {
        if (value.schema().field("op") == null) {
            return Optional.empty();
        }
        String table = value.getStruct("source").getString("table");
        Struct after = value.getStruct("after");
        return Optional.of(
                switch (value.getString("op")) {
                    case "c" -> "+" + table + " " + words(after);
                    case "u" -> "=" + table + " " + words(after);
                    case "d" -> "-" + table + " " + value.getStruct("before").get("id");
                    case "t" -> "truncate " + table;
                    default -> throw new AssertionError(value.getString("op"));
                });
    }

    private static String words(Struct row) {
        return row.schema().fields().stream().map(field -> word(row.get(field))).collect(Collectors.joining("|"));
    }

    private static String word(@Nullable Object value) {
        return switch (value) {
            case null -> "~";
            case Boolean flag -> flag ? "t" : "f";
            case String text when text.equals(PLACEHOLDER) -> "?";
            default -> value.toString();
        };
    }

    private static Properties properties(ReplicatedDatabase database) {
        PostgresSettings settings = database.settings();
        Properties properties = new Properties();
        properties.putAll(Map.of(
                "name", "second",
                "topic.prefix", "second",
                "connector.class", "io.debezium.connector.postgresql.PostgresConnector",
                "offset.storage", Offsets.class.getName(),
                "offset.flush.interval.ms", "0",
                "snapshot.mode", "no_data",
                "slot.name", "second_" + database.sql().name(),
                "plugin.name", "pgoutput",
                "publication.name", "powersync",
                "publication.autocreate.mode", "disabled"));
        properties.putAll(Map.of(
                "database.hostname", settings.hostname(),
                "database.port", Integer.toString(settings.port()),
                "database.user", settings.username(),
                "database.password", settings.password(),
                "database.dbname", settings.database(),
                "skipped.operations", "none",
                "tombstones.on.delete", "false",
                "lsn.flush.mode", "manual",
                "poll.interval.ms", "10"));
        return properties;
    }

    /** Answers the offset that the engine is to begin at, and keeps nothing. */
    public static final class Offsets implements OffsetBackingStore {
        @Override
        public void start() {}

        @Override
        public void stop() {}

        @Override
        public void configure(WorkerConfig config) {}

        @Override
        public Future<Map<ByteBuffer, ByteBuffer>> get(Collection<ByteBuffer> keys) {
            Map<ByteBuffer, ByteBuffer> answer = new HashMap<>();
            keys.forEach(key -> answer.put(key, ByteBuffer.wrap(offset.getBytes(StandardCharsets.UTF_8))));
            return CompletableFuture.completedFuture(answer);
        }

        @Override
        public Future<Void> set(Map<ByteBuffer, ByteBuffer> values, Callback<Void> callback) {
            if (callback != null) {
                callback.onCompletion(null, null);
            }
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public Set<Map<String, Object>> connectorPartitions(String connector) {
            return Set.of();
        }
    }
}
