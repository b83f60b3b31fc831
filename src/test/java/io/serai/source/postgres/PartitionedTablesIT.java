package io.serai.source.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.serai.change.TableRef;
import io.serai.error.ErrorCode;
import io.serai.error.SeraiException;
import io.serai.source.CatalogLook.Altered;
import io.serai.source.CatalogLook.Difference;
import io.serai.source.ChunkRange;
import io.serai.source.SnapshotReader;
import io.serai.source.SourceTable;
import io.serai.source.TableSelection;
import io.serai.testsupport.PostgresServer;
import java.sql.Connection;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A table whose rows are in partitions, of two levels and with their columns in other orders, is one table, however the publication sends them. */
class PartitionedTablesIT {
    private static final String LARGE = "(SELECT string_agg(md5(i::text), '') FROM generate_series(1, 200) i)";
    private static final String[] ORDERS = {
        "CREATE TABLE orders (region text, id int, note varchar(20), doc text, PRIMARY KEY (region, id))"
                + " PARTITION BY LIST (region)",
        "CREATE TABLE orders_a (doc text, former int, id int NOT NULL, note varchar(20), region text NOT NULL)",
        "ALTER TABLE orders_a DROP former",
        "ALTER TABLE orders ATTACH PARTITION orders_a FOR VALUES IN ('a')",
        "CREATE TABLE orders_b PARTITION OF orders FOR VALUES IN ('b', 'c') PARTITION BY RANGE (id)",
        "CREATE TABLE orders_b1 (id int NOT NULL, region text NOT NULL, doc text, note varchar(20))",
        "ALTER TABLE orders_b ATTACH PARTITION orders_b1 FOR VALUES FROM (0) TO (100)",
        "CREATE TABLE orders_b2 PARTITION OF orders_b DEFAULT",
        "CREATE TABLE spare (doc text, note varchar(20), id int NOT NULL, region text NOT NULL)"
    };
    private static final TableSelection ONLY_ORDERS =
            ReplicatedDatabase.selection(table -> table.name().equals("orders"), new TableRef("public", "orders"));

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void changeAsOneTable(boolean viaRoot) throws Exception {
        try (ReplicatedDatabase database = orders(viaRoot)) {
            assertThat(database.tables)
                    .extracting(table -> table.table().name())
                    .containsExactly("orders", "spare");
            database.sql()
                    .execute(
                            "INSERT INTO orders VALUES ('a', 1, 'x', " + LARGE
                                    + "), ('b', 2, NULL, ''), ('c', 200, 'z', '?')",
                            "UPDATE orders SET note = 'y' WHERE id = 1",
                            "UPDATE orders SET region = 'c' WHERE id = 1",
                            "UPDATE orders SET id = 300 WHERE id = 1",
                            "UPDATE orders SET id = 3 WHERE id = 2",
                            "DELETE FROM orders WHERE id > 100",
                            "TRUNCATE orders",
                            "INSERT INTO orders_b1 VALUES (4, 'b', 'doc', 'note')");
            String large = database.sql().value("SELECT " + LARGE);

            assertThat(database.readLog(database.from()).changes())
                    .containsExactly(
                            "INSERT orders after a|1|x|" + large,
                            "INSERT orders after b|2|~|",
                            "INSERT orders after c|200|z|?",
                            "UPDATE orders after a|1|y|?",
                            "DELETE orders before a|1|?|?",
                            "INSERT orders after c|1|y|" + large,
                            "DELETE orders before c|1|?|?",
                            "INSERT orders after c|300|y|" + large,
                            "UPDATE orders before b|2|?|? after b|3|~|",
                            "DELETE orders before c|200|?|?",
                            "DELETE orders before c|300|?|?",
                            "TRUNCATE orders",
                            "INSERT orders after b|4|note|doc");
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void areCopiedPartitionByPartition(boolean viaRoot) throws Exception {
        try (ReplicatedDatabase database = orders(viaRoot)) {
            fill(database);
            SourceTable orders = database.table("orders");

            List<byte[]> inFew = database.copy(orders, Long.MAX_VALUE, Long.MAX_VALUE);
            List<byte[]> inMany = database.copy(orders, 20_000, 5_000);

            List<String> selected =
                    database.sql().query("SELECT region || '|' || id || '|' || note || '|' || doc FROM orders").stream()
                            .map(row -> row.get(0))
                            .toList();
            assertThat(words(orders, inFew)).hasSize(3000).containsExactlyInAnyOrderElementsOf(selected);
            assertThat(words(orders, inMany)).containsExactlyInAnyOrderElementsOf(selected);
            List<byte[]> byKey = new ArrayList<>();
            database.copies()
                    .read(
                            orders,
                            ReplicatedDatabase.keys(orders, inFew).subList(0, 1000),
                            database.delivered,
                            byKey::add);
            assertThat(words(orders, byKey)).containsExactlyInAnyOrderElementsOf(words(orders, inFew.subList(0, 1000)));
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "ALTER TABLE orders DETACH PARTITION orders_a | both",
                "ALTER TABLE orders DETACH PARTITION orders_b | both",
                "ALTER TABLE orders_b DETACH PARTITION orders_b1 | both",
                "ALTER TABLE orders DETACH PARTITION orders_a; ALTER TABLE orders ATTACH PARTITION orders_a FOR VALUES IN ('a') | both",
                "ALTER TABLE orders ATTACH PARTITION spare FOR VALUES IN ('d') | both",
                "CREATE TABLE orders_d PARTITION OF orders DEFAULT | both",
                "DROP TABLE orders_b2 | both",
                "DROP TABLE orders_b2; CREATE TABLE orders_b2 PARTITION OF orders_b DEFAULT | both",
                "ALTER TABLE orders ADD COLUMN n int | both",
                "ALTER TABLE orders ALTER note TYPE text | both",
                "ALTER PUBLICATION powersync SET (publish_via_partition_root = false); ALTER PUBLICATION powersync SET (publish_via_partition_root = true) | both",
                "TRUNCATE orders_a | via root",
                "TRUNCATE orders_b | via root",
                "ALTER TABLE orders_a SET UNLOGGED; DELETE FROM orders_a; ALTER TABLE orders_a SET LOGGED | both",
                "VACUUM FULL orders_a | via root",
                "ALTER TABLE orders_a RENAME TO renamed | none",
                "VACUUM orders | none",
                "CREATE TABLE orders_d PARTITION OF orders DEFAULT PARTITION BY LIST (region) | none",
            })
    void areFoundAlteredWhenTheirPartitionsAre(String statements, String when) throws Exception {
        for (boolean viaRoot : new boolean[] {false, true}) {
            try (ReplicatedDatabase database = orders(viaRoot)) {
                assertThat(differences(database)).isEmpty();

                database.sql().execute(statements.split("; "));

                if (when.equals("both") || viaRoot && when.equals("via root")) {
                    assertThat(differences(database))
                            .as("via root: " + viaRoot)
                            .singleElement()
                            .isInstanceOf(Altered.class);
                } else {
                    assertThat(differences(database)).as("via root: " + viaRoot).isEmpty();
                }
            }
        }
    }

    @Test
    void areNotEmptiedByTheTruncateOfAPartition() throws Exception {
        try (ReplicatedDatabase database = orders(false)) {
            database.sql().execute("TRUNCATE orders_a, orders_b1");

            assertStopsAtAlteredOrders(database);
        }
    }

    @Test
    void areEmptiedWhenAllPartitionsAreTruncatedAtOnce() throws Exception {
        try (ReplicatedDatabase database = orders(false)) {
            database.sql().execute("TRUNCATE orders_a, orders_b");

            assertThat(database.readLog(database.from()).changes()).containsExactly("TRUNCATE orders");
        }
    }

    /** The look comes too late to see that partition, and nothing but the log tells of its rows. */
    @ParameterizedTest
    @ValueSource(ints = {13, 15, 17, 18})
    void areAlteredByRowsOfAPartitionThatIsGoneAgainBeforeTheLook(int version) throws Exception {
        try (PostgresServer server = PostgresServer.ownOfVersion(version);
                ReplicatedDatabase database = orders(server, true)) {
            database.sql()
                    .execute(
                            "INSERT INTO orders VALUES ('a', 1), ('b', 1)",
                            "CREATE TABLE late PARTITION OF orders FOR VALUES IN ('d')",
                            "INSERT INTO orders VALUES ('d', 1)",
                            "DROP TABLE late");
            assertThat(differences(database)).isEmpty();

            RecordedLog log = assertStopsAtAlteredOrders(database);

            assertThat(log.changes()).hasSize(2);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void areAlteredByARowThatMovesToAPartitionThatTheLookDidNotSee(boolean viaRoot) throws Exception {
        try (ReplicatedDatabase database = orders(viaRoot)) {
            database.sql()
                    .execute(
                            "INSERT INTO orders VALUES ('a', 1)",
                            "CREATE TABLE late PARTITION OF orders FOR VALUES IN ('d') PARTITION BY RANGE (id)",
                            "CREATE TABLE latest PARTITION OF late DEFAULT",
                            "UPDATE orders SET region = 'd'");

            RecordedLog log = assertStopsAtAlteredOrders(database);

            assertThat(log.changes()).containsExactly("INSERT orders after a|1|~|~");
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void areAlteredByAPartitionThatSendsAnotherKey(boolean viaRoot) throws Exception {
        try (ReplicatedDatabase database = orders(viaRoot)) {
            database.sql()
                    .execute(
                            "INSERT INTO orders VALUES ('a', 1)",
                            "CREATE UNIQUE INDEX by_id ON orders_a (id)",
                            "ALTER TABLE orders_a REPLICA IDENTITY USING INDEX by_id",
                            "DELETE FROM orders",
                            "ALTER TABLE orders_a REPLICA IDENTITY DEFAULT");

            assertStopsAtAlteredOrders(database);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void takeWholeRowsFromAPartitionThatSendsThem(boolean viaRoot) throws Exception {
        try (ReplicatedDatabase database = orders(viaRoot, "ALTER TABLE orders_a REPLICA IDENTITY FULL")) {
            database.sql()
                    .execute(
                            "INSERT INTO orders VALUES ('a', 1, 'x', " + LARGE + ")",
                            "UPDATE orders SET note = 'y'",
                            "DELETE FROM orders");
            String large = database.sql().value("SELECT " + LARGE);

            List<String> changes = database.readLog(database.from()).changes();

            assertThat(changes).hasSize(3);
            assertThat(changes.get(1)).startsWith("UPDATE orders before a|1|").endsWith(" after a|1|y|" + large);
            assertThat(changes.get(2)).startsWith("DELETE orders before a|1|");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "false, ALTER TABLE orders_a REPLICA IDENTITY NOTHING",
        "true, ALTER TABLE orders_a REPLICA IDENTITY NOTHING",
        "true, CREATE UNIQUE INDEX by_id ON orders_a (id); ALTER TABLE orders_a REPLICA IDENTITY USING INDEX by_id",
        "true, ALTER TABLE orders REPLICA IDENTITY FULL"
    })
    void areRefusedWhenAPartitionDoesNotNameTheirRows(boolean viaRoot, String statements) throws Exception {
        try (ReplicatedDatabase database = unprepared(PostgresServer.shared(), viaRoot, statements.split("; "))) {
            database.sql().execute("DROP TABLE spare");
            assertThat(errors(database)).isNotEmpty();
            for (int i = 0; i < 3 && !errors(database).isEmpty(); i++) {
                assertThat(errors(database)).containsOnly(ErrorCode.POSTGRES_REPLICA_IDENTITY);
                assertThatThrownBy(database::prepareSlot)
                        .asInstanceOf(InstanceOfAssertFactories.type(SeraiException.class))
                        .extracting(SeraiException::code)
                        .isEqualTo(ErrorCode.POSTGRES_REPLICA_IDENTITY);
                database.sql()
                        .execute(database.source.check(ONLY_ORDERS).getFirst().fix());
            }
            assertThat(errors(database)).isEmpty();
        }
    }

    @Test
    void areNotReadOverDdlOfAPartition() throws Exception {
        try (ReplicatedDatabase database = orders(false);
                Connection ddl = database.sql().connection();
                Statement statement = ddl.createStatement()) {
            fill(database);
            SourceTable orders = database.table("orders");
            SnapshotReader reader = database.copies();
            List<ChunkRange> ranges = reader.plan(orders, Long.MAX_VALUE);
            ddl.setAutoCommit(false);
            statement.execute("TRUNCATE orders_a");
            CompletableFuture<List<byte[]>> read = CompletableFuture.supplyAsync(() -> {
                try {
                    return database.readAll(reader, orders, ranges, Long.MAX_VALUE);
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                }
            });
            assertThatThrownBy(() -> read.get(1500, TimeUnit.MILLISECONDS)).isInstanceOf(TimeoutException.class);

            statement.execute("INSERT INTO orders VALUES ('a', 7)");
            ddl.commit();

            assertThat(read.get(20, TimeUnit.SECONDS)).hasSize(2001);
        }
    }

    private static ReplicatedDatabase orders(boolean viaRoot, String... more) throws Exception {
        return unprepared(PostgresServer.shared(), viaRoot, more).prepareSlot();
    }

    private static ReplicatedDatabase orders(PostgresServer server, boolean viaRoot) throws Exception {
        return unprepared(server, viaRoot).prepareSlot();
    }

    private static ReplicatedDatabase unprepared(PostgresServer server, boolean viaRoot, String... more) {
        ReplicatedDatabase database = ReplicatedDatabase.on(server, ORDERS);
        database.sql().execute("ALTER TABLE spare ADD PRIMARY KEY (region, id)");
        database.sql().execute(more);
        database.sql()
                .execute("CREATE PUBLICATION powersync FOR TABLE orders, spare WITH (publish_via_partition_root = "
                        + viaRoot + ")");
        return database;
    }

    private static void fill(ReplicatedDatabase database) {
        database.sql()
                .execute(
                        "INSERT INTO orders SELECT (ARRAY['a', 'b', 'c'])[1 + i % 3], i, 'note ' || i, repeat('x', i % 300)"
                                + " FROM generate_series(1, 3000) i");
    }

    private static RecordedLog assertStopsAtAlteredOrders(ReplicatedDatabase database) throws Exception {
        RecordedLog log = new RecordedLog();
        try (var reader = database.source.log(database.from(), null, database.tables, ONLY_ORDERS, database.from())) {
            assertThatThrownBy(() -> {
                        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
                        while (System.nanoTime() < end) {
                            reader.read(log, java.time.Duration.ofMillis(50));
                        }
                    })
                    .hasMessageContaining("public.orders")
                    .asInstanceOf(InstanceOfAssertFactories.type(SeraiException.class))
                    .extracting(SeraiException::code)
                    .isEqualTo(ErrorCode.SOURCE_TABLE_CHANGED);
            assertThat(reader.alteredTables())
                    .containsExactly(database.table("orders").handle().number());
        }
        return log;
    }

    private static List<Difference> differences(ReplicatedDatabase database) throws Exception {
        return database.source
                .compare(
                        database.tables.stream()
                                .filter(table -> table.table().name().equals("orders"))
                                .toList(),
                        Set.of(),
                        ONLY_ORDERS)
                .differences();
    }

    private static List<ErrorCode> errors(ReplicatedDatabase database) throws Exception {
        return database.source.check(ONLY_ORDERS).stream()
                .map(finding -> finding.code())
                .toList();
    }

    private static List<String> words(SourceTable table, List<byte[]> rows) {
        return rows.stream()
                .map(row -> RecordedLog.words(table.relation(), row))
                .toList();
    }
}
