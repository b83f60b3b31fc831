package io.serai.api.sync;

import io.serai.api.auth.AuthException;
import io.serai.api.auth.Authenticator;
import io.serai.api.auth.Token;
import io.serai.change.Json;
import io.serai.error.ErrorCode;
import io.serai.error.SeraiException;
import io.serai.source.LiveRules;
import io.serai.source.SourceHeads;
import io.serai.storage.BucketStorage;
import io.serai.storage.Checkpoint;
import io.serai.storage.ClientKey;
import io.serai.storage.WriteCheckpoint;
import io.vertx.core.Context;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The sync API of PowerSync's client SDKs. Connections belong to the event loop of the HTTP server; each request has a virtual thread, which may wait.
 * Thread-safe.
 */
public final class SyncApi implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SyncApi.class);

    private static final String STREAM_PATH = "/sync/stream";
    private static final String CHECKPOINT_REQUEST_PATH = "/sync/checkpoint-request";
    private static final String WRITE_CHECKPOINT_PATH = "/write-checkpoint.json";
    private static final String WRITE_CHECKPOINT_2_PATH = "/write-checkpoint2.json";
    private static final String JSON = "application/json";
    private static final String NDJSON = "application/x-ndjson";
    private static final String BSON = "application/vnd.powersync.bson-stream";
    private static final String GZIP = "gzip";
    private static final Duration ENDS_BY_ITSELF = Duration.ofSeconds(2);
    private static final int OK = 200;
    private static final int NO_CONTENT = 204;

    private final Authenticator authenticator;
    private final LiveRules rules;
    private final BucketStorage storage;
    private final SyncLimits limits;
    private final Clock clock;
    private final ChangeBoard board;
    private final WriteCheckpointRequests writeCheckpoints;
    private final GzipOutput.Compressors compressors = new GzipOutput.Compressors();
    private final AtomicInteger requests = new AtomicInteger();
    private final Map<String, Integer> streamsOfUsers = new ConcurrentHashMap<>();
    private final ExecutorService threads = Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("serai-sync-", 0).factory());

    /**
     * Serves nothing before {@link #serve}. Storage, rules and heads stay the caller's.
     *
     * @param sources all sources of service.yaml: a write checkpoint needs each
     */
    public SyncApi(
            Authenticator authenticator,
            LiveRules rules,
            BucketStorage storage,
            List<String> sources,
            SourceHeads heads,
            SyncLimits limits,
            Clock clock) {
        this.authenticator = authenticator;
        this.rules = rules;
        this.storage = storage;
        this.limits = limits;
        this.clock = clock;
        this.board = new ChangeBoard(storage);
        this.writeCheckpoints = new WriteCheckpointRequests(sources, heads, storage, board);
    }

    /** Adds the requests to a server's router. */
    public void serve(Router router) {
        List.of(STREAM_PATH, CHECKPOINT_REQUEST_PATH, WRITE_CHECKPOINT_PATH, WRITE_CHECKPOINT_2_PATH)
                .forEach(path -> router.route(path).handler(this::allowOtherOrigins));
        router.post(STREAM_PATH).handler(withBody(this::stream));
        router.post(CHECKPOINT_REQUEST_PATH).handler(withBody(this::checkpointRequest));
        router.get(WRITE_CHECKPOINT_PATH).handler(withoutBody(this::writeCheckpoint));
        router.get(WRITE_CHECKPOINT_2_PATH).handler(withoutBody(this::writeCheckpoint2));
    }

    /** How many streams are open. */
    public int streams() {
        return board.size();
    }

    /** How many requests are being answered, streams among them. */
    public int requests() {
        return requests.get();
    }

    /** Browsers may send requests from any origin: what they may read is decided by the token alone. */
    private void allowOtherOrigins(RoutingContext request) {
        HttpServerResponse response = request.response();
        response.putHeader(HttpHeaders.ACCESS_CONTROL_ALLOW_ORIGIN, "*");
        if (request.request().method() != HttpMethod.OPTIONS) {
            request.next();
            return;
        }
        String headers = request.request().getHeader(HttpHeaders.ACCESS_CONTROL_REQUEST_HEADERS);
        response.putHeader(HttpHeaders.ACCESS_CONTROL_ALLOW_METHODS, "GET, POST, OPTIONS")
                .putHeader(HttpHeaders.ACCESS_CONTROL_ALLOW_HEADERS, headers == null ? "*" : headers)
                .putHeader(HttpHeaders.ACCESS_CONTROL_MAX_AGE, "3600")
                .setStatusCode(NO_CONTENT)
                .end();
    }

    /** What a request with a body does, on a thread of its own. */
    private interface Action {
        void run(RoutingContext request, Token token, String body)
                throws RequestRefused, ClientGone, InterruptedException;
    }

    /** What is done for a request, on a thread of its own. */
    private interface Work {
        void run() throws RequestRefused, ClientGone, InterruptedException;
    }

    /** Reads the body of those that are let in only: nobody else makes the service hold anything. */
    private Handler<RoutingContext> withBody(Action action) {
        return request -> {
            request.request().pause();
            Context eventLoop = request.vertx().getOrCreateContext();
            execute(request, () -> {
                Token token;
                try {
                    token = authenticated(request.request());
                } catch (RequestRefused e) {
                    eventLoop.runOnContext(nothing -> request.request().resume());
                    throw e;
                }
                eventLoop.runOnContext(nothing -> {
                    new BodyReader(limits, request, body -> execute(request, () -> action.run(request, token, body)))
                            .read();
                    request.request().resume();
                });
            });
        };
    }

    private Handler<RoutingContext> withoutBody(Action action) {
        return request -> execute(request, () -> action.run(request, authenticated(request.request()), ""));
    }

    private void execute(RoutingContext request, Work work) {
        requests.incrementAndGet();
        try {
            threads.execute(() -> answer(request.response(), work));
        } catch (RejectedExecutionException e) {
            requests.decrementAndGet();
            refuse(request.response(), RequestRefused.stopping());
        }
    }

    private void answer(HttpServerResponse response, Work work) {
        try {
            work.run();
        } catch (RequestRefused e) {
            refuse(response, e);
        } catch (ClientGone e) {
            LOG.atDebug().log("A client went away");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            refuse(response, RequestRefused.stopping());
        } catch (RuntimeException | Error e) { // the thread's outermost frame
            LOG.atError().addKeyValue("code", codeOf(e)).setCause(e).log("A request of a client failed");
            refuse(response, RequestRefused.failed());
        } finally {
            requests.decrementAndGet();
        }
    }

    private static String codeOf(Throwable failure) {
        return failure instanceof SeraiException known ? known.code().code() : ErrorCode.BUG.code();
    }

    private Token authenticated(HttpServerRequest request) throws RequestRefused {
        try {
            return authenticator.authenticate(request.getHeader(HttpHeaders.AUTHORIZATION));
        } catch (AuthException e) {
            LOG.atInfo().addKeyValue("reason", e.getMessage()).log("A client was not let in");
            throw RequestRefused.unauthorized(e.wireCode(), e.status(), e.description());
        }
    }

    /** An answer that has begun cannot be replaced by an error: its connection ends. */
    private static void refuse(HttpServerResponse response, RequestRefused refusal) {
        if (response.ended() || response.closed()) {
            return;
        }
        if (response.headWritten()) {
            LOG.atInfo().addKeyValue("reason", refusal.getMessage()).log("A client's stream was ended");
            response.reset();
            return;
        }
        response.headers().remove(HttpHeaders.CONTENT_ENCODING);
        response.setChunked(false).setStatusCode(refusal.status());
        answer(response, refusal.body());
    }

    private static void answer(HttpServerResponse response, Json body) {
        response.putHeader(HttpHeaders.CONTENT_TYPE, JSON).end(body.text());
    }

    private void stream(RoutingContext context, Token token, String body)
            throws RequestRefused, ClientGone, InterruptedException {
        StreamRequest request = StreamRequest.parse(body);
        HttpServerResponse response = context.response();
        Inbox inbox = new Inbox();
        HttpOutput output = new HttpOutput(response, limits.patience());
        boolean isBson = prefersBson(context.request().getHeader(HttpHeaders.ACCEPT));
        boolean isGzip = Accepted.weight(context.request().getHeader(HttpHeaders.ACCEPT_ENCODING), GZIP) > 0;
        Handler<@Nullable Void> gone = nothing -> {
            inbox.close();
            output.gone();
        };
        response.closeHandler(gone);
        response.exceptionHandler(failure -> gone.handle(null));
        context.request().exceptionHandler(failure -> gone.handle(null));
        if (response.closed()) { // before anybody listened
            return;
        }
        response.setStatusCode(OK)
                .setChunked(true)
                .putHeader(HttpHeaders.CONTENT_TYPE, isBson ? BSON : NDJSON)
                .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
                .putHeader("X-Accel-Buffering", "no");
        if (isGzip) {
            response.putHeader(HttpHeaders.CONTENT_ENCODING, GZIP);
        }
        Output compressed = isGzip ? new GzipOutput(output, compressors) : output;
        ClientKey client = new ClientKey(token.userId(), request.clientId());
        enter(token.userId());
        try {
            board.add(client, inbox);
            new SyncStream(
                            storage,
                            rules,
                            board,
                            limits,
                            clock,
                            request,
                            token,
                            inbox,
                            isBson ? new BsonFrames(request.rawData()) : new JsonFrames(request.rawData()),
                            compressed)
                    .run();
            compressed.end();
        } finally {
            board.remove(client, inbox);
            leave(token.userId());
        }
    }

    private static boolean prefersBson(@Nullable String accept) {
        return Accepted.weight(accept, BSON) > Accepted.weight(accept, NDJSON);
    }

    private void enter(String user) throws RequestRefused {
        int open = streamsOfUsers.merge(user, 1, Integer::sum);
        if (open > limits.streams()) {
            leave(user);
            throw RequestRefused.tooManyStreams(limits.streams());
        }
    }

    private void leave(String user) {
        streamsOfUsers.computeIfPresent(user, (u, open) -> open == 1 ? null : open - 1);
    }

    private void writeCheckpoint2(RoutingContext context, Token token, String body)
            throws RequestRefused, InterruptedException {
        WriteCheckpoint checkpoint = writeCheckpoints.request(client(context, token), OptionalLong.empty());
        answer(context.response(), Json.object("data", Json.object("write_checkpoint", Json.digits(checkpoint.id()))));
    }

    private void writeCheckpoint(RoutingContext context, Token token, String body)
            throws RequestRefused, ClientGone, InterruptedException {
        CompletableFuture<Checkpoint> shown = writeCheckpoints.awaitHead();
        context.response().closeHandler(nothing -> shown.cancel(false));
        if (context.response().closed()) { // before anybody listened
            throw new ClientGone();
        }
        Checkpoint reached;
        try {
            reached = shown.get();
        } catch (CancellationException e) {
            throw new ClientGone();
        } catch (ExecutionException e) {
            throw RequestRefused.unavailable("The sources were not replicated in time.");
        }
        answer(
                context.response(),
                Json.object(
                        "data",
                        Json.object("checkpoint", Json.digits(reached.opId().value()))));
    }

    private void checkpointRequest(RoutingContext context, Token token, String body)
            throws RequestRefused, InterruptedException {
        if (!(RequestJson.read(body) instanceof Json.Object members)) {
            throw RequestRefused.invalid("The request's body is not a JSON object.");
        }
        String clientId = StreamRequest.clientId(members.get("client_id"));
        WriteCheckpoint checkpoint = writeCheckpoints.request(
                new ClientKey(token.userId(), clientId),
                OptionalLong.of(RequestJson.number(members.get("checkpoint_request_id"), "\"checkpoint_request_id\"")));
        answer(
                context.response(),
                Json.object("data", Json.object("checkpoint_request_id", Json.digits(checkpoint.id()))));
    }

    private static ClientKey client(RoutingContext context, Token token) throws RequestRefused {
        String client = context.request().getParam("client_id");
        return new ClientKey(token.userId(), client == null ? "" : StreamRequest.clientId(new Json.Text(client)));
    }

    /** Ends all streams; those whose clients take nothing are cut off. */
    @Override
    public void close() {
        board.close();
        threads.shutdown();
        try {
            if (!threads.awaitTermination(ENDS_BY_ITSELF.toMillis(), TimeUnit.MILLISECONDS)) {
                threads.shutdownNow();
            }
        } catch (InterruptedException e) {
            threads.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }
}
