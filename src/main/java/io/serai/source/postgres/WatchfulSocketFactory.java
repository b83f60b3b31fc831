package io.serai.source.postgres;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import javax.net.SocketFactory;
import jdk.net.ExtendedSocketOptions;

/**
 * Makes sockets that notice when the other end is gone. The kernel probes an idle connection; and where the reader polls with a timeout, as
 * pgjdbc's replication stream does, a server that says nothing for long although it is asked again and again, or that falls silent in the middle of
 * a message, counts as gone. pgjdbc itself would wait for ever, and its {@code socketTimeout} would cut a message of the log in two, because the
 * stream takes a timeout for a pause between messages. Public because pgjdbc makes it by its name. Thread-safe.
 */
public final class WatchfulSocketFactory extends SocketFactory {
    private static final int PROBE_AFTER_SECONDS = 20;
    private static final int PROBE_EVERY_SECONDS = 5;
    private static final int PROBES = 4;
    private static final Duration MAX_SILENCE = Duration.ofSeconds(45);

    /** Whoever waits for less than this polls; the answer to a command can take hours. */
    private static final int POLL_MILLIS = 1000;

    private final long maxSilenceNanos;

    /** The factory for pgjdbc. */
    public WatchfulSocketFactory() {
        this(MAX_SILENCE);
    }

    WatchfulSocketFactory(Duration maxSilence) {
        this.maxSilenceNanos = maxSilence.toNanos();
    }

    @Override
    public Socket createSocket() throws IOException {
        Socket socket = new WatchfulSocket(maxSilenceNanos);
        socket.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
        if (socket.supportedOptions().contains(ExtendedSocketOptions.TCP_KEEPIDLE)) {
            socket.setOption(ExtendedSocketOptions.TCP_KEEPIDLE, PROBE_AFTER_SECONDS);
            socket.setOption(ExtendedSocketOptions.TCP_KEEPINTERVAL, PROBE_EVERY_SECONDS);
            socket.setOption(ExtendedSocketOptions.TCP_KEEPCOUNT, PROBES);
        }
        return socket;
    }

    @Override
    public Socket createSocket(String host, int port) throws IOException {
        return connected(new InetSocketAddress(host, port));
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress localHost, int localPort) throws IOException {
        return createSocket(host, port);
    }

    @Override
    public Socket createSocket(InetAddress host, int port) throws IOException {
        return connected(new InetSocketAddress(host, port));
    }

    @Override
    public Socket createSocket(InetAddress address, int port, InetAddress localAddress, int localPort)
            throws IOException {
        return createSocket(address, port);
    }

    private Socket connected(InetSocketAddress address) throws IOException {
        Socket socket = createSocket();
        socket.connect(address);
        return socket;
    }

    private static final class WatchfulSocket extends Socket {
        private final long maxSilenceNanos;
        private volatile boolean isPolled;

        private WatchfulSocket(long maxSilenceNanos) {
            this.maxSilenceNanos = maxSilenceNanos;
        }

        /** Between two polls a read is one in a message: it waits for no more than the longest silence. */
        @Override
        public void setSoTimeout(int timeout) throws SocketException {
            isPolled |= timeout > 0 && timeout < POLL_MILLIS;
            boolean isInMessage = isPolled && timeout == 0;
            super.setSoTimeout(isInMessage ? (int) TimeUnit.NANOSECONDS.toMillis(maxSilenceNanos) : timeout);
        }

        @Override
        public InputStream getInputStream() throws IOException {
            return new WatchfulStream(super.getInputStream(), maxSilenceNanos);
        }
    }

    /** Measures from the begin of the first read that ended empty-handed to the next that did not; time without reads does not count. */
    private static final class WatchfulStream extends FilterInputStream {
        private final long maxSilenceNanos;
        private boolean silent;
        private long silentSince;

        private WatchfulStream(InputStream in, long maxSilenceNanos) {
            super(in);
            this.maxSilenceNanos = maxSilenceNanos;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            long began = System.nanoTime();
            try {
                int count = super.read(target, offset, length);
                silent = false;
                return count;
            } catch (SocketTimeoutException e) {
                if (!silent) {
                    silent = true;
                    silentSince = began;
                }
                long silence = System.nanoTime() - silentSince;
                if (silence >= maxSilenceNanos) {
                    throw new IOException(
                            "nothing was heard from the server for " + TimeUnit.NANOSECONDS.toSeconds(silence) + " s",
                            e);
                }
                throw e;
            }
        }
    }
}
