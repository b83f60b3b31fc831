package io.serai.api.sync;

import static io.serai.api.sync.SyncApiFixture.put;

import io.serai.testsupport.TestToken;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;

/**
 * The sync API under load, run by hand: a first sync of many rows to one client, and many clients of which each transaction concerns ten. Clients are threads
 * of the same process and take their share of its processor time; there is no database, transactions are written to the storage as a source does.
 */
final class SyncBenchmark {
    private static final int ROWS = Integer.getInteger("serai.rows", 1_000_000);
    private static final int CLIENTS = Integer.getInteger("serai.clients", 5_000);
    private static final int TRANSACTIONS = Integer.getInteger("serai.transactions", 4_000);
    private static final int TOUCHED = 10;
    private static final long NANOS_BETWEEN = 1_000_000_000L / Integer.getInteger("serai.rate", 200);
    private static final int BATCH = 5_000;
    private static final String RULES = """
            bucket_definitions:
              mine:
                parameters: SELECT request.user_id() AS owner
                data:
                  - SELECT * FROM todos WHERE owner = bucket.owner
            """;

    private SyncBenchmark() {}

    public static void main(String[] arguments) throws Exception {
        Path folder = Files.createTempDirectory("serai-sync-benchmark-");
        SyncLimits limits = new SyncLimits(1000, 1000, 10, 1 << 20, Duration.ofSeconds(20), Duration.ofMinutes(2));
        try (SyncApiFixture fixture = new SyncApiFixture(folder, RULES, limits)) {
            fixture.begin(put("todos", "first", "owner", "nobody", "text", ""));
            firstSync(fixture);
            manyClients(fixture);
        }
        System.exit(0);
    }

    private static void firstSync(SyncApiFixture fixture) throws Exception {
        String text = "x".repeat(120);
        for (int from = 0; from < ROWS; from += BATCH) {
            SyncApiFixture.Change[] rows = new SyncApiFixture.Change[Math.min(BATCH, ROWS - from)];
            for (int i = 0; i < rows.length; i++) {
                rows[i] = put("todos", "row-" + (from + i), "owner", "large", "title", "to do " + i, "text", text);
            }
            fixture.commit(rows);
        }
        for (int run = 0; run < 3; run++) {
            long begun = System.nanoTime();
            long bytes = 0;
            try (Socket socket = open(fixture, "large");
                    InputStream in = new BufferedInputStream(socket.getInputStream(), 1 << 16)) {
                byte[] buffer = new byte[1 << 16];
                byte[] end = "{\"checkpoint_complete".getBytes(StandardCharsets.US_ASCII);
                byte[] tail = new byte[200];
                while (true) {
                    int read = in.read(buffer);
                    bytes += read;
                    tail = Arrays.copyOfRange(buffer, Math.max(0, read - 200), read);
                    if (new String(tail, StandardCharsets.US_ASCII)
                            .contains(new String(end, StandardCharsets.US_ASCII))) {
                        break;
                    }
                }
            }
            double seconds = (System.nanoTime() - begun) / 1e9;
            System.out.printf(
                    "first sync of %,d rows: %.1f s, %,.0f rows/s, %,.0f MB/s%n",
                    ROWS, seconds, ROWS / seconds, bytes / seconds / 1e6);
        }
    }

    private static void manyClients(SyncApiFixture fixture) throws Exception {
        long before = usedHeap();
        ConcurrentLinkedQueue<Long> latencies = new ConcurrentLinkedQueue<>();
        List<Socket> sockets = new ArrayList<>();
        CountDownLatch ready = new CountDownLatch(CLIENTS);
        for (int i = 0; i < CLIENTS; i++) {
            Socket socket = open(fixture, "user-" + i);
            sockets.add(socket);
            Thread.ofVirtual().start(() -> read(socket, ready, latencies));
        }
        ready.await();
        System.out.printf(
                "%,d clients wait: %,.1f KB of heap each, with their own side%n",
                CLIENTS, (usedHeap() - before) / 1024.0 / CLIENTS);
        Random random = new Random(7);
        for (int warm = 0; warm < 2; warm++) {
            latencies.clear();
            long next = System.nanoTime();
            for (int t = 0; t < TRANSACTIONS; t++) {
                SyncApiFixture.Change[] rows = new SyncApiFixture.Change[TOUCHED];
                for (int i = 0; i < TOUCHED; i++) {
                    String user = "user-" + random.nextInt(CLIENTS);
                    rows[i] = put("todos", user + "-row", "owner", user, "at", Long.toString(System.nanoTime()));
                }
                fixture.commit(rows);
                next += NANOS_BETWEEN;
                long wait = next - System.nanoTime();
                if (wait > 0) {
                    java.util.concurrent.locks.LockSupport.parkNanos(wait);
                }
            }
            java.util.concurrent.locks.LockSupport.parkNanos(1_000_000_000L);
            long[] sorted =
                    latencies.stream().mapToLong(Long::longValue).sorted().toArray();
            System.out.printf(
                    "%,d transactions of %d clients: %,d lines, begin of commit to line p50 %.1f ms, p95 %.1f ms, p99 %.1f ms, most %.1f ms; took %.1f s of %.1f s%n",
                    TRANSACTIONS,
                    TOUCHED,
                    sorted.length,
                    at(sorted, 0.5),
                    at(sorted, 0.95),
                    at(sorted, 0.99),
                    sorted[sorted.length - 1] / 1e6,
                    (System.nanoTime() - next) / 1e9 + TRANSACTIONS * NANOS_BETWEEN / 1e9 - 1,
                    TRANSACTIONS * NANOS_BETWEEN / 1e9);
        }
        for (Socket socket : sockets) {
            socket.close();
        }
    }

    private static double at(long[] sorted, double share) {
        return sorted[(int) (sorted.length * share)] / 1e6;
    }

    private static void read(Socket socket, CountDownLatch ready, ConcurrentLinkedQueue<Long> latencies) {
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
                int at = text.indexOf("\\\"at\\\":\\\"");
                if (at >= 0) {
                    int from = at + 9;
                    int to = text.indexOf('\\', from);
                    latencies.add(now - Long.parseLong(text.substring(from, to)));
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

    private static Socket open(SyncApiFixture fixture, String user) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), fixture.port());
        String body = "{\"raw_data\":true}";
        socket.getOutputStream()
                .write(("POST /sync/stream HTTP/1.1\r\nHost: x\r\nAuthorization: Token " + TestToken.of(user)
                                + "\r\nContent-Length: " + body.length() + "\r\n\r\n" + body)
                        .getBytes(StandardCharsets.US_ASCII));
        return socket;
    }

    private static long usedHeap() {
        System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }
}
