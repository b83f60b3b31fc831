package io.serai.api.sync;

import io.serai.api.auth.Authenticator;
import io.serai.bucket.EvaluatedRow;
import io.serai.change.JsonReader;
import io.serai.change.Lsn;
import io.serai.change.Row;
import io.serai.change.RowKey;
import io.serai.change.SourcePosition;
import io.serai.change.TableRef;
import io.serai.error.ErrorCode;
import io.serai.error.SeraiException;
import io.serai.source.LiveRules;
import io.serai.source.SourceHeads;
import io.serai.storage.BucketStorage;
import io.serai.storage.RowState;
import io.serai.storage.SourceBatch;
import io.serai.storage.SourceStorage;
import io.serai.storage.TableHandle;
import io.serai.storage.rocksdb.RocksDbStorage;
import io.serai.syncrules.Rows;
import io.serai.syncrules.SyncRules;
import io.serai.testsupport.TestToken;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.ext.web.Router;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** The sync API over a storage that a test writes to as a source does, without a database. */
final class SyncApiFixture implements AutoCloseable {
    static final String SOURCE = "shop";

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final Vertx vertx = Vertx.vertx();
    private final BucketStorage storage;
    private final LiveRules rules;
    private final SyncApi api;
    private final HttpServer server;
    private final Heads heads = new Heads();
    private SourceStorage source;
    private volatile long position = 1;

    SyncApiFixture(Path folder, String syncConfig, SyncLimits limits) throws Exception {
        storage = RocksDbStorage.open(folder, Clock.systemUTC(), new Random(7));
        rules = new LiveRules(storage, Rows.rules(syncConfig), Map.of(SOURCE, SyncRules.DEFAULT_TAG));
        source = storage.acquire(SOURCE);
        api = new SyncApi(
                new Authenticator(TestToken.authSettings(), Clock.systemUTC()),
                rules,
                storage,
                List.of(SOURCE),
                heads,
                limits,
                Clock.systemUTC());
        Router router = Router.router(vertx);
        api.serve(router);
        server = vertx.createHttpServer()
                .requestHandler(router)
                .listen(0, "127.0.0.1")
                .toCompletionStage()
                .toCompletableFuture()
                .get(10, TimeUnit.SECONDS);
    }

    SyncApi api() {
        return api;
    }

    BucketStorage storage() {
        return storage;
    }

    int port() {
        return server.actualPort();
    }

    Heads heads() {
        return heads;
    }

    /** Where the log of the source ends: at what was committed, unless a test says otherwise. */
    final class Heads implements SourceHeads {
        private final AtomicInteger expectations = new AtomicInteger();
        private final AtomicInteger questions = new AtomicInteger();
        private final Semaphore answers = new Semaphore(Integer.MAX_VALUE);
        private volatile int ahead;
        private volatile boolean isUnreachable;

        /** Lets the log end so many transactions after what is committed here. */
        void ahead(int transactions) {
            ahead = transactions;
        }

        /** Lets no question be answered. */
        void unreachable() {
            isUnreachable = true;
        }

        /** Holds answers back until {@link #answer}. */
        void hold() {
            answers.drainPermits();
        }

        void answer() {
            answers.release(Integer.MAX_VALUE);
        }

        /** How many questions were asked. */
        int questions() {
            return questions.get();
        }

        /** How many of those that asked still want the position to become durable soon. */
        int expectations() {
            return expectations.get();
        }

        @Override
        public SourcePosition head(String asked) throws InterruptedException {
            questions.incrementAndGet();
            if (isUnreachable) {
                throw new SeraiException(ErrorCode.SOURCE_CONNECTION_FAILED, "No server", asked, "");
            }
            Lsn head = new Lsn(position + ahead);
            answers.acquire();
            answers.release();
            return head;
        }

        @Override
        public BucketStorage.Subscription expectPosition(String asked) {
            expectations.incrementAndGet();
            return expectations::decrementAndGet;
        }
    }

    /** What a row becomes; empty is gone. */
    record Change(String table, String id, Optional<Row> row) {}

