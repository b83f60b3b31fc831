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
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * The network between a client and a server of a test, and its faults. It listens on a loopback port of its own and passes on what comes,
 * until it is told otherwise; {@link #resume} ends each fault. Thread-safe.
 */
public final class TcpProxy implements AutoCloseable {
    private static final int BUFFER_BYTES = 16 * 1024;
    private static final int SLICE_MILLIS = 20;

    private enum State {
        /** Everything is passed on. */
        FLOWING,
        /** Connections stay, but nothing moves in either direction. */
        STALLED,
        /** What the server sends does not arrive; what the client sends does. */
        HALVED,
        /** Each byte is passed on by itself. */
        TRICKLING,
        /** What the server sends arrives slowly. */
        SLOW,
        /** New connections are closed at once. */
        CUT
    }

    /** A connection's two ends. */
    private record Link(Socket client, Socket upstream) {}

    private final ServerSocket listener;
    private final Object lock = new Object();

    @GuardedBy("lock")
    private InetSocketAddress server;

    @GuardedBy("lock")
    private final Set<Link> links = new LinkedHashSet<>();

    /** Ends of connections whose other end is gone, which they are not told. */
    @GuardedBy("lock")
    private final List<Socket> orphans = new ArrayList<>();

    @GuardedBy("lock")
    private State state = State.FLOWING;

    /** How many bytes of the server still pass before everything is cut. */
    @GuardedBy("lock")
    private long bytesBeforeCut = Long.MAX_VALUE;

    @GuardedBy("lock")
    private int bytesPerSlice;

    @GuardedBy("lock")
    private int accepted;

    private TcpProxy(InetSocketAddress server, ServerSocket listener) {
        this.listener = listener;
        this.server = server;
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

    /** How many connections are open now. */
    public int open() {
        synchronized (lock) {
            return links.size();
        }
    }

    /** Passes new connections on to another server; those that are open stay where they are. */
    public void redirect(PostgresServer other) {
        synchronized (lock) {
            server = new InetSocketAddress(other.host(), other.port());
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

    /** Resets one of the connections that are open. */
    public void cutOne(Random random) {
        List<Link> open;
        synchronized (lock) {
            open = List.copyOf(links);
        }
        if (!open.isEmpty()) {
            reset(open.get(random.nextInt(open.size())));
        }
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

    /** Passes each byte on by itself, in both directions, until {@link #resume}. */
    public void trickle() {
        enter(State.TRICKLING);
    }

    /** Passes on about so many bytes of the server a second, in each connection, until {@link #resume}. */
    public void slow(int bytesPerSecond) {
        synchronized (lock) {
            bytesPerSlice = Math.max(1, bytesPerSecond / (1000 / SLICE_MILLIS));
        }
        enter(State.SLOW);
    }

    /** Ends the servers' part of all connections; the clients are told nothing, and hear nothing, until {@link #resume}. New ones are passed on. */
    public void loseServer() {
        orphan(Link::client, Link::upstream);
    }

    /** Ends the clients' part of all connections; the server is told nothing, and hears nothing, until {@link #resume}. New ones are passed on. */
    public void loseClient() {
        orphan(Link::upstream, Link::client);
    }

    /** Ends the fault: what was held back goes on, new connections are passed on, and ends without another are reset. */
    public void resume() {
        enter(State.FLOWING);
        List<Socket> alone;
        synchronized (lock) {
            alone = List.copyOf(orphans);
            orphans.clear();
        }
        alone.forEach(TcpProxy::reset);
    }

    @Override
    public void close() {
        try {
            listener.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            cut();
            resume();
        }
    }

    private void orphan(Function<Link, Socket> kept, Function<Link, Socket> lost) {
        List<Socket> gone = new ArrayList<>();
        synchronized (lock) {
            for (Link link : links) {
                orphans.add(kept.apply(link));
                gone.add(lost.apply(link));
            }
            links.clear();
        }
        gone.forEach(TcpProxy::reset);
    }

    private void enter(State next) {
        synchronized (lock) {
            state = next;
            bytesBeforeCut = Long.MAX_VALUE;
            lock.notifyAll();
        }
    }

    private void resetAll() {
        List<Link> open;
        synchronized (lock) {
            open = List.copyOf(links);
            links.clear();
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
        InetSocketAddress to;
        synchronized (lock) {
            accepted++;
            to = server;
            isCut = state == State.CUT;
        }
        if (isCut) {
            reset(client);
            return;
        }
        Socket upstream = new Socket();
        try {
            upstream.connect(to, 5_000);
        } catch (IOException e) {
            reset(client);
            throw e;
        }
        client.setTcpNoDelay(true);
        upstream.setTcpNoDelay(true);
        Link link = new Link(client, upstream);
        synchronized (lock) {
            links.add(link);
        }
        Thread.ofVirtual().name("proxy-to-server").start(() -> pass(link, false));
        Thread.ofVirtual().name("proxy-to-client").start(() -> pass(link, true));
    }

    private void pass(Link link, boolean isFromServer) {
        byte[] buffer = new byte[BUFFER_BYTES];
        try {
            InputStream in = (isFromServer ? link.upstream() : link.client()).getInputStream();
            OutputStream out = (isFromServer ? link.client() : link.upstream()).getOutputStream();
            for (int length = in.read(buffer); length > 0; length = in.read(buffer)) {
                pass(buffer, length, out, isFromServer);
            }
        } catch (IOException e) {
            // one side ended or was cut: the other side is closed, too
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            end(link);
        }
    }

    private void pass(byte[] buffer, int length, OutputStream out, boolean isFromServer)
            throws IOException, InterruptedException {
        int passed = 0;
        while (passed < length) {
            int allowed = awaitPermission(length - passed, isFromServer);
            if (isFromServer && isSlow()) {
                TimeUnit.MILLISECONDS.sleep(SLICE_MILLIS);
            }
            if (allowed == 0) {
                cut();
            }
            out.write(buffer, passed, allowed);
            passed += allowed;
        }
    }

    /** Closes both ends, unless one of them shall not hear of it. */
    private void end(Link link) {
        synchronized (lock) {
            if (!links.remove(link) && (orphans.contains(link.client()) || orphans.contains(link.upstream()))) {
                return;
            }
        }
        close(link.client());
        close(link.upstream());
    }

    /** Waits until bytes may pass in this direction, and says how many of them: none when the connection shall be cut. */
    private int awaitPermission(int length, boolean isFromServer) throws IOException, InterruptedException {
        synchronized (lock) {
            while (state == State.STALLED || (state == State.HALVED && isFromServer)) {
                lock.wait();
            }
            if (state == State.CUT) {
                throw new IOException("cut"); // what was held back must not slip through before its connection is reset
            }
            int allowed = length;
            if (state == State.TRICKLING) {
                allowed = 1;
            } else if (state == State.SLOW && isFromServer) {
                allowed = Math.min(length, bytesPerSlice);
            }
            if (isFromServer && bytesBeforeCut != Long.MAX_VALUE) {
                allowed = (int) Math.min(allowed, bytesBeforeCut);
                bytesBeforeCut -= allowed;
            }
            return allowed;
        }
    }

    private boolean isSlow() {
        synchronized (lock) {
            return state == State.SLOW;
        }
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // it has ended already
        }
    }

    private static void reset(Link link) {
        reset(link.client());
        reset(link.upstream());
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
