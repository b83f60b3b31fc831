package io.serai.api.sync;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * The body of a response. One piece is on its way at a time, so a client that reads slowly holds one piece here and makes its own thread wait. Used by
 * one thread, and told by the event loop when the client goes.
 */
final class HttpOutput implements Output {
    private final HttpServerResponse response;
    private final Duration patience;
    private final Semaphore room = new Semaphore(1);
    private volatile boolean isGone;

    HttpOutput(HttpServerResponse response, Duration patience) {
        this.response = response;
        this.patience = patience;
    }

    @Override
    public void write(byte[] bytes) throws ClientGone, InterruptedException {
        awaitRoom();
        response.write(Buffer.buffer(bytes)).onComplete(written -> {
            if (written.failed()) {
                isGone = true;
            }
            room.release();
        });
    }

    @Override
    public void end() throws ClientGone, InterruptedException {
        awaitRoom();
        response.end();
    }

    private void awaitRoom() throws ClientGone, InterruptedException {
        if (isGone) {
            throw new ClientGone();
        }
        if (!room.tryAcquire(patience.toMillis(), TimeUnit.MILLISECONDS)) {
            response.reset();
            throw new ClientGone();
        }
        if (isGone) {
            throw new ClientGone();
        }
    }

    /** The client is gone: nobody waits for it any more. */
    void gone() {
        isGone = true;
        room.release();
    }
}
