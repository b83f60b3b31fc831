package io.serai.source.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.serai.change.Lsn;
import io.serai.error.ErrorCode;
import io.serai.error.SeraiException;
import io.serai.source.LogReader;
import io.serai.source.SourceTransaction;
import io.serai.testsupport.PostgresServer;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class LogOfASlotIT {
    @Test
    void saysWhatBecameOfEachRowInCommitOrder() throws Exception {
        try (ReplicatedDatabase database = ReplicatedDatabase.with(
                        "CREATE TABLE todos (id int PRIMARY KEY, title text)")
                .prepare()) {
            try (Connection slow = database.sql().connection();
                    Statement statement = slow.createStatement()) {
                slow.setAutoCommit(false);
                statement.execute("INSERT INTO todos VALUES (1, 'milk')");
                database.sql()
                        .execute(
                                "INSERT INTO todos VALUES (2, NULL), (3, '')",
                                "UPDATE todos SET title = 'tea' WHERE id = 2");
                statement.execute("DELETE FROM todos WHERE id = 3");
                slow.commit();
            }
            database.sql().execute("BEGIN; INSERT INTO todos VALUES (4, 'never'); ROLLBACK");

            RecordedLog log = database.readLog(database.from());

            assertThat(log.changes())
                    .containsExactly(
                            "INSERT todos after 2|~",
                            "INSERT todos after 3|",
                            "UPDATE todos after 2|tea",
                            "INSERT todos after 1|milk",
                            "DELETE todos before 3|?");
            assertThat(log.transactions()).hasSize(3);
        }
    }

    @Test
    void beginsAgainAtEveryEndOfATransaction() throws Exception {
        try (ReplicatedDatabase database = ReplicatedDatabase.with(
                        "CREATE TABLE todos (id int PRIMARY KEY, title text)")
                .prepare()) {
            try (Connection open = database.sql().connection();
                    Statement statement = open.createStatement()) {
                open.setAutoCommit(false);
                for (int i = 0; i < 12; i++) {
                    statement.execute("INSERT INTO todos VALUES (" + (100 + i) + ", 'slow')");
                    database.sql().execute("INSERT INTO todos VALUES (" + i + ", 'quick')");
                    if (i % 3 == 0) {
                        open.commit();
                    }
                }
                open.commit();
            }
            RecordedLog whole = database.readLog(database.from());
            List<RecordedLog.Transaction> transactions = whole.transactions();
            assertThat(transactions).hasSize(17);

            for (int i = 0; i < transactions.size(); i++) {
                RecordedLog rest = database.readLog(transactions.get(i).end());

                assertThat(rest.transactions())
                        .as("after transaction " + i)
                        .isEqualTo(transactions.subList(i + 1, transactions.size()));
            }
        }
    }

    @Test
    void tellsKeyChangesAndSwaps() throws Exception {
        try (ReplicatedDatabase database = ReplicatedDatabase.with(
                        "CREATE TABLE pairs (value text, b text, a int, PRIMARY KEY (a, b) DEFERRABLE INITIALLY IMMEDIATE)",
                        "ALTER TABLE pairs DROP CONSTRAINT pairs_pkey, ADD PRIMARY KEY (a, b)",
                        "INSERT INTO pairs VALUES ('x', 'k', 1), ('y', 'k', 2)")
                .prepare()) {
            database.sql()
                    .execute(
                            "BEGIN; UPDATE pairs SET a = 3 WHERE a = 1; UPDATE pairs SET a = 1 WHERE a = 2; UPDATE pairs SET a = 2 WHERE a = 3;"
                                    + " COMMIT");

            RecordedLog log = database.readLog(database.from());

            assertThat(log.changes())
                    .containsExactly(
                            "UPDATE pairs before ?|k|1 after x|k|3",
                            "UPDATE pairs before ?|k|2 after y|k|1",
                            "UPDATE pairs before ?|k|3 after x|k|2");
            assertThat(database.table("pairs").relation().keyColumns()).containsExactly(2, 1);
        }
    }

    @Test
    void leavesUnchangedLargeValuesUnknownUnlessTheOldRowHasThem() throws Exception {
        String large = "(SELECT string_agg(md5(i::text), '') FROM generate_series(1, 200) i)";
        try (ReplicatedDatabase database = ReplicatedDatabase.with(
                        "CREATE TABLE short (id int PRIMARY KEY, n int, doc text)",
                        "CREATE TABLE whole (id int PRIMARY KEY, n int, doc text)",
                        "CREATE TABLE large_key (id text PRIMARY KEY, n int)",
                        "ALTER TABLE whole REPLICA IDENTITY FULL",
                        "ALTER TABLE large_key ALTER id SET STORAGE EXTERNAL",
                        "INSERT INTO short VALUES (1, 1, " + large + ")",
                        "INSERT INTO whole VALUES (1, 1, " + large + ")",
                        "INSERT INTO large_key VALUES (repeat('k', 2200), 1)")
                .prepare()) {
            String doc = database.sql().value("SELECT doc FROM short");
            String key = database.sql().value("SELECT id FROM large_key");
            database.sql()
                    .execute(
                            "UPDATE short SET n = 2",
                            "UPDATE whole SET n = 2",
                            "UPDATE large_key SET n = 2",
                            "UPDATE short SET id = 2");

            RecordedLog log = database.readLog(database.from());

            assertThat(log.changes())
                    .containsExactly(
                            "UPDATE short after 1|2|?",
                            "UPDATE whole before 1|1|" + doc + " after 1|2|" + doc,
                            "UPDATE large_key before " + key + "|? after " + key + "|2",
                            "UPDATE short before 1|?|? after 2|2|?");
        }
    }

    @Test
    void takesTheKeyOfAnIndexThatIsTheReplicaIdentity() throws Exception {
        try (ReplicatedDatabase database = ReplicatedDatabase.with(
                        "CREATE TABLE users (id int PRIMARY KEY, mail text NOT NULL)",
                        "CREATE UNIQUE INDEX by_mail ON users (mail)",
                        "ALTER TABLE users REPLICA IDENTITY USING INDEX by_mail",
                        "INSERT INTO users VALUES (1, 'a'), (2, 'b')")
                .prepare()) {
            database.sql().execute("DELETE FROM users WHERE id = 1", "UPDATE users SET mail = 'c'");

            RecordedLog log = database.readLog(database.from());

            assertThat(log.changes()).containsExactly("DELETE users before ?|a", "UPDATE users before ?|b after 2|c");
        }
    }

    @Test
    void tellsTruncatesOfSeveralTablesAtOnce() throws Exception {
        try (ReplicatedDatabase database = ReplicatedDatabase.with(
                        "CREATE TABLE lists (id text PRIMARY KEY)",
                        "CREATE TABLE todos (id int PRIMARY KEY, list text REFERENCES lists)",
                        "CREATE SCHEMA other",
                        "CREATE TABLE other.unwanted (id text PRIMARY KEY REFERENCES lists)")
                .prepare()) {
            database.sql()
                    .execute("TRUNCATE lists CASCADE", "INSERT INTO lists VALUES ('1')", "TRUNCATE other.unwanted");

            RecordedLog log = database.readLog(database.from());

            assertThat(log.changes()).hasSize(2);
            assertThat(log.changes().get(0)).isIn("TRUNCATE lists,todos", "TRUNCATE todos,lists");
            assertThat(log.changes().get(1)).isEqualTo("INSERT lists after 1");
            assertThat(database.source
                            .compare(database.tables, Set.of(), ReplicatedDatabase.PUBLIC)
                            .differences())
                    .isEmpty();
        }
    }

    @Test
    void knowsTablesAndColumnsByTheirExactNames() throws Exception {
        String longest = "ž".repeat(31);
        try (ReplicatedDatabase database = ReplicatedDatabase.with(
                        "CREATE TABLE \"A\" (\"Id\" int PRIMARY KEY, id int, \"with \"\"quotes\"\" and . dots\" text)",
                        "CREATE TABLE a (id int PRIMARY KEY)",
                        "CREATE TABLE \"" + longest + "\" (\"日本\" int PRIMARY KEY, \"" + longest + "\" text)")
                .prepare()) {
            database.sql()
                    .execute(
                            "INSERT INTO \"A\" VALUES (1, 2, 'q')",
                            "INSERT INTO a VALUES (3)",
                            "INSERT INTO \"" + longest + "\" VALUES (4, 'ů')");

            RecordedLog log = database.readLog(database.from());

            assertThat(log.changes())
                    .containsExactly("INSERT A after 1|2|q", "INSERT a after 3", "INSERT " + longest + " after 4|ů");
            assertThat(database.copy(database.table(longest), 1000, 1000)).hasSize(1);
            assertThat(database.table("A").relation().indexOf("with \"quotes\" and . dots"))
                    .isEqualTo(2);
        }
    }

    @Test
    void skipsMessagesOfOthersAndTablesThatNobodyWants() throws Exception {
        try (ReplicatedDatabase database = ReplicatedDatabase.with(
                        "CREATE TABLE todos (id int PRIMARY KEY)",
                        "CREATE SCHEMA other",
                        "CREATE TABLE other.unwanted (id int PRIMARY KEY)")
                .prepare()) {
            database.sql()
                    .execute(
                            "SELECT pg_logical_emit_message(false, 'theirs', 'outside of a transaction')",
                            "BEGIN; SELECT pg_logical_emit_message(true, 'theirs', 'inside'); INSERT INTO other.unwanted VALUES (1);"
                                    + " INSERT INTO todos VALUES (1); COMMIT");

            RecordedLog log = database.readLog(database.from());

            assertThat(log.changes()).containsExactly("INSERT todos after 1");
        }
    }

    @Test
    void movesOnWhileOnlyOtherDatabasesAreWrittenTo() throws Exception {
        try (ReplicatedDatabase database = ReplicatedDatabase.with("CREATE TABLE todos (id int PRIMARY KEY)")
                        .prepare();
                ReplicatedDatabase other = ReplicatedDatabase.with("CREATE TABLE busy (id int PRIMARY KEY)")) {
            other.sql().execute("INSERT INTO busy SELECT generate_series(1, 1000)");
            Lsn written = Lsn.parse(String.valueOf(other.sql().value("SELECT pg_current_wal_lsn()")));
            RecordedLog log = new RecordedLog();

            database.readLog(database.from(), log, () -> log.reached().compareTo(written) >= 0);

            assertThat(log.all()).isEmpty();
        }
    }

    @Test
    void confirmsOnlyWhatWasAcknowledged() throws Exception {
        try (ReplicatedDatabase database = ReplicatedDatabase.with("CREATE TABLE todos (id int PRIMARY KEY)")
                .prepare()) {
            database.sql().execute("INSERT INTO todos VALUES (1)", "INSERT INTO todos VALUES (2)");
            Lsn head = (Lsn) database.source.head();
            RecordedLog log = new RecordedLog();
            try (LogReader reader =
                    database.source.log(database.from(), null, database.tables, ReplicatedDatabase.PUBLIC, Lsn.ZERO)) {
                while (log.reached().compareTo(head) <= 0) {
                    reader.read(log, Duration.ofMillis(50));
                }
                reader.requestPosition();
                reader.read(log, Duration.ofMillis(1500));
                assertThat(confirmed(database)).isEqualTo(database.from());

                Lsn first = log.transactions().getFirst().end();
                reader.acknowledge(first);
                reader.read(log, Duration.ofMillis(1500));

                assertThat(confirmed(database)).isEqualTo(first);
            }
        }
    }

    @Test
    void I8ProvesByTheLastTransactionThatItGoesOn() throws Exception {
        try (ReplicatedDatabase database = ReplicatedDatabase.with("CREATE TABLE todos (id int PRIMARY KEY)")
                .prepare()) {
            database.sql().execute("INSERT INTO todos VALUES (1)", "INSERT INTO todos VALUES (2)");
            RecordedLog before = readUpTo((Lsn) database.source.head(), database, database.from(), null);
            SourceTransaction last = before.transactions().get(1).identity();
            Lsn stored = before.transactions().get(1).end();
            database.sql().execute("INSERT INTO todos VALUES (3)");
            Lsn head = (Lsn) database.source.head();

            assertThat(readUpTo(head, database, stored, last).changes()).containsExactly("INSERT todos after 3");
            for (SourceTransaction other : List.of(
                    before.transactions().get(0).identity(),
                    new SourceTransaction(last.id() + 1, last.commitAt(), last.commitTime()),
                    new SourceTransaction(
                            last.id(), last.commitAt(), last.commitTime().plusNanos(1000)),
                    new SourceTransaction(
                            last.id(), new Lsn(((Lsn) last.commitAt()).value() - 1), last.commitTime()))) {
                assertThatThrownBy(() -> readUpTo(head, database, stored, other))
                        .as(other.toString())
                        .asInstanceOf(InstanceOfAssertFactories.type(SeraiException.class))
                        .extracting(SeraiException::code)
                        .isEqualTo(ErrorCode.SOURCE_LOST_HISTORY);
            }
        }
    }

    /** The log is read from before the stored position, which what other databases wrote had moved. */
    @Test
    void tellsNoPositionBeforeTheStoredOne() throws Exception {
        try (ReplicatedDatabase database = ReplicatedDatabase.with("CREATE TABLE todos (id int PRIMARY KEY)")
                        .prepare();
                ReplicatedDatabase other = ReplicatedDatabase.with("CREATE TABLE busy (id int PRIMARY KEY)")) {
            database.sql().execute("INSERT INTO todos VALUES (1)");
            RecordedLog before = readUpTo((Lsn) database.source.head(), database, database.from(), null);
            SourceTransaction last = before.all().getLast().identity();
            other.sql().execute("INSERT INTO busy SELECT generate_series(1, 100000)");
            Lsn stored = Lsn.parse(String.valueOf(other.sql().value("SELECT pg_current_wal_lsn()")));
            other.sql().execute("INSERT INTO busy SELECT generate_series(100001, 100100)");
            Lsn later = Lsn.parse(String.valueOf(other.sql().value("SELECT pg_current_wal_lsn()")));

            RecordedLog log = readUpTo(later, database, stored, last);

            assertThat(log.all()).isEmpty();
            assertThat(log.idle()).isNotEmpty().allMatch(position -> position.compareTo(stored) > 0);
        }
    }

    @Test
    void I8IsLostWhenItHasNothingWhereTheLastTransactionWas() throws Exception {
        try (ReplicatedDatabase database = ReplicatedDatabase.with("CREATE TABLE todos (id int PRIMARY KEY)")
                .prepare()) {
            Lsn stored = database.from();
            SourceTransaction last = new SourceTransaction(7, stored, Instant.EPOCH);
            Lsn head = (Lsn) database.source.head();

            assertThatThrownBy(() -> readUpTo(head, database, stored, last))
                    .asInstanceOf(InstanceOfAssertFactories.type(SeraiException.class))
                    .extracting(SeraiException::code)
                    .isEqualTo(ErrorCode.SOURCE_LOST_HISTORY);
        }
    }

    /** Some servers go back to an earlier position when they are told one, and have lost by then what the last transaction was decoded from. */
    @Test
    void I8NeverTakesBackWhatItHasAcknowledged() throws Exception {
        try (ReplicatedDatabase database = ReplicatedDatabase.with("CREATE TABLE todos (id int PRIMARY KEY)")
                .prepare()) {
            database.sql().execute("INSERT INTO todos VALUES (1)");
            RecordedLog before = readUpTo((Lsn) database.source.head(), database, database.from(), null);
            RecordedLog.Transaction first = before.all().getLast();
            SourceTransaction last = first.identity();
            database.sql().execute("CHECKPOINT", "SELECT pg_switch_wal()", "CHECKPOINT");
            Lsn stored = (Lsn) database.source.head();
            try (LogReader reader =
                    database.source.log(first.end(), last, database.tables, ReplicatedDatabase.PUBLIC, Lsn.ZERO)) {
                RecordedLog log = new RecordedLog();
                while (log.reached().compareTo(stored) < 0) {
                    reader.requestPosition();
                    reader.read(log, Duration.ofMillis(50));
                }
                reader.acknowledge(stored);
                while (!confirmed(database).equals(stored)) {
                    reader.requestPosition();
                    reader.read(log, Duration.ofMillis(50));
                }
            }

            for (int i = 0; i < 3; i++) {
                database.sql().execute("INSERT INTO todos VALUES (" + (10 + i) + ")");
                Lsn head = (Lsn) database.source.head();

                RecordedLog log = readUpTo(head, database, stored, last);

                assertThat(log.changes()).hasSize(i + 1);
                assertThat(confirmed(database)).isEqualTo(stored);
            }
        }
    }

    /** What the former reader has told may still be on its way when the next one asks. */
    @Test
    void I8WaitsForTheLastWordOfTheFormerReader() throws Exception {
        try (ReplicatedDatabase database = ReplicatedDatabase.with("CREATE TABLE todos (id int PRIMARY KEY)")
                .prepare()) {
            database.sql().execute("INSERT INTO todos VALUES (1)");
            RecordedLog before = readUpTo((Lsn) database.source.head(), database, database.from(), null);
            SourceTransaction last = before.all().getLast().identity();
            Lsn stored = before.all().getLast().end();
            LogReader former =
                    database.source.log(database.from(), null, database.tables, ReplicatedDatabase.PUBLIC, Lsn.ZERO);
            former.read(new RecordedLog(), Duration.ofMillis(50));
            database.sql().execute("INSERT INTO todos VALUES (2)");
            Lsn head = (Lsn) database.source.head();
            Thread late = Thread.startVirtualThread(() -> {
                try {
                    TimeUnit.MILLISECONDS.sleep(300); // the next reader waits for the slot meanwhile
                    former.acknowledge(stored);
                    while (!confirmed(database).equals(stored)) {
                        former.requestPosition();
                        former.read(new RecordedLog(), Duration.ofMillis(50));
                    }
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                } finally {
                    former.close();
                }
            });

            RecordedLog log;
            try (PostgresDatabase next = database.source("storage1")) {
                log = readUpTo(head, database, next, stored, last);
            }
            late.join();

            assertThat(log.changes()).containsExactly("INSERT todos after 2");
        }
    }

    private static RecordedLog readUpTo(
            Lsn head, ReplicatedDatabase database, Lsn stored, @Nullable SourceTransaction last) throws Exception {
        return readUpTo(head, database, database.source, stored, last);
    }

    private static RecordedLog readUpTo(
            Lsn head,
            ReplicatedDatabase database,
            PostgresDatabase source,
            Lsn stored,
            @Nullable SourceTransaction last)
            throws Exception {
        RecordedLog log = new RecordedLog();
        try (LogReader reader = source.log(stored, last, database.tables, ReplicatedDatabase.PUBLIC, Lsn.ZERO)) {
            while (log.reached().compareTo(head) < 0) {
                reader.requestPosition();
                reader.read(log, Duration.ofMillis(50));
            }
        }
        return log;
    }

    @Test
    void isNotCutOffWhileItsQueueIsFull() throws Exception {
        try (PostgresServer server = PostgresServer.own(Map.of("wal_sender_timeout", "2s"));
                ReplicatedDatabase database = ReplicatedDatabase.on(
                                server, "CREATE TABLE todos (id int PRIMARY KEY, title text)")
                        .prepare()) {
            database.sql().execute("INSERT INTO todos SELECT i, repeat('x', 1000) FROM generate_series(1, 50000) i");
            Lsn head = (Lsn) database.source.head();
            RecordedLog log = new RecordedLog();
            try (LogReader reader =
                    database.source.log(database.from(), null, database.tables, ReplicatedDatabase.PUBLIC, Lsn.ZERO)) {
                reader.read(log, Duration.ofMillis(1));
                long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(6);
                while (System.nanoTime() < end) {
                    reader.keepAlive();
                    TimeUnit.MILLISECONDS.sleep(100); // the time is what is tested
                }

                while (log.reached().compareTo(head) <= 0) {
                    reader.read(log, Duration.ofMillis(50));
                }
            }
            assertThat(log.changes()).hasSize(50000);
        }
    }

    @Test
    void waitsForNobodyWhoReadsTheSlotForLong() throws Exception {
        try (ReplicatedDatabase database = ReplicatedDatabase.with("CREATE TABLE todos (id int PRIMARY KEY)")
                .prepare()) {
            PostgresDatabase second = database.source("storage1");
            try (LogReader first =
                    database.source.log(database.from(), null, database.tables, ReplicatedDatabase.PUBLIC, Lsn.ZERO)) {
                first.read(new RecordedLog(), Duration.ofMillis(10));

                assertThatThrownBy(() ->
                                second.log(database.from(), null, database.tables, ReplicatedDatabase.PUBLIC, Lsn.ZERO))
                        .isInstanceOf(SeraiException.class)
                        .extracting(each -> ((SeraiException) each).code())
                        .isEqualTo(ErrorCode.POSTGRES_SLOT_BUSY);
            }
            second.log(database.from(), null, database.tables, ReplicatedDatabase.PUBLIC, Lsn.ZERO)
                    .close();
        }
    }

    @Test
    void stopsAtAChangeOfATableThatWasAltered() throws Exception {
        try (ReplicatedDatabase database = ReplicatedDatabase.with("CREATE TABLE todos (id int PRIMARY KEY)")
                .prepare()) {
            database.sql()
                    .execute(
                            "INSERT INTO todos VALUES (1)",
                            "ALTER TABLE todos ADD COLUMN title text",
                            "INSERT INTO todos VALUES (2, 'x')");
            RecordedLog log = new RecordedLog();

            assertThatThrownBy(() -> database.readLog(database.from(), log, () -> false))
                    .asInstanceOf(InstanceOfAssertFactories.type(SeraiException.class))
                    .extracting(SeraiException::code)
                    .isEqualTo(ErrorCode.SOURCE_TABLE_CHANGED);

            assertThat(log.changes()).containsExactly("INSERT todos after 1");
        }
    }

    @Test
    void stopsAtAChangeOfATableThatAppeared() throws Exception {
        try (ReplicatedDatabase database = ReplicatedDatabase.with("CREATE TABLE todos (id int PRIMARY KEY)")
                .prepare()) {
            database.sql().execute("CREATE TABLE late (id int PRIMARY KEY)", "INSERT INTO late VALUES (1)");

            assertThatThrownBy(() -> database.readLog(database.from(), new RecordedLog(), () -> false))
                    .hasMessageContaining("late")
                    .asInstanceOf(InstanceOfAssertFactories.type(SeraiException.class))
                    .extracting(SeraiException::code)
                    .isEqualTo(ErrorCode.SOURCE_TABLE_CHANGED);
        }
    }

    private static Lsn confirmed(ReplicatedDatabase database) {
        return Lsn.parse(String.valueOf(database.sql()
                .value("SELECT confirmed_flush_lsn FROM pg_replication_slots WHERE slot_name = '" + database.slot()
                        + "'")));
    }
}
