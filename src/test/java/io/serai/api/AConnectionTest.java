package io.serai.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.serai.error.ErrorCode;
import io.serai.error.SeraiException;
import io.vertx.ext.web.Router;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.camel.CamelContext;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class AConnectionTest {
    private static final Duration PATIENCE = Duration.ofMillis(1500);
    private static final String REQUEST = "GET /probes/startup HTTP/1.1\r\nHost: x\r\n\r\n";

    private final CamelContext context = new DefaultCamelContext();
    private int port;
    private Router router;

    @BeforeEach
    void start() throws Exception {
        context.start();
        port = ApiServer.freePort(0);
        router = ApiServer.start(context, port, PATIENCE, Optional.empty());
    }

    @AfterEach
    void stop() {
        context.stop();
    }

    @Test
    void onWhichHeadersComeByDropsIsClosedAndOthersAreServedMeanwhile() throws Exception {
        long begun = System.nanoTime();
        try (Socket slow = socket()) {
            slow.getOutputStream().write("GET /probes/startup HTTP/1.1\r\n".getBytes(StandardCharsets.US_ASCII));
            try (Socket other = socket()) {
                assertThat(answer(other)).startsWith("HTTP/1.1 200");
            }

            assertThat(isClosedUnder("X: y\r\n", slow)).isTrue();

            assertThat(Duration.ofNanos(System.nanoTime() - begun)).isBetween(PATIENCE, PATIENCE.multipliedBy(10));
        }
    }

    @Test
    void thatIsSilentIsClosed() throws Exception {
        try (Socket socket = socket()) {
            assertThat(socket.getInputStream().read()).isEqualTo(-1);
        }
    }

    @Test
    void thatIsKeptAliveIsClosedWhenNothingMoreIsAsked() throws Exception {
        try (Socket socket = socket()) {
            assertThat(answer(socket)).startsWith("HTTP/1.1 200");

            assertThat(socket.getInputStream().read()).isEqualTo(-1);
        }
    }

    @Test
    void thatIsUsedNowAndThenStays() throws Exception {
        try (Socket socket = socket()) {
            for (int i = 0; i < 12; i++) {
                assertThat(answer(socket)).startsWith("HTTP/1.1 200");
                await().pollDelay(PATIENCE.dividedBy(5)).until(() -> true);
            }
        }
    }

    @Test
    void whoseRequestTakesLongStaysUntilItsAnswer() throws Exception {
        router.get("/slow")
                .handler(request -> request.vertx()
                        .setTimer(
                                PATIENCE.multipliedBy(3).toMillis(),
                                id -> request.response().end("done")));
        try (Socket socket = socket()) {
            socket.getOutputStream().write("GET /slow HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII));

            String all = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

            assertThat(all).startsWith("HTTP/1.1 200").endsWith("done");
        }
    }

    @Test
    void whoseClientClosesItsHalfIsClosedAtOnce() throws Exception {
        try (Socket socket = socket()) {
            long begun = System.nanoTime();
            socket.getOutputStream().write("GET /".getBytes(StandardCharsets.US_ASCII));

            socket.shutdownOutput();

            assertThat(socket.getInputStream().read()).isEqualTo(-1);
            assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(PATIENCE);
        }
    }

    @Test
    void thatBecameAWebSocketStays() throws Exception {
        router.get("/socket")
                .handler(request -> request.request()
                        .toWebSocket()
                        .onSuccess(socket -> socket.handler(text -> socket.writeTextMessage(text.toString()))));
        BlockingQueue<String> heard = new LinkedBlockingQueue<>();
        try (HttpClient client = HttpClient.newHttpClient()) {
            WebSocket socket = client.newWebSocketBuilder()
                    .buildAsync(URI.create("ws://127.0.0.1:" + port + "/socket"), new Listener(heard))
                    .get(10, TimeUnit.SECONDS);
            await().pollDelay(PATIENCE.multipliedBy(3)).until(() -> true);

            socket.sendText("there?", true).get(10, TimeUnit.SECONDS);

            assertThat(heard.poll(10, TimeUnit.SECONDS)).isEqualTo("there?");
            socket.abort();
        }
    }

    @Test
    void toAPortThatIsTakenEndsTheStart() throws Exception {
        try (CamelContext other = new DefaultCamelContext()) {
            assertThatThrownBy(() -> ApiServer.start(other, port, PATIENCE, Optional.empty()))
                    .satisfies(failure ->
                            assertThat(((SeraiException) failure).code()).isEqualTo(ErrorCode.API_PORT));
        }
    }

    @Test
    void isServedByRoutesOfAUserToo() throws Exception {
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("platform-http:/hello").setBody(constant("hello"));
            }
        });
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpResponse<String> response = client.send(
                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/hello"))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());

            assertThat(response.body()).isEqualTo("hello");
        }
    }

    /** Sends one line after the other until the connection is gone. */
    private static boolean isClosedUnder(String line, Socket socket) throws Exception {
        socket.setSoTimeout(50);
        for (int i = 0; i < 400; i++) {
            try {
                socket.getOutputStream().write(line.getBytes(StandardCharsets.US_ASCII));
                if (socket.getInputStream().read() < 0) {
                    return true;
                }
            } catch (SocketTimeoutException e) {
                // it is still open
            } catch (SocketException e) {
                return true;
            }
        }
        return false;
    }

    private Socket socket() throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(20_000);
        return socket;
    }

    private static String answer(Socket socket) throws IOException {
        socket.getOutputStream().write(REQUEST.getBytes(StandardCharsets.US_ASCII));
        StringBuilder read = new StringBuilder();
        InputStream in = socket.getInputStream();
        while (read.indexOf("}}") < 0) {
            int next = in.read();
            if (next < 0) {
                throw new IOException("closed after \"" + read + "\"");
            }
            read.append((char) next);
        }
        return read.toString();
    }

    private record Listener(BlockingQueue<String> heard) implements WebSocket.Listener {
        @Override
        public @Nullable CompletionStage<?> onText(WebSocket socket, CharSequence text, boolean last) {
            heard.add(text.toString());
            return null;
        }
    }
}
