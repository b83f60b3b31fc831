package io.serai.api.sync;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/** Takes the body of a request, if it is not too large and comes in time. Confined to the request's event loop. */
final class BodyReader {
    private static final String TOO_SLOW = "The request's body did not come in time.";

    private final SyncLimits limits;
    private final RoutingContext context;
    private final Consumer<String> then;
    private final Buffer body = Buffer.buffer();
    private boolean isDone;

    BodyReader(SyncLimits limits, RoutingContext context, Consumer<String> then) {
        this.limits = limits;
        this.context = context;
        this.then = then;
    }

    void read() {
        HttpServerRequest request = context.request();
        if (context.response().closed()) { // before anybody listened
            return;
        }
        long timer =
                context.vertx().setTimer(limits.patience().toMillis(), t -> refuse(RequestRefused.invalid(TOO_SLOW)));
        context.response().closeHandler(nothing -> {
            isDone = true;
            context.vertx().cancelTimer(timer);
        });
        request.handler(piece -> {
            if (isDone) {
                return;
            }
            if (body.length() + piece.length() > limits.bodyBytes()) {
                context.vertx().cancelTimer(timer);
                refuse(RequestRefused.tooLarge(limits.bodyBytes()));
            } else {
                body.appendBuffer(piece);
            }
        });
        request.endHandler(nothing -> {
            context.vertx().cancelTimer(timer);
            if (!isDone) {
                isDone = true;
                then.accept(body.toString(StandardCharsets.UTF_8));
            }
        });
    }

    /** What is left of the body is not waited for: the connection ends with the answer. */
    private void refuse(RequestRefused refusal) {
        if (isDone) {
            return;
        }
        isDone = true;
        context.response()
                .setStatusCode(refusal.status())
                .putHeader("Content-Type", "application/json")
                .putHeader("Connection", "close")
                .end(refusal.body().text())
                .onComplete(ended -> context.request().connection().close());
    }
}
