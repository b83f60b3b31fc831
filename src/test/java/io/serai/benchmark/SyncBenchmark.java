package io.serai.benchmark;

import io.serai.app.Serai;
import io.serai.testsupport.PostgresServer;
import io.serai.testsupport.SeraiProcess;
import io.serai.testsupport.TestDatabase;
import io.serai.testsupport.TestToken;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;

/**
 * The sync API under load, beside the source that feeds it: a first sync of many rows to one client, and many clients of which each transaction of a
 * Postgres concerns ten. Clients are threads of the same process and take their share of its processor time. Run by hand (docs/benchmarks.md).
 */
final class SyncBenchmark {
    private static final int ROWS = Integer.getInteger("serai.rows", 1_000_000);
    private static final int CLIENTS = Integer.getInteger("serai.clients", 5_000);
    private static final int TRANSACTIONS = Integer.getInteger("serai.transactions", 4_000);
    private static final int TOUCHED = 10;
    private static final long NANOS_BETWEEN = 1_000_000_000L / Integer.getInteger("serai.rate", 200);
    private static final String RULES = """
            bucket_definitions:
              mine:
                parameters: SELECT request.user_id() AS owner
                data:
                  - SELECT * FROM todos WHERE owner = bucket.owner
            """;

    private final TestDatabase database;
    private final int port;
    private final ConcurrentLinkedQueue<Long> latencies = new ConcurrentLinkedQueue<>();

    private SyncBenchmark(TestDatabase database, int port) {
        this.database = database;
        this.port = port;
    }

    public static void main(String[] arguments) throws Exception {
        Path folder = Files.createTempDirectory("serai-sync-benchmark-");
        try (PostgresServer server = PostgresServer.own(Map.of("fsync", "on", "max_wal_size", "8GB"));
                TestDatabase database = server.createDatabase()) {
            database.execute(
                    "CREATE TABLE todos (id text PRIMARY KEY, owner text, title text, body text, at text)",
                    "INSERT INTO todos SELECT 'row-' || n, 'large', 'to do ' || n, repeat('x', 120) FROM generate_series(1, "
                            + ROWS + ") n",
                    "CREATE PUBLICATION powersync FOR ALL TABLES");
            int port = freePort();
            Path config = SeraiProcess.configure(
                    folder, port, "- type: postgresql\n  uri: " + database.uri() + "\n  sslmode: disable\n", RULES);
            Files.writeString(config, TestToken.clientAuth(), StandardOpenOption.APPEND);
            try (Serai serai = Measure.start(config)) {
                Measure.catchUp(serai);
                SyncBenchmark benchmark = new SyncBenchmark(database, port);
                for (int run = 0; run < 3; run++) {
                    benchmark.firstSync();
                }
                benchmark.manyClients();
            }
        }
        System.exit(0);
    }

    private void firstSync() throws IOException {
        long begun = System.nanoTime();
        long bytes = 0;
        try (Socket socket = open("large");
                InputStream in = socket.getInputStream()) {
            byte[] buffer = new byte[1 << 16];
            String text = "";
            while (!text.contains("{\"checkpoint_complete")) {
                int read = in.read(buffer);
                bytes += read;
                int tail = Math.min(read, 200);
                text = new String(buffer, read - tail, tail, StandardCharsets.US_ASCII);
            }
        }
        double seconds = (System.nanoTime() - begun) / 1e9;
        System.out.printf(
                Locale.ROOT,
                "first sync of %,d rows: %.1f s, %,.0f rows/s, %,.0f MB/s%n",
                ROWS,
                seconds,
                ROWS / seconds,
                bytes / seconds / 1e6);
    }

    private void manyClients() throws Exception {
        long before = usedHeap();
        List<Socket> sockets = new ArrayList<>();
        CountDownLatch ready = new CountDownLatch(CLIENTS);
        for (int i = 0; i < CLIENTS; i++) {
            Socket socket = open("user-" + i);
            sockets.add(socket);
            Thread.ofVirtual().start(() -> read(socket, ready));
        }
        ready.await();
        System.out.printf(
                Locale.ROOT,
                "%,d clients wait: %,.1f KB of heap each, with their own side%n",
                CLIENTS,
                (usedHeap() - before) / 1024.0 / CLIENTS);
        for (String code : List.of("cold", "warm")) {
            latencies.clear();
            int rows = write();
            LockSupport.parkNanos(1_000_000_000L);
            report(code, rows);
        }
        for (Socket socket : sockets) {
            socket.close();
        }
    }

    /** Writes transactions at an even pace, and answers how many rows they changed. */
    private int write() throws Exception {
        Random random = new Random(7);
        int rows = 0;
        try (Connection connection = database.connection();
                PreparedStatement upsert = connection.prepareStatement(
                        "INSERT INTO todos (id, owner, at) VALUES (?, ?, ?) ON CONFLICT (id) DO UPDATE SET at = EXCLUDED.at")) {
            connection.setAutoCommit(false);
            long next = System.nanoTime();
            for (int t = 0; t < TRANSACTIONS; t++) {
                String now = Long.toString(System.nanoTime());
                for (int user :
                        random.ints(0, CLIENTS).distinct().limit(TOUCHED).toArray()) {
                    upsert.setString(1, "of-" + user);
                    upsert.setString(2, "user-" + user);
                    upsert.setString(3, now);
                    upsert.addBatch();
                    rows++;
                }
                upsert.executeBatch();
                connection.commit();
                next += NANOS_BETWEEN;
                LockSupport.parkNanos(next - System.nanoTime());
            }
        }
        return rows;
    }

    private void report(String code, int rows) {
        long[] sorted = latencies.stream().mapToLong(Long::longValue).sorted().toArray();
        System.out.printf(
                Locale.ROOT,
                "code %s, %,d rows in %,d transactions: %,d lines, begin of the transaction to line p50 %.1f ms, p95 %.1f ms, p99 %.1f ms, most %.1f ms%n",
                code,
                rows,
                TRANSACTIONS,
                sorted.length,
                at(sorted, 0.5),
                at(sorted, 0.95),
                at(sorted, 0.99),
                sorted[sorted.length - 1] / 1e6);
    }

    private static double at(long[] sorted, double share) {
        return sorted[(int) (sorted.length * share)] / 1e6;
    }

    private void read(Socket socket, CountDownLatch ready) {
        try (InputStream in = socket.getInputStream()) {
            byte[] buffer = new byte[4096];
            boolean isReady = false;
            while (true) {
                int read = in.read(buffer);
                if (read < 0) {
                    return;
                }
                long now = System.nanoTime();
                String text = new String(buffer, 0, read, StandardCharsets.US_ASCII);
                String name = "\\\"at\\\":\\\"";
                int from = text.indexOf(name) + name.length();
                if (from >= name.length()) {
                    latencies.add(now - Long.parseLong(text.substring(from, text.indexOf('\\', from))));
                }
                if (!isReady && text.contains("checkpoint_complete")) {
                    isReady = true;
                    ready.countDown();
                }
            }
        } catch (IOException e) {
            ready.countDown(); // closed at the end
        }
    }

    private Socket open(String user) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        String body = "{\"raw_data\":true}";
        socket.getOutputStream()
                .write(("POST /sync/stream HTTP/1.1\r\nHost: x\r\nAuthorization: Token " + TestToken.of(user)
                                + "\r\nContent-Length: " + body.length() + "\r\n\r\n" + body)
                        .getBytes(StandardCharsets.US_ASCII));
        return socket;
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private static long usedHeap() {
        System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }
}
