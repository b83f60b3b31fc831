package io.serai.testsupport;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The network between a client and a server of a test, and its faults. It listens on a loopback port of its own and passes on what comes,
 * until it is told otherwise; {@link #resume} ends each fault. Thread-safe.
 */
public final class TcpProxy implements AutoCloseable {
    private static final int BUFFER_BYTES = 16 * 1024;

    private enum State {
        /** Everything is passed on. */
        FLOWING,
        /** Connections stay, but nothing moves in either direction. */
        STALLED,
        /** What the server sends does not arrive; what the client sends does. */
        HALVED,
        /** New connections are closed at once. */
        CUT
    }

    private final InetSocketAddress server;
    private final ServerSocket listener;
    private final Object lock = new Object();

    @GuardedBy("lock")
    private final Set<Socket> sockets = new HashSet<>();

    @GuardedBy("lock")
    private State state = State.FLOWING;

    /** How many bytes of the server still pass before everything is cut. */
    @GuardedBy("lock")
    private long bytesBeforeCut = Long.MAX_VALUE;

    @GuardedBy("lock")
    private int accepted;

    private TcpProxy(InetSocketAddress server, ServerSocket listener) {
        this.server = server;
        this.listener = listener;
    }

    /** Starts a proxy before the server at this address. */
    public static TcpProxy before(String host, int port) {
        try {
            TcpProxy proxy = new TcpProxy(
                    new InetSocketAddress(host, port), new ServerSocket(0, 50, InetAddress.getLoopbackAddress()));
            Thread.ofVirtual().name("proxy-accept").start(proxy::accept);
            return proxy;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Starts a proxy before a server of a test. */
    public static TcpProxy before(PostgresServer server) {
        return before(server.host(), server.port());
    }

    /** Where clients connect to instead of to the server. */
    public String host() {
        return "127.0.0.1";
    }

    /** Where clients connect to instead of to the server. */
    public int port() {
        return listener.getLocalPort();
    }

    /** How many connections clients have opened so far. */
    public int accepted() {
        synchronized (lock) {
            return accepted;
        }
    }

    /** Resets all connections, and each new one, until {@link #resume}. */
    public void cut() {
        enter(State.CUT);
        resetAll();
    }

    /** Resets all connections once; new ones are passed on. */
    public void cutOnce() {
        cut();
        resume();
    }

    /** Lets this many more bytes of the server pass, in all connections together, and then {@link #cut}s. */
    public void cutAfter(long bytes) {
        synchronized (lock) {
            bytesBeforeCut = bytes;
        }
    }

    /** Keeps all connections, but passes nothing on, until {@link #resume}. Nothing is lost. */
    public void stall() {
        enter(State.STALLED);
    }

    /** Holds back what the server sends, until {@link #resume}; what clients send arrives. */
    public void halve() {
        enter(State.HALVED);
    }

    /** Ends the fault: what was held back goes on, and new connections are passed on. */
    public void resume() {
        enter(State.FLOWING);
    }

    @Override
    public void close() {
        try {
            listener.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            cut();
        }
    }

    private void enter(State next) {
        synchronized (lock) {
            state = next;
            bytesBeforeCut = Long.MAX_VALUE;
            lock.notifyAll();
        }
    }

    private void resetAll() {
        List<Socket> open;
        synchronized (lock) {
            open = new ArrayList<>(sockets);
            sockets.clear();
        }
        open.forEach(TcpProxy::reset);
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                connect(listener.accept());
            } catch (IOException e) {
                // the listener was closed, or the server is down: the client sees its connection end
            }
        }
    }

    private void connect(Socket client) throws IOException {
        boolean isCut;
        synchronized (lock) {
            accepted++;
            isCut = state == State.CUT;
        }
        if (isCut) {
            reset(client);
            return;
        }
        Socket upstream = new Socket();
        try {
            upstream.connect(server, 5_000);
        } catch (IOException e) {
            reset(client);
            throw e;
        }
        client.setTcpNoDelay(true);
        upstream.setTcpNoDelay(true);
        synchronized (lock) {
            sockets.add(client);
            sockets.add(upstream);
        }
        Thread.ofVirtual().name("proxy-to-server").start(() -> pass(client, upstream, false));
        Thread.ofVirtual().name("proxy-to-client").start(() -> pass(upstream, client, true));
    }

    private void pass(Socket from, Socket to, boolean isFromServer) {
        byte[] buffer = new byte[BUFFER_BYTES];
        try (from;
                to;
                InputStream in = from.getInputStream();
                OutputStream out = to.getOutputStream()) {
            for (int length = in.read(buffer); length > 0; length = in.read(buffer)) {
                int allowed = awaitPermission(length, isFromServer);
                out.write(buffer, 0, allowed);
                if (allowed < length) {
                    cut();
                }
            }
        } catch (IOException e) {
            // one side ended or was cut: the other side is closed, too
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            synchronized (lock) {
                sockets.remove(from);
                sockets.remove(to);
            }
        }
    }

    /** Waits until bytes may pass in this direction, and says how many of them. */
    private int awaitPermission(int length, boolean isFromServer) throws InterruptedException {
        synchronized (lock) {
            while (state == State.STALLED || (state == State.HALVED && isFromServer)) {
                lock.wait();
            }
            if (!isFromServer) {
                return length;
            }
            int allowed = (int) Math.min(length, bytesBeforeCut);
            if (bytesBeforeCut != Long.MAX_VALUE) {
                bytesBeforeCut -= allowed;
            }
            return allowed;
        }
    }

    /** Ends a connection without a farewell, as a broken network does. */
    private static void reset(Socket socket) {
        try (socket) {
            socket.setSoLinger(true, 0);
        } catch (IOException e) {
            // it has ended already
        }
    }
}
