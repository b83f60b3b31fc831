package io.serai.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.serai.change.Column;
import io.serai.change.GtidPosition;
import io.serai.change.GtidSet;
import io.serai.change.Relation;
import io.serai.change.TableRef;
import io.serai.source.mysql.MysqlDatabase;
import io.serai.source.mysql.MysqlSettings;
import io.serai.storage.SourceState;
import io.serai.storage.TableHandle;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class EntriesTest {
    private static final int SERVERS = 2000;

    /** As of a group of servers that have taken each other's places for years, with gaps in their numbers. */
    @Test
    void aPositionMayBeOfAnyLength() {
        GtidSet executed = GtidSet.EMPTY;
        for (int server = 0; server < SERVERS; server++) {
            executed = executed.with("3e11fa47-71ca-11e1-9e33-" + "%012x".formatted(server), 1);
        }
        GtidPosition position = GtidPosition.of(executed);
        assertThat(position.text().length()).isGreaterThan(Character.MAX_VALUE);
        SourceTransaction last = new SourceTransaction(1, position, Instant.EPOCH);
        Relation relation = new Relation(new TableRef("app", "t"), List.<Column>of(), List.of());
        SourceTable table = new SourceTable(
                new TableHandle(0, relation.table()),
                0,
                relation,
                executed.toString(),
                new SourceTable.Renewal(position, false));
        SourceState state = new SourceState(
                Optional.of(position),
                true,
                new TreeMap<>(Map.of(
                        Entries.LAST,
                        Entries.encode(last),
                        Entries.relation(0),
                        Entries.encode(relation),
                        Entries.table(0),
                        Entries.encode(table),
                        Entries.renewal(0),
                        Entries.encode(new SourceTable.Renewal(position, false)))));

        try (MysqlDatabase database =
                new MysqlDatabase(MysqlSettings.of("shop", "127.0.0.1", 1, "app", "user", "secret"), "storage1")) {
            assertThat(Entries.last(state, database)).isEqualTo(last);
            assertThat(Entries.tables(state, database).values()).containsExactly(table);
        }
    }
}
