package io.serai.testsupport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TcpProxyTest {
    private final AtomicInteger ended = new AtomicInteger();
    private ServerSocket server;
    private TcpProxy proxy;

    @BeforeEach
    void startAnEchoServer() throws IOException {
        server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::echo);
        proxy = TcpProxy.before("127.0.0.1", server.getLocalPort());
    }

    @AfterEach
    void stop() throws IOException {
        proxy.close();
        server.close();
    }

    @Test
    void passesEverythingOnUntilAFault() throws IOException {
        try (Socket client = connect()) {
            assertThat(ask(client, "hello")).isEqualTo("hello");
        }
    }

    @Test
    void holdsBackWhatIsSentWhileItStalls() throws IOException {
        try (Socket client = connect()) {
            proxy.stall();
            client.setSoTimeout(100);
            assertThatThrownBy(() -> ask(client, "hello")).isInstanceOf(SocketTimeoutException.class);

            proxy.resume();

            client.setSoTimeout(10_000);
            assertThat(receive(client, 5)).isEqualTo("hello");
        }
    }

    @Test
    void holdsBackOnlyTheServersWordsWhileItIsHalved() throws IOException {
        try (Socket client = connect()) {
            proxy.halve();
            client.setSoTimeout(100);
            assertThatThrownBy(() -> ask(client, "hello")).isInstanceOf(SocketTimeoutException.class);

            proxy.resume();

            client.setSoTimeout(10_000);
            assertThat(receive(client, 5)).isEqualTo("hello");
        }
    }

    @Test
    void endsConnectionsAndRefusesNewOnesWhileItIsCut() throws IOException {
        try (Socket client = connect()) {
            ask(client, "hello");
            proxy.cut();
            assertThatThrownBy(() -> receive(client, 1)).isInstanceOf(IOException.class);
        }
        assertThatThrownBy(() -> {
                    try (Socket refused = connect()) {
                        ask(refused, "hello");
                    }
                })
                .isInstanceOf(IOException.class);

        proxy.resume();

        try (Socket client = connect()) {
            assertThat(ask(client, "again")).isEqualTo("again");
        }
    }

    @Test
    void cutsInTheMiddleOfAMessage() throws IOException {
        try (Socket client = connect()) {
            proxy.cutAfter(3);

            assertThatThrownBy(() -> ask(client, "hello")).isInstanceOf(IOException.class);
        }
    }

    @Test
    void passesEveryByteOnAlsoOneByOneOrSlowly() throws IOException {
        try (Socket client = connect()) {
            proxy.trickle();
            assertThat(ask(client, "one by one")).isEqualTo("one by one");

            proxy.slow(100);
            long before = System.nanoTime();
            assertThat(ask(client, "slowly")).isEqualTo("slowly");
            assertThat(Duration.ofNanos(System.nanoTime() - before)).isGreaterThan(Duration.ofMillis(50));
        }
    }

    @Test
    void hidesFromTheClientThatItLostTheServerUntilItEnds() throws IOException {
        try (Socket client = connect()) {
            ask(client, "hello");
            proxy.loseServer();
            client.setSoTimeout(100);
            assertThatThrownBy(() -> ask(client, "hello")).isInstanceOf(SocketTimeoutException.class);
            try (Socket next = connect()) {
                assertThat(ask(next, "next")).isEqualTo("next");
            }

            proxy.resume();

            client.setSoTimeout(10_000);
            assertThatThrownBy(() -> receive(client, 1)).isInstanceOf(SocketException.class);
        }
    }

    @Test
    void hidesFromTheServerThatItLostTheClientUntilItEnds() throws IOException {
        try (Socket client = connect()) {
            ask(client, "hello");
            proxy.loseClient();
            assertThatThrownBy(() -> ask(client, "hello")).isInstanceOf(IOException.class);
            await().during(Duration.ofMillis(200)).until(() -> ended.get() == 0);

            proxy.resume();

            await().until(() -> ended.get() == 1);
        }
    }

    private Socket connect() throws IOException {
        Socket client = new Socket(proxy.host(), proxy.port());
        client.setSoTimeout(10_000);
        return client;
    }

    private static String ask(Socket client, String text) throws IOException {
        client.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
        return receive(client, text.length());
    }

    private static String receive(Socket client, int length) throws IOException {
        byte[] received = client.getInputStream().readNBytes(length);
        if (received.length < length) {
            throw new IOException("the connection ended after " + received.length + " bytes");
        }
        return new String(received, StandardCharsets.UTF_8);
    }

    private void echo() {
        while (!server.isClosed()) {
            try {
                Socket connection = server.accept();
                Thread.ofVirtual().start(() -> {
                    try (connection;
                            InputStream in = connection.getInputStream()) {
                        in.transferTo(connection.getOutputStream());
                    } catch (IOException e) {
                        // the client has gone
                    } finally {
                        ended.incrementAndGet();
                    }
                });
            } catch (IOException e) {
                return;
            }
        }
    }
}
