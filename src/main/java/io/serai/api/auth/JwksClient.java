package io.serai.api.auth;

import io.serai.error.ErrorCode;
import io.serai.error.SeraiException;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.SocketAddress;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Predicate;

/**
 * Fetches sets of keys. A host's addresses are looked at before anything is sent, and the one that was looked at is the one that is asked, so that neither the
 * name nor a redirect leads to a server that is excluded. Thread-safe.
 */
final class JwksClient implements AutoCloseable {
    /** How servers are asked. Certificates are verified with Java's own authorities. */
    static final HttpClientOptions OPTIONS = new HttpClientOptions()
            .setConnectTimeout(3_000)
            .setForceSni(true)
            .setMaxPoolSize(1)
            .setKeepAlive(false);

    private static final int MAX_BYTES = 256 * 1024;
    private static final long TIMEOUT_MILLIS = 5_000;
    private static final int OK = 200;

    private final Predicate<InetAddress> isAllowed;
    private final HttpClientOptions options;
    private final Vertx vertx = Vertx.vertx(new VertxOptions()
            .setEventLoopPoolSize(1)
            .setWorkerPoolSize(2)
            .setInternalBlockingPoolSize(2)
            .setFileSystemOptions(
                    new FileSystemOptions().setFileCachingEnabled(false).setClassPathResolvingEnabled(false)));

    /** @param isAllowed whether a server with this address may be asked */
    JwksClient(Predicate<InetAddress> isAllowed, HttpClientOptions options) {
        this.isAllowed = isAllowed;
        this.options = new HttpClientOptions(options);
    }

    /** Answers within five seconds; {@link #failure} tells what it failed with. */
    CompletableFuture<KeySet> get(URI uri) {
        HttpClient client = vertx.createHttpClient(options);
        Promise<String> body = Promise.promise();
        long timer = vertx.setTimer(
                TIMEOUT_MILLIS, id -> body.tryFail("there is no whole answer within " + TIMEOUT_MILLIS / 1000 + " s"));
        vertx.executeBlocking(() -> address(uri), false)
                .compose(address -> client.request(request(uri, address)))
                // listened to as it is sent: by the time this thread has added a step, the answer may have ended
                .compose(request -> request.send().onSuccess(answer -> read(answer, body)))
                .onFailure(body::tryFail);
        return body.future()
                .map(KeySet::served)
                .onComplete(done -> {
                    vertx.cancelTimer(timer);
                    client.close();
                })
                .toCompletionStage()
                .toCompletableFuture();
    }

    /** The first address of the host, when all of them are allowed. */
    private InetSocketAddress address(URI uri) throws Exception {
        List<InetAddress> addresses = List.of(InetAddress.getAllByName(uri.getHost()));
        for (InetAddress address : addresses) {
            if (!isAllowed.test(address)) {
                throw new SeraiException(
                        ErrorCode.KEYS_ADDRESS_REFUSED,
                        "The server of a jwks_uri has the address " + address.getHostAddress() + ", which is excluded",
                        "host " + uri.getHost(),
                        ErrorCode.KEYS_ADDRESS_REFUSED.remedy());
            }
        }
        int port = uri.getPort() >= 0 ? uri.getPort() : isTls(uri) ? 443 : 80;
        return new InetSocketAddress(addresses.getFirst(), port);
    }

    private static RequestOptions request(URI uri, InetSocketAddress address) {
        String query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
        String path = uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
        return new RequestOptions()
                .setMethod(HttpMethod.GET)
                .setServer(SocketAddress.inetSocketAddress(
                        address.getPort(), address.getAddress().getHostAddress()))
                .setHost(uri.getHost())
                .setPort(address.getPort())
                .setSsl(isTls(uri))
                .setURI(path + query)
                .putHeader("Accept", "application/json");
    }

    private static void read(HttpClientResponse answer, Promise<String> body) {
        if (answer.statusCode() != OK) {
            body.tryFail("its server answers " + answer.statusCode());
            return;
        }
        Buffer bytes = Buffer.buffer();
        answer.exceptionHandler(body::tryFail);
        answer.handler(piece -> {
            bytes.appendBuffer(piece);
            if (bytes.length() > MAX_BYTES) {
                answer.pause();
                body.tryFail("the answer is larger than " + MAX_BYTES + " bytes");
            }
        });
        answer.endHandler(end -> body.tryComplete(bytes.toString(StandardCharsets.UTF_8)));
    }

    /** What {@link #get} failed with, for people. */
    SeraiException failure(URI uri, Throwable thrown) {
        Throwable cause =
                thrown instanceof CompletionException && thrown.getCause() != null ? thrown.getCause() : thrown;
        if (cause instanceof SeraiException known) {
            return known;
        }
        return new SeraiException(
                ErrorCode.KEYS_UNAVAILABLE,
                "The keys of a jwks_uri cannot be fetched: " + cause.getMessage(),
                "host " + uri.getHost(),
                ErrorCode.KEYS_UNAVAILABLE.remedy(),
                cause);
    }

    private static boolean isTls(URI uri) {
        return uri.getScheme().equalsIgnoreCase("https");
    }

    @Override
    public void close() {
        Future<Void> closed = vertx.close();
        closed.toCompletionStage().toCompletableFuture().join();
    }
}
