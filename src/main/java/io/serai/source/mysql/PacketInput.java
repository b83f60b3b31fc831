package io.serai.source.mysql;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;

/**
 * Reads packets from a socket with a buffer that a timeout leaves as it is; the library's (BufferedSocketInputStream, 0.40.3) gives its former bytes
 * again after one. Confined to one thread.
 */
final class PacketInput {
    private static final int LARGEST_PACKET = 0xffffff;
    private static final int HEADER = 4;

    private final Socket socket;
    private final InputStream in;
    private final byte[] buffer = new byte[1 << 18];
    private int at;
    private int limit;

    /** A reader of what the socket gives from now on. */
    PacketInput(Socket socket) throws IOException {
        this.socket = socket;
        this.in = socket.getInputStream();
    }

    /** Waits until something is there; false when nothing came in time. */
    boolean await(Duration patience) throws IOException {
        if (at < limit) {
            return true;
        }
        socket.setSoTimeout(Math.max(1, Math.toIntExact(patience.toMillis())));
        try {
            fill();
            return true;
        } catch (SocketTimeoutException e) {
            return false;
        }
    }

    /** The next packet; one that is larger than a packet can be comes in several. */
    byte[] packet(Duration patience) throws IOException {
        socket.setSoTimeout(Math.toIntExact(patience.toMillis()));
        int length = length();
        byte[] first = take(length);
        if (length < LARGEST_PACKET) {
            return first;
        }
        ByteArrayOutputStream all = new ByteArrayOutputStream(2 * LARGEST_PACKET);
        all.writeBytes(first);
        while (length == LARGEST_PACKET) {
            length = length();
            all.writeBytes(take(length));
        }
        return all.toByteArray();
    }

    private int length() throws IOException {
        return (int) new ByteReader(take(HEADER)).little(HEADER - 1);
    }

    private byte[] take(int count) throws IOException {
        byte[] taken = new byte[count];
        int size = 0;
        while (size < count) {
            if (at == limit) {
                fill();
            }
            int some = Math.min(count - size, limit - at);
            System.arraycopy(buffer, at, taken, size, some);
            at += some;
            size += some;
        }
        return taken;
    }

    private void fill() throws IOException {
        int read = in.read(buffer, 0, buffer.length);
        if (read < 0) {
            throw new EOFException("the server ended the connection");
        }
        at = 0;
        limit = read;
    }
}
