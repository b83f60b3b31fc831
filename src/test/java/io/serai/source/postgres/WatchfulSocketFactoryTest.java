package io.serai.source.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class WatchfulSocketFactoryTest {
    private static final WatchfulSocketFactory FACTORY = new WatchfulSocketFactory(Duration.ofMillis(300));

    @Test
    void givesUpAServerThatSaysNothingForLong() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                Socket client = FACTORY.createSocket(server.getInetAddress(), server.getLocalPort());
                Socket silent = server.accept()) {
            client.setSoTimeout(20);
            InputStream in = client.getInputStream();

            assertThatThrownBy(() -> readUntilItFails(in))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("nothing was heard");
            assertThat(silent.isConnected()).isTrue();
        }
    }

    @Test
    @Timeout(value = 10, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void givesUpAServerThatFallsSilentInTheMiddleOfAMessage() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                Socket client = FACTORY.createSocket(server.getInetAddress(), server.getLocalPort());
                Socket silent = server.accept()) {
            InputStream in = client.getInputStream();
            poll(client, in);
            silent.getOutputStream().write('w');
            assertThat(in.read(new byte[8], 0, 8)).isEqualTo(1);

            assertThatThrownBy(() -> in.read(new byte[8], 0, 8))
                    .isInstanceOf(IOException.class)
                    .isNotInstanceOf(
                            SocketTimeoutException.class) // which pgjdbc would take for a pause between messages
                    .hasMessageContaining("nothing was heard");
        }
    }

    /** The answer to a command can take hours: a slot is made when all transactions before it have ended. */
    @Test
    void waitsForAnAnswerBeforeTheFirstPoll() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                Socket client = FACTORY.createSocket(server.getInetAddress(), server.getLocalPort());
                Socket slow = server.accept()) {
            InputStream in = client.getInputStream();
            CompletableFuture.delayedExecutor(600, TimeUnit.MILLISECONDS).execute(() -> write(slow, 'C'));

            assertThat(in.read(new byte[8], 0, 8)).isEqualTo(1);
        }
    }

    @Test
    void countsOnlyTheTimeInWhichSomebodyReads() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                Socket client = FACTORY.createSocket(server.getInetAddress(), server.getLocalPort());
                Socket slow = server.accept()) {
            client.setSoTimeout(20);
            InputStream in = client.getInputStream();
            for (int i = 0; i < 3; i++) {
                slow.getOutputStream().write(i);
                Thread.sleep(400); // nobody reads, as with a full queue: the time is what is tested

                assertThat(in.read(new byte[8], 0, 8)).isEqualTo(1);
                assertThatThrownBy(() -> in.read(new byte[8], 0, 8)).isInstanceOf(SocketTimeoutException.class);
            }
        }
    }

    private static void write(Socket socket, int value) {
        try {
            socket.getOutputStream().write(value);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** As pgjdbc's replication stream does between two messages. */
    private static void poll(Socket client, InputStream in) throws IOException {
        client.setSoTimeout(1);
        assertThatThrownBy(() -> in.read(new byte[8], 0, 8)).isInstanceOf(SocketTimeoutException.class);
        client.setSoTimeout(0);
    }

    private static void readUntilItFails(InputStream in) throws IOException {
        while (true) {
            try {
                in.read(new byte[8], 0, 8);
            } catch (SocketTimeoutException e) {
                // as pgjdbc's replication stream does, which then reads again
            }
        }
    }
}
