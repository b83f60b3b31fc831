package io.serai.source.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.serai.change.Lsn;
import io.serai.error.ErrorCode;
import io.serai.error.SeraiException;
import io.serai.source.SnapshotReader;
import io.serai.source.SourceDatabase.Start;
import io.serai.source.SourceTable;
import io.serai.testsupport.ServerPair;
import io.serai.testsupport.TestDatabase;
import java.sql.Connection;
import java.sql.Statement;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LogOfAStandbyIT {
    private static final int VERSION = 17;

    private ServerPair servers;
    private TestDatabase primary;
    private ReplicatedDatabase standby;

    @BeforeEach
    void prepare() throws Exception {
        servers = ServerPair.ofVersion(VERSION, Map.of("max_standby_streaming_delay", "0"));
        primary = servers.primary().createDatabase();
        primary.execute(
                "CREATE TABLE todos (id int PRIMARY KEY, title text)", "CREATE PUBLICATION powersync FOR ALL TABLES");
        servers.awaitReplayed();
        standby = ReplicatedDatabase.of(servers.standby().database(primary.name()));
        CompletableFuture<Void> made = CompletableFuture.runAsync(() -> servers.letSlotsBeMade(1));
        standby.prepareSlot();
        made.join();
    }

    @AfterEach
    void close() throws Exception {
        standby.source.close();
        servers.close();
    }

    @Test
    void hasWhatThePrimaryCommittedUpToItsHead() throws Exception {
        primary.execute("INSERT INTO todos VALUES (1, 'milk')", "UPDATE todos SET title = 'tea'");
        servers.awaitReplayed();

        assertThat(readToHead().changes()).containsExactly("INSERT todos after 1|milk", "UPDATE todos after 1|tea");
    }

    @Test
    void isWaitedForWhileItEndsBeforeTheStoredPosition() {
        Lsn later = new Lsn(standby.from().value() + (1L << 40));

        assertFails(() -> standby.source.verify(standby.start, later, null), ErrorCode.POSTGRES_STANDBY);
        assertThat(ErrorCode.POSTGRES_STANDBY.isTransient()).isTrue();
    }

    @Test
    void goesOnUnderTheReaderWhenItIsPromotedAndIsThenOfTheNewTimeline() throws Exception {
        servers.primary().stop();
        servers.standby().promote();
        standby.sql().execute("INSERT INTO todos VALUES (1, 'milk')");
        RecordedLog log = readToHead();
        assertThat(log.changes()).containsExactly("INSERT todos after 1|milk");
        Start before = standby.start;
        assertFails(
                () -> standby.source.compare(standby.tables, Set.of(), ReplicatedDatabase.PUBLIC),
                ErrorCode.POSTGRES_PROMOTED);

        Start proved = standby.source.verify(before, log.reached(), null);

        assertThat(ServerIdentity.parse(proved.identity()).timeline()).isEqualTo(2);
        assertThat(standby.source
                        .compare(standby.tables, Set.of(), ReplicatedDatabase.PUBLIC)
                        .differences())
                .isEmpty();
        servers.standby().stop();
        servers.standby().start();
        assertFails(() -> standby.source.verify(before, log.reached(), null), ErrorCode.POSTGRES_OTHER_SERVER);
        standby.source.verify(proved, log.reached(), null);
    }

    /** Its snapshots do not list the transaction that wrote before the table was published, and whose rows the log does not have. */
    @Test
    void waitsForTransactionsThatWroteBeforeATableWasPublished() throws Exception {
        primary.execute(
                "CREATE TABLE late (id int PRIMARY KEY)",
                "DROP PUBLICATION powersync",
                "CREATE PUBLICATION powersync FOR TABLE todos");
        try (Connection publishing = primary.connection();
                Statement alter = publishing.createStatement();
                Connection open = primary.connection();
                Statement statement = open.createStatement()) {
            publishing.setAutoCommit(false);
            alter.execute("ALTER PUBLICATION powersync ADD TABLE late");
            open.setAutoCommit(false);
            for (int i = 0; i < 5; i++) {
                statement.execute("SAVEPOINT s" + i);
                statement.execute("INSERT INTO late VALUES (" + i + ")");
            }
            long last = Long.parseLong(primary.value(
                    "SELECT max(transactionid::text::bigint) FROM pg_locks WHERE locktype = 'transactionid'"));
            publishing.commit();
            servers.awaitReplayed();

            long readableFrom = standby.source.tables(ReplicatedDatabase.PUBLIC).stream()
                    .filter(table -> table.relation().table().name().equals("late"))
                    .mapToLong(table -> TableIdentity.parse(table.identity()).readableFrom())
                    .findFirst()
                    .orElseThrow();

            assertThat(readableFrom).isEqualTo(last + 1);
        }
    }

    @Test
    void aReadThatRecoveryCancelsIsTriedAgain() throws Exception {
        primary.execute("INSERT INTO todos SELECT i, repeat('x', 500) FROM generate_series(1, 100000) i");
        servers.awaitReplayed();
        SourceTable todos = standby.table("todos");
        SnapshotReader reader = standby.copies();
        AtomicBoolean truncated = new AtomicBoolean();

        assertThatThrownBy(() -> reader.read(
                        todos,
                        reader.plan(todos, Long.MAX_VALUE).getFirst(),
                        Long.MAX_VALUE,
                        standby.delivered,
                        row -> {
                            if (!truncated.getAndSet(true)) {
                                primary.execute("TRUNCATE todos");
                                servers.awaitReplayed();
                            }
                        }))
                .satisfies(failure ->
                        assertThat(standby.source.explain(failure).getMessage()).contains("conflict with recovery"))
                .satisfies(failure -> assertThat(
                                standby.source.explain(failure).code().isTransient())
                        .isTrue());
    }

    private RecordedLog readToHead() throws Exception {
        Lsn head = (Lsn) standby.source.head();
        RecordedLog log = new RecordedLog();
        standby.readLog(standby.from(), log, () -> log.reached().compareTo(head) >= 0);
        return log;
    }

    private static void assertFails(ThrowingCallable call, ErrorCode code) {
        assertThatThrownBy(call)
                .asInstanceOf(InstanceOfAssertFactories.type(SeraiException.class))
                .satisfies(failure ->
                        assertThat(failure.code()).as(failure.getMessage()).isEqualTo(code));
    }
}
