package io.serai.source.mysql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.serai.change.GtidPosition;
import io.serai.change.TableRef;
import io.serai.error.ErrorCode;
import io.serai.error.SeraiException;
import io.serai.source.SourceTable;
import io.serai.source.mysql.RelayedLog.Place;
import io.serai.testsupport.MysqlServer;
import io.serai.testsupport.MysqlTestDatabase;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** I1 behind a reader that is not ours: what it says of a transaction is held against what the server has in its log. */
class RelayedLogIT {
    private static final int BACKLOG = 12_000;
    private static final NoSink SINK = new NoSink(() -> false);

    private MysqlTestDatabase database;
    private LoggedRows rows;
    private RelayedLog log;
    private TableRef todos;

    @BeforeEach
    void begin() throws Exception {
        database = MysqlServer.shared().createDatabase();
        database.execute("CREATE TABLE todos (id int PRIMARY KEY)", "CREATE TABLE others (id int PRIMARY KEY)");
        rows = new LoggedRows(database).prepare();
        SourceTable table = rows.table("todos");
        todos = table.table();
        GtidPosition start = (GtidPosition) rows.source().prepare().position();
        log = rows.source().relayedLog(start, List.of(table), rows.selection(), start);
        assertThat(log.describe()).containsExactly(table);
    }

    @AfterEach
    void drop() {
        rows.close();
        database.close();
    }

    @Test
    void aTransactionIsCommittedWhenAsManyEventsOfEachTableCameAsTheServerHas() throws Exception {
        Place place = write();
        log.begin(place, SINK);
        log.event(todos, place);
        log.event(todos, place);

        log.commit(SINK);

        assertThat(log.position().executed().contains(source(place), number(place)))
                .isTrue();
    }