    static Change put(String table, String id, Object... namesAndValues) {
        List<Object> all = new ArrayList<>(List.of("id", id));
        all.addAll(List.of(namesAndValues));
        return new Change(table, id, Optional.of(Rows.row(table, all.toArray())));
    }

    static Change gone(String table, String id) {
        return new Change(table, id, Optional.empty());
    }

    /** Lets the source take part with these rows. */
    void begin(Change... changes) {
        source.takePart(batch(changes));
    }

    /** The source's history is lost: another log begins, whose positions are lower. */
    void startOver() {
        position = 0;
        source.startOver(batch());
    }

    /** Commits one transaction. */
    void commit(Change... changes) {
        source.commit(batch(changes));
    }

    /** Deploys another sync config, and builds it when the source is acquired again with all rows that there are. */
    void deploy(String syncConfig, Change... rows) {
        rules.deploy(Rows.rules(syncConfig));
        source.close();
        source = storage.acquire(SOURCE);
        source.commit(batch(rows));
        source.built();
    }

    private SourceBatch batch(Change... changes) {
        SourceBatch batch = new SourceBatch();
        long next = position + 1;
        batch.position(new Lsn(next));
        position = next;
        for (Change change : changes) {
            TableRef table = new TableRef("public", change.table());
            batch.row(
                    new TableHandle(change.table().hashCode() & 0xffff, table),
                    RowKey.of(List.of(change.id().getBytes(StandardCharsets.UTF_8))),
                    change.row().<RowState>map(this::present).orElse(RowState.Absent.ABSENT));
        }
        return batch;
    }

    /** Evaluates a row for each live generation, as a route does. */
    private RowState present(Row row) {
        List<EvaluatedRow> evaluated = rules.of(storage.generations()).stream()
                .map(each -> Rows.evaluate(each, row))
                .toList();
        return new RowState.Present(
                7,
                new byte[0],
                new EvaluatedRow(
                        evaluated.stream()
                                .flatMap(each -> each.bucketRows().stream())
                                .distinct()
                                .toList(),
                        evaluated.stream()
                                .flatMap(each -> each.lookups().stream())
                                .distinct()
                                .toList()));
    }

    /** The answer to a request for a stream. */
    HttpResponse<InputStream> post(String path, String token, String body, String... headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port() + path))
                .header("Authorization", "Token " + token)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return http.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
    }

    /** The answer to a request for a write checkpoint. */
    HttpResponse<String> get(String path, String user) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port() + path))
                .header("Authorization", "Token " + TestToken.of(user))
                .build();
        return http.send(request, HttpResponse.BodyHandlers.ofString());
    }

    /** A stream of lines. */
    Lines stream(String user, String body) throws Exception {
        return new Lines(post("/sync/stream", TestToken.of(user), body));
    }

    /** The lines of a stream. Closing it closes the connection. */
    static final class Lines implements AutoCloseable {
        private final HttpResponse<InputStream> response;
        private final BufferedReader reader;

        Lines(HttpResponse<InputStream> response) {
            this.response = response;
            this.reader = new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8));
        }

        int status() {
            return response.statusCode();
        }

        /** The next line. */
        String next() throws IOException {
            String line = reader.readLine();
            if (line == null) {
                throw new IOException("the stream ended");
            }
            JsonReader.read(line);
            return line;
        }

        /** The lines up to one that begins so. */
        List<String> upTo(String beginning) throws IOException {
            List<String> lines = new ArrayList<>();
            do {
                lines.add(next());
            } while (!lines.getLast().startsWith("{\"" + beginning + "\""));
            return lines;
        }

        /** The lines up to the end of the answer; one that is cut off is an exception. */
        List<String> rest() throws IOException {
            List<String> lines = new ArrayList<>();
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                lines.add(line);
            }
            return lines;
        }

        @Override
        public void close() throws IOException {
            reader.close();
        }
    }

    @Override
    public void close() throws Exception {
        api.close();
        server.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
        vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
        http.close();
        source.close();
        rules.close();
        storage.close();
    }
}
