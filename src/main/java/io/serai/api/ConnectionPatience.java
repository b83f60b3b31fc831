package io.serai.api;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Closes connections that nobody uses: those on which no request has begun since they were opened, as when headers come by drops, and those on which none
 * has begun since the last answer ended. The former are closed after the patience, the latter after up to twice as long. Thread-safe.
 */
final class ConnectionPatience {
    private static final int SWITCHING_PROTOCOLS = 101;

    private final Vertx vertx;
    private final Duration patience;
    private final Map<HttpConnection, Watch> watches = new ConcurrentHashMap<>();

    ConnectionPatience(Vertx vertx, Duration patience) {
        this.vertx = vertx;
        this.patience = patience;
    }

    /** Takes note of a connection, on its event loop; it is to be of HTTP/1, where one request follows the other. */
    void opened(HttpConnection connection) {
        Watch watch = new Watch(connection);
        watches.put(connection, watch);
        watch.begin();
    }

    /** Takes note of a request, whose headers are all there. */
    void begun(HttpServerRequest request) {
        Watch watch = watches.get(request.connection());
        if (watch != null) {
            watch.newest = request;
        }
    }

    /** Looks at one connection now and then, on its event loop. */
    private final class Watch {
        private final HttpConnection connection;
        private long timer;
        private @Nullable HttpServerRequest newest;
        private boolean wasIdle = true;
        private @Nullable HttpServerRequest seen;

        Watch(HttpConnection connection) {
            this.connection = connection;
        }

        void begin() {
            connection.closeHandler(nothing -> {
                vertx.cancelTimer(timer);
                watches.remove(connection);
            });
            lookLater();
        }

        private void lookLater() {
            timer = vertx.setTimer(patience.toMillis(), id -> look());
        }

        private void look() {
            HttpServerRequest request = newest;
            boolean isIdle = request == null || request.response().ended();
            if (isIdle && wasIdle && request == seen) {
                connection.close();
            } else if (request == null || request.response().getStatusCode() != SWITCHING_PROTOCOLS) {
                wasIdle = isIdle;
                seen = request;
                lookLater();
            }
        }
    }
}
