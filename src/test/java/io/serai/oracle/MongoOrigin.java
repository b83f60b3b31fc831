package io.serai.oracle;

import static org.awaitility.Awaitility.await;

import io.serai.oracle.MongoWorkload.Done;
import io.serai.testsupport.MongoServer;
import io.serai.testsupport.MongoTestDatabase;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** A MongoDB database with its random workload, which runs until it is told to stop, and what its buckets must hold. */
final class MongoOrigin implements AutoCloseable {
    private final MongoTestDatabase database;
    private final MongoWorkload workload;
    private final ExecutorService writer = Executors.newSingleThreadExecutor();
    /** The state of the source after the change with this number: goes forward only. */
    private final Map<String, Map<String, SourceRow>> state = new HashMap<>();

    private int applied;
    private long marked;
    private volatile boolean stopping;
    private Future<?> writing = writer.submit(() -> {});

    /** A database with about {@code rows} documents in each collection. */
    MongoOrigin(MongoServer server, int rows, boolean withPostImages, Random random) {
        this.database = server.createDatabase();
        this.workload = new MongoWorkload(database, random);
        workload.create(rows, withPostImages);
    }

    MongoTestDatabase database() {
        return database;
    }

    /** The connection as an item of service.yaml's list. */
    String connectionYaml(String postImages) {
        return connectionYaml(database.uri(), postImages);
    }

    static String connectionYaml(String uri, String postImages) {
        return """
                - type: mongodb
                  id: mongo
                  uri: "%s"
                  post_images: %s
                """.formatted(uri, postImages);
    }

    void write() {
        stopping = false;
        writing = writer.submit(() -> {
            while (!stopping) {
                workload.step();
                TimeUnit.MILLISECONDS.sleep(8);
            }
            return null;
        });
    }

    void stopWriting() throws Exception {
        stopping = true;
        writing.get(2, TimeUnit.MINUTES);
    }

    /** Runs some changes now, on the calling thread. */
    void run(int changes) {
        for (int i = 0; i < changes; i++) {
            workload.step();
        }
    }

    void largeTransaction() {
        workload.largeTransaction();
    }

    /**
     * The rows of the buckets after one whole change that these rows are nearest to: the state with the same marker that equals them, or else the
     * first with it. Nothing is expected before the source takes part.
     */
    Map<String, String> nearestState(Map<String, String> rows) {
        String marker = rows.get("marker[] marker now");
        if (marker == null) {
            return Map.of();
        }
        long number = Long.parseLong(marker.substring(marker.lastIndexOf(':') + 1, marker.length() - 1));
        // A commit is known here a moment later than it can be replicated; so is that of the change that comes next.
        await().until(() -> number == 0 || workload.history().getLast().number() >= number);
        while (marked < number) {
            applyNext();
        }
        Map<String, String> first = MongoWorkload.rows(state, marked);
        Map<String, String> next = first;
        while (!next.equals(rows)) {
            await().until(() -> workload.history().size() > applied || writing.isDone());
            if (workload.history().size() == applied
                    || workload.history().get(applied).isMarked()) {
                return first;
            }
            applyNext();
            next = MongoWorkload.rows(state, marked);
        }
        return next;
    }

    /** What must be in the buckets now. */
    Map<String, String> expectedNow() {
        return workload.rowsNow();
    }

    @Override
    public void close() {
        stopping = true;
        writer.shutdownNow();
        database.close();
    }

    private void applyNext() {
        Done done = workload.history().get(applied++);
        done.rows().forEach((table, rows) -> {
            Map<String, SourceRow> of = state.computeIfAbsent(table, name -> new HashMap<>());
            rows.forEach((id, row) -> {
                if (row == null) {
                    of.remove(id);
                } else {
                    of.put(id, row);
                }
            });
        });
        if (done.isMarked()) {
            marked = done.number();
        }
    }
}