    @Test
    void aTransactionOfWhichAnEventDidNotComeIsNotCommitted() throws Exception {
        Place place = write();
        log.begin(place, SINK);
        log.event(todos, place);

        assertThatThrownBy(() -> log.commit(SINK))
                .isInstanceOfSatisfying(
                        SeraiException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.DEBEZIUM_INCOMPLETE))
                .hasMessageContaining("Of the 2 events with rows of table \"" + todos + "\"");
        assertThat(log.position().executed().contains(source(place), number(place)))
                .isFalse();
    }

    /** A heartbeat that comes after the identifier of a transaction stands behind it. */
    @Test
    void aPlaceInATransactionIsNone() throws Exception {
        Place begin = write();
        GtidPosition before = log.position();

        log.idle(begin.file(), begin.offset(), before.executed(), SINK);

        assertThat(log.position()).isEqualTo(before);
        log.begin(begin, SINK);
        log.event(todos, begin);
        log.event(todos, begin);
        assertThatCode(() -> log.commit(SINK)).doesNotThrowAnyException();
    }

    /** So many that not all are listed at once. */
    @Test
    void aBacklogIsHeldAgainstTheListingToItsEnd() throws Exception {
        Place first = write();
        try (Connection connection = database.connection();
                PreparedStatement insert = connection.prepareStatement("INSERT INTO todos VALUES (?)")) {
            for (int id = 2; id < BACKLOG; id++) {
                insert.setInt(1, id);
                insert.execute();
            }
        }
        log.begin(first, SINK);
        log.event(todos, first);
        log.event(todos, first);
        log.commit(SINK);

        for (int i = 1; i < BACKLOG - 2; i++) {
            commit(place(first, i), true);
        }

        assertThatThrownBy(() -> commit(place(first, BACKLOG - 2), false))
                .hasMessageContaining("Of the 1 events with rows of table \"" + todos + "\"");
    }

    /** Of a table that was described anew since, the reader is not told to hand over rows. */
    @Test
    void childrenOfRowsThatDidNotComeAreReadAgainWhereTheServerDoesNotLogWhatForeignKeysDo() throws Exception {
        try (MysqlServer server = MysqlServer.own("--innodb-native-foreign-keys=ON");
                MysqlTestDatabase other = server.createDatabase();
                LoggedRows looks = new LoggedRows(other)) {
            other.execute(
                    "CREATE TABLE lists (id int PRIMARY KEY)",
                    "CREATE TABLE items (id int PRIMARY KEY, list int,"
                            + " FOREIGN KEY (list) REFERENCES lists (id) ON DELETE CASCADE)",
                    "INSERT INTO lists VALUES (1)",
                    "INSERT INTO items VALUES (1, 1)");
            SourceTable items = looks.prepare().table("items");
            GtidPosition start = (GtidPosition) looks.source().head();
            other.execute("INSERT INTO lists VALUES (2)");
            GtidPosition inserted = (GtidPosition) looks.source().head();
            other.execute("DELETE FROM lists WHERE id = 1");
            GtidPosition deleted = (GtidPosition) looks.source().head();
            other.execute("ALTER TABLE lists ADD title text");
            SourceTable lists = looks.prepare().table("lists");
            GtidPosition look = (GtidPosition) looks.source().head();
            RelayedLog relayed = looks.source().relayedLog(start, List.of(lists, items), looks.selection(), look);
            assertThat(relayed.describe()).containsExactly(items);

            relayed.idle(inserted.file(), inserted.offset(), inserted.executed(), SINK);
            assertThatThrownBy(() -> relayed.idle(deleted.file(), deleted.offset(), deleted.executed(), SINK))
                    .hasMessageContaining("\"" + items.table() + "\"")
                    .hasMessageContaining("does not log what foreign keys did");

            assertThat(relayed.altered()).containsExactly(items.handle().number());
            assertThat(relayed.position().executed()).isEqualTo(inserted.executed());
        }
    }

    /** What the server could not write to its log is lost; the reader that is not ours says nothing of it. */
    @Test
    void anIncidentIsALostHistory() throws Exception {
        try (MysqlServer server = MysqlServer.own("--max-binlog-stmt-cache-size=4096");
                MysqlTestDatabase other = server.createDatabase();
                LoggedRows looks = new LoggedRows(other)) {
            other.execute("CREATE TABLE t (id int PRIMARY KEY)");
            SourceTable table = looks.prepare().table("t");
            other.execute("CREATE TABLE large (a text) ENGINE = MyISAM");
            GtidPosition start = (GtidPosition) looks.source().head();
            RelayedLog relayed = looks.source().relayedLog(start, List.of(table), looks.selection(), start);
            relayed.describe();

            assertThatThrownBy(() -> other.execute("INSERT INTO large VALUES (repeat('x', 20000))"));

            GtidPosition head = (GtidPosition) looks.source().head();
            assertThatThrownBy(() -> relayed.idle(head.file(), head.offset(), head.executed(), SINK))
                    .isInstanceOfSatisfying(
                            SeraiException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.SOURCE_LOST_HISTORY));
        }
    }

    /** The reader waits meanwhile, and its server does not for long. */
    @Test
    void aBacklogOfOtherTablesIsNotListedAtOnce() throws Exception {
        Place first = write();
        try (Connection connection = database.connection();
                PreparedStatement insert = connection.prepareStatement("INSERT INTO others VALUES (?)")) {
            for (int id = 2; id < BACKLOG; id++) {
                insert.setInt(1, id);
                insert.execute();
            }
        }
        long before = listings();
        log.begin(first, SINK);
        log.event(todos, first);
        log.event(todos, first);

        log.commit(SINK);

        assertThat(listings() - before).isLessThan(20);
    }

    private long listings() {
        return Long.parseLong(String.valueOf(database.query("SHOW GLOBAL STATUS LIKE 'Com_show_binlog_events'")
                .get(0)
                .get(1)));
    }

    private Place place(Place first, int later) {
        return new Place(
                source(first) + ":" + (number(first) + later),
                log.position().executed(),
                first.file(),
                first.offset(),
                Instant.EPOCH);
    }

    private void commit(Place place, boolean hasCome) throws Exception {
        log.begin(place, SINK);
        if (hasCome) {
            log.event(todos, place);
        }
        log.commit(SINK);
    }

    /** Writes a transaction of two events of the table and one of another; answers where its BEGIN is. */
    private Place write() throws Exception {
        GtidPosition head = (GtidPosition) rows.source().head();
        database.execute(
                "BEGIN",
                "INSERT INTO todos VALUES (1)",
                "INSERT INTO others VALUES (1)",
                "DELETE FROM todos",
                "COMMIT");
        List<@Nullable String> event = database.query(
                        "SHOW BINLOG EVENTS IN " + Sql.literal(head.file()) + " FROM " + head.offset() + " LIMIT 1")
                .get(0);
        String identifier = String.valueOf(event.get(5));
        assertThat(identifier).contains("GTID_NEXT");
        String gtid = identifier.substring(identifier.indexOf('\'') + 1, identifier.lastIndexOf('\''));
        long end = Long.parseLong(String.valueOf(event.get(4)));
        return new Place(gtid, head.executed(), head.file(), end, Instant.EPOCH);
    }

    private static String source(Place place) {
        return place.gtid().substring(0, place.gtid().lastIndexOf(':'));
    }

    private static long number(Place place) {
        return Long.parseLong(place.gtid().substring(place.gtid().lastIndexOf(':') + 1));
    }
}
