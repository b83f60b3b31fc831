package io.serai.source.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import io.serai.change.Lsn;
import io.serai.error.ErrorCode;
import io.serai.error.SeraiException;
import io.serai.source.LogReader;
import io.serai.source.SourceDatabase.Start;
import io.serai.testsupport.PostgresServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whether the log goes on from a stored position is proved at each start. */
class StoredPositionIT {
    private static final String TODOS = "CREATE TABLE todos (id int PRIMARY KEY)";

    @Test
    void isGoodForTheServerThatGaveIt() throws Exception {
        try (ReplicatedDatabase database = ReplicatedDatabase.with(TODOS).prepare()) {
            Start proved = database.source.verify(database.start, database.from(), null);

            assertThat(proved.identity()).isEqualTo(database.start.identity());
            database.sql().execute("INSERT INTO todos VALUES (1)");
            assertThat(database.readLog(database.from()).changes()).hasSize(1);
        }
    }

    @Test
    void isLostWithItsSlot() throws Exception {
        try (ReplicatedDatabase database = ReplicatedDatabase.with(TODOS).prepare()) {
            database.source.teardown();
            database.source.teardown();

            assertFails(
                    () -> database.source.verify(database.start, database.from(), null), ErrorCode.POSTGRES_SLOT_LOST);
        }
    }

    @Test
    void isLostWhenTheServerRemovedTheSlotsLog() throws Exception {
        assumeThat(PostgresServer.shared().majorVersion()).isGreaterThanOrEqualTo(13);
        try (PostgresServer server = PostgresServer.own(
                        Map.of("max_slot_wal_keep_size", "1MB", "max_wal_size", "32MB", "min_wal_size", "32MB"));
                ReplicatedDatabase database = ReplicatedDatabase.on(
                                server, "CREATE TABLE todos (id int PRIMARY KEY, t text)")
                        .prepare()) {
            database.source.close(); // the connection that keeps the slot open
            for (int i = 0; i < 8; i++) {
                database.sql()
                        .execute(
                                "INSERT INTO todos SELECT i, repeat('x', 1000) FROM generate_series(" + i * 20000 + ", "
                                        + (i * 20000 + 19999) + ") i",
                                "SELECT pg_switch_wal()",
                                "CHECKPOINT");
            }

            assertFails(
                    () -> database.source.verify(database.start, database.from(), null), ErrorCode.POSTGRES_SLOT_LOST);
        }
    }

    @Test
    void isLostWhenTheSlotIsFurther() throws Exception {
        try (ReplicatedDatabase database = ReplicatedDatabase.with(TODOS).prepare()) {
            Lsn before = database.from();
            database.sql().execute("INSERT INTO todos VALUES (1)");
            Lsn later = (Lsn) database.source.head();
            try (LogReader reader =
                    database.source.log(before, null, database.tables, ReplicatedDatabase.PUBLIC, Lsn.ZERO)) {
                RecordedLog log = new RecordedLog();
                while (log.reached().compareTo(later) <= 0) {
                    reader.read(log, Duration.ofMillis(50));
                }
                reader.acknowledge(log.reached());
                reader.read(log, Duration.ofMillis(1500));
            }

            assertFails(() -> database.source.verify(database.start, before, null), ErrorCode.SOURCE_LOST_HISTORY);
        }
    }

    @Test
    void isLostWhenTheSlotWasMadeAgain() throws Exception {
        try (ReplicatedDatabase database = ReplicatedDatabase.with(TODOS).prepare()) {
            Start before = database.start;
            database.sql().execute("INSERT INTO todos VALUES (1)");
            database.source.teardown();
            database.source.prepare();

            assertFails(() -> database.source.verify(before, before.position(), null), ErrorCode.SOURCE_LOST_HISTORY);
        }
    }

    @Test
    void isLostWithItsPublication() throws Exception {
        try (ReplicatedDatabase database = ReplicatedDatabase.with(TODOS).prepare()) {
            database.sql().execute("DROP PUBLICATION powersync");
            assertFails(
                    () -> database.source.verify(database.start, database.from(), null),
                    ErrorCode.POSTGRES_PUBLICATION_MISSING);

            database.sql().execute("CREATE PUBLICATION powersync FOR ALL TABLES");
            assertFails(
                    () -> database.source.verify(database.start, database.from(), null), ErrorCode.SOURCE_LOST_HISTORY);
        }
    }

    @ParameterizedTest(name = "read by another one meanwhile: {0}")
    @ValueSource(booleans = {false, true})
    void leavesNoSlotThatNobodyReadsUnderAFormerPrefix(boolean isRead) throws Exception {
        try (ReplicatedDatabase database = ReplicatedDatabase.with(TODOS).prepare()) {
            database.source.endSession();
            if (isRead) {
                database.sql().execute("INSERT INTO todos VALUES (1)");
                await().ignoreExceptions()
                        .untilAsserted(() -> database.sql()
                                .execute("SELECT pg_replication_slot_advance('" + database.slot()
                                        + "', pg_current_wal_insert_lsn())"));
            }
            PostgresSettings settings = database.settings();
            try (PostgresDatabase renamed = new PostgresDatabase(
                    new PostgresSettings(
                            settings.id(),
                            settings.hostname(),
                            settings.port(),
                            settings.database(),
                            settings.username(),
                            settings.password(),
                            settings.sslMode(),
                            null,
                            null,
                            null,
                            null,
                            "other_",
                            false,
                            settings.connectTimeout()),
                    "storage1")) {
                assertThatThrownBy(() -> renamed.verify(database.start, database.from(), null))
                        .hasMessageContaining(database.slot())
                        .hasMessageContaining("other_shop_storage1");
                renamed.prepare();

                assertThat(
                                database.sql()
                                        .query(
                                                "SELECT slot_name FROM pg_replication_slots WHERE database = current_database() ORDER BY 1"))
                        .extracting(List::getFirst)
                        .isEqualTo(
                                isRead
                                        ? List.of("other_shop_storage1", database.slot())
                                        : List.of("other_shop_storage1"));
            }
        }
    }

