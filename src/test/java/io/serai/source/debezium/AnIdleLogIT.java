package io.serai.source.debezium;

import static org.awaitility.Awaitility.await;

import io.serai.change.SourcePosition;
import io.serai.change.TableRef;
import io.serai.source.LogSink;
import io.serai.source.SourceTable;
import io.serai.source.TableSelection;
import io.serai.source.postgres.PostgresDatabase;
import io.serai.source.postgres.PostgresSettings;
import io.serai.testsupport.PostgresServer;
import io.serai.testsupport.TestDatabase;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.source.SourceRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A log in which no transaction ends advances by markers, or the server would keep it for ever. */
class AnIdleLogIT {
    private static final Duration IDLE = Duration.ofMillis(300);
    private static final Schema HEARTBEAT = SchemaBuilder.struct()
            .name("io.debezium.connector.common.Heartbeat")
            .field("ts_ms", Schema.INT64_SCHEMA)
            .build();

    private final Engine engine = new Engine("engine-1", "source shop", () -> true, null);
    private TestDatabase database;
    private PostgresDatabase source;
    private SourcePosition start;

    @BeforeEach
    void prepare() throws Exception {
        database = PostgresServer.shared().createDatabase();
        database.execute("CREATE PUBLICATION powersync FOR ALL TABLES");
        source = new PostgresDatabase(PostgresSettings.of("shop", database.uri() + "?sslmode=disable"), "storage1");
        start = source.prepare().position();
        source.leaveLog(List.of());
        engine.open(() -> null, List.of());
    }

    @AfterEach
    void close() throws Exception {
        source.teardown();
        source.close();
        database.close();
    }

    @Test
    void heartbeatsDoNotKeepMarkersBack() {
        PostgresConnector connector = new PostgresConnector();
        DebeziumLog log = new DebeziumLog(
                EngineControlTest.control(),
                engine,
                source,
                new PostgresRecords(
                        connector, start, List.of(), NO_TABLES, start, new ConcurrentHashMap<>(), "source shop"),
                List.of(),
                NO_TABLES,
                new DebeziumLog.Durable(connector, start),
                IDLE);

        await().atMost(Duration.ofSeconds(10)).until(() -> {
            engine.take(heartbeat());
            log.read(new Nothing(), Duration.ofMillis(100));
            return hasMarker();
        });
    }

    private boolean hasMarker() {
        return "t"
                .equals(database.value("SELECT count(*) > 0 FROM pg_logical_slot_peek_binary_changes('"
                        + source.logName() + "', NULL, NULL, 'proto_version', '1', 'publication_names', 'powersync',"
                        + " 'messages', 'true')"));
    }

    private static SourceRecord heartbeat() {
        Struct value = new Struct(HEARTBEAT).put("ts_ms", 1L);
        return new SourceRecord(
                Map.of("server", "shop"), Map.of("lsn", 1L), "__debezium-heartbeat.shop", HEARTBEAT, value);
    }

    private static final TableSelection NO_TABLES = new TableSelection() {
        @Override
        public boolean isWanted(TableRef table) {
            return false;
        }

        @Override
        public Optional<Set<String>> schemas() {
            return Optional.of(Set.of());
        }

        @Override
        public List<TableRef> named() {
            return List.of();
        }
    };

    /** Where nothing arrives. */
    private static final class Nothing implements LogSink {
        @Override
        public void begin(long transactionId, SourcePosition commitAt, Instant commitTime) {
            throw new AssertionError("nothing was committed");
        }

        @Override
        public void change(Kind kind, SourceTable table, byte @Nullable [] before, byte @Nullable [] after) {
            throw new AssertionError("nothing was changed");
        }

        @Override
        public void truncate(List<SourceTable> tables) {
            throw new AssertionError("nothing was truncated");
        }

        @Override
        public void commit(SourcePosition position) {
            throw new AssertionError("nothing was committed");
        }

        @Override
        public void idle(SourcePosition position) {
            throw new AssertionError("the engine tells no position");
        }

        @Override
        public boolean isFull() {
            return false;
        }
    }
}
