package io.serai.oracle;

import static org.awaitility.Awaitility.await;

import io.serai.testsupport.PostgresServer;
import io.serai.testsupport.TestDatabase;
import java.sql.SQLException;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** One source database with its random workload, which runs until it is told to stop, and what its buckets must hold. */
final class Origin implements AutoCloseable {
    private final String id;
    /** Where the workload writes. */
    private TestDatabase database;

    /** Where it is replicated from. */
    private TestDatabase replicated;

    private final RandomWorkload workload;
    private final Expectation expectation;
    private final ExecutorService writer = Executors.newSingleThreadExecutor();
    private volatile boolean stopping;
    private Future<?> writing = writer.submit(() -> {});

    /** A database on the shared server. */
    Origin(int number, int rows, Random random) throws SQLException {
        this(PostgresServer.shared(), number, rows, random);
    }

    /** A database on this server with about {@code rows} rows in each table. */
    Origin(PostgresServer server, int number, int rows, Random random) throws SQLException {
        this.id = "origin" + number;
        this.database = server.createDatabase();
        this.replicated = database;
        // All origins have tables of the same kinds, so that one sync config fits them all.
        this.workload = new RandomWorkload(database.connection(), number, random);
        workload.create(rows);
        this.expectation = new Expectation(workload);
    }

    String id() {
        return id;
    }

    TestDatabase database() {
        return database;
    }

    /** The database that it is replicated from, with the slot. */
    TestDatabase replicated() {
        return replicated;
    }

    /** Lets it be replicated from a standby. */
    void replicateFrom(PostgresServer standby) {
        replicated = standby.database(database.name());
    }

    String syncConfig() {
        return workload.syncConfig();
    }

    /** The connection as an item of service.yaml's list. */
    String connectionYaml() {
        return connectionYaml(replicated.server().port());
    }

    /** As {@link #connectionYaml()}, through a proxy on this port. */
    String connectionYaml(int port) {
        return """
                - type: postgresql
                  id: %s
                  uri: %s
                  sslmode: disable
                """.formatted(
                        id, replicated.uri().replace(":" + replicated.server().port() + "/", ":" + port + "/"));
    }

    void write() {
        writing = writer.submit(() -> {
            while (!stopping) {
                workload.step();
                TimeUnit.MILLISECONDS.sleep(4);
            }
            workload.largeTransaction();
            return null;
        });
    }

    /** Runs some transactions now, on the calling thread. */
    void run(int transactions) throws SQLException {
        for (int i = 0; i < transactions; i++) {
            workload.step();
        }
    }

    /** Goes on writing to another server, which has taken this one's place. */
    void moveTo(PostgresServer other) throws SQLException {
        database = other.database(database.name());
        reconnect();
    }

    /** Goes on with a new connection after the server was started again. */
    void reconnect() throws SQLException {
        workload.reconnect(database.connection());
    }

    /** Drops the slots of the database as soon as nobody reads them. */
    void dropSlot() {
        await().until(() -> "0"
                .equals(database.value("SELECT count(*) FROM pg_replication_slots WHERE active"
                        + " AND database = current_database()")));
        database.execute("SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE database ="
                + " current_database()");
    }

    void stopWriting() throws Exception {
        stopping = true;
        writing.get(2, TimeUnit.MINUTES);
    }

    /** What must be in the buckets of a checkpoint that has {@code rows}: the state after the transaction that its marker names, or nothing. */
    Map<String, String> expectedWith(Map<String, String> rows) {
        String marker = rows.get(Expectation.markerRow(workload));
        if (marker == null) {
            return Map.of();
        }
        long number = Long.parseLong(marker.substring(marker.lastIndexOf(':') + 1, marker.length() - 1));
        // A commit is known here a moment later than it can be replicated.
        await().until(() -> number == 0 || workload.history().getLast().number() >= number);
        return expectation.after(number);
    }

    /** What must be in the buckets now. */
    Map<String, String> expectedNow() throws SQLException {
        return new TreeMap<>(Expectation.buckets(workload, workload.select(), workload.lastNumber()));
    }

    @Override
    public void close() throws SQLException {
        stopping = true;
        writer.shutdownNow();
        workload.close();
    }
}