    @Test
    void isLostWithThePublicationsName() throws Exception {
        try (PostgresServer server = PostgresServer.ownOfVersion(13);
                ReplicatedDatabase database =
                        ReplicatedDatabase.on(server, TODOS).prepare()) {
            database.sql()
                    .execute(
                            "ALTER PUBLICATION powersync RENAME TO x",
                            "INSERT INTO todos VALUES (1)",
                            "ALTER PUBLICATION x RENAME TO powersync");
            database.source.verify(database.start, database.from(), null);

            assertFails(
                    () -> {
                        try {
                            database.readLog(database.from());
                        } catch (SQLException e) {
                            throw database.source.explain(e);
                        }
                    },
                    ErrorCode.SOURCE_LOST_HISTORY);
        }
    }

    @Test
    void isOfOneDatabaseOnly() throws Exception {
        try (ReplicatedDatabase database = ReplicatedDatabase.with(TODOS).prepare();
                ReplicatedDatabase other = ReplicatedDatabase.with(TODOS).prepare()) {
            assertFails(
                    () -> other.source.verify(database.start, database.from(), null), ErrorCode.POSTGRES_OTHER_SERVER);
        }
    }

    @Test
    void isOfOneServerOnlyAndNotBeforeItsEnd() throws Exception {
        try (PostgresServer server = PostgresServer.own();
                ReplicatedDatabase other = ReplicatedDatabase.on(server, TODOS).prepare();
                ReplicatedDatabase database = ReplicatedDatabase.with(TODOS).prepare()) {
            assertFails(
                    () -> other.source.verify(database.start, database.from(), null), ErrorCode.POSTGRES_OTHER_SERVER);
            Lsn later = new Lsn(other.from().value() + (1L << 40));
            assertFails(() -> other.source.verify(other.start, later, null), ErrorCode.SOURCE_LOST_HISTORY);
        }
    }

    @Test
    void isGoodAfterTheServerCrashed() throws Exception {
        try (PostgresServer server = PostgresServer.own(Map.of("fsync", "on"));
                ReplicatedDatabase database =
                        ReplicatedDatabase.on(server, TODOS).prepare()) {
            database.sql().execute("INSERT INTO todos VALUES (1)");
            server.crash();
            assertThatThrownBy(() -> database.source.verify(database.start, database.from(), null))
                    .satisfies(failure -> assertThat(
                                    database.source.explain(failure).code())
                            .isEqualTo(ErrorCode.SOURCE_CONNECTION_FAILED));
            server.start();

            database.source.verify(database.start, database.from(), null);
            assertThat(database.source
                            .compare(database.tables, Set.of(), ReplicatedDatabase.PUBLIC)
                            .differences())
                    .isEmpty();

            assertThat(database.readLog(database.from()).changes()).hasSize(1);
        }
    }

    @Test
    void isGoodForAServerThatWasPromotedAfterItAndThenBelongsToTheNewTimeline() throws Exception {
        assumeThat(PostgresServer.shared().majorVersion()).isGreaterThanOrEqualTo(12);
        try (PostgresServer server = PostgresServer.own(Map.of("restore_command", "false"));
                ReplicatedDatabase database =
                        ReplicatedDatabase.on(server, TODOS).prepare()) {
            database.sql().execute("INSERT INTO todos VALUES (1)");
            Path data = Path.of(String.valueOf(database.sql().value("SHOW data_directory")));
            server.stop();
            Files.createFile(data.resolve("recovery.signal"));
            server.start();
            await().until(() -> "f".equals(database.sql().value("SELECT pg_is_in_recovery()")));
            database.sql().execute("INSERT INTO todos VALUES (2)");

            Start proved = database.source.verify(database.start, database.from(), null);

            assertThat(ServerIdentity.parse(proved.identity()).timeline()).isEqualTo(2);
            RecordedLog log = database.readLog(database.from());
            assertThat(log.changes()).containsExactly("INSERT todos after 1", "INSERT todos after 2");
            assertThat(database.source.verify(proved, log.reached(), null).identity())
                    .isEqualTo(proved.identity());
            assertFails(
                    () -> database.source.verify(database.start, log.reached(), null), ErrorCode.POSTGRES_OTHER_SERVER);
        }
    }

    @Test
    void startsAnewOverASlotThatAnAttemptLeft() throws Exception {
        try (ReplicatedDatabase database = ReplicatedDatabase.with(TODOS).prepare()) {
            database.source.close();
            PostgresDatabase again = database.source("storage1");

            Start start = again.prepare();

            assertThat(start.position()).isGreaterThanOrEqualTo(database.from());
        }
    }

    private static void assertFails(ThrowingCallable call, ErrorCode code) {
        assertThatThrownBy(call)
                .asInstanceOf(InstanceOfAssertFactories.type(SeraiException.class))
                .satisfies(failure ->
                        assertThat(failure.code()).as(failure.getMessage()).isEqualTo(code));
    }
}
