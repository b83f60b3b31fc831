package io.serai.source.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

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
