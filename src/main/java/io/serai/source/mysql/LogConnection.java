package io.serai.source.mysql;

import com.github.shyiko.mysql.binlog.network.Authenticator;
import com.github.shyiko.mysql.binlog.network.ClientCapabilities;
import com.github.shyiko.mysql.binlog.network.ServerException;
import com.github.shyiko.mysql.binlog.network.protocol.ErrorPacket;
import com.github.shyiko.mysql.binlog.network.protocol.GreetingPacket;
import com.github.shyiko.mysql.binlog.network.protocol.PacketChannel;
import com.github.shyiko.mysql.binlog.network.protocol.ResultSetRowPacket;
import com.github.shyiko.mysql.binlog.network.protocol.command.QueryCommand;
import com.github.shyiko.mysql.binlog.network.protocol.command.SSLRequestCommand;
import io.serai.change.GtidSet;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.UUID;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/**
 * A connection on which a server sends its binary log, as to a replica. Debezium's client library has the handshake and the packets; its own loop,
 * which knows no identifiers with tags and pushes, is not used. Confined to one thread, except {@link #close}.
 */
final class LogConnection implements Closeable {
    /** How long the server may be silent: it sends a heartbeat much more often. */
    private static final Duration SILENCE = Duration.ofSeconds(30);

    private static final long HEARTBEAT_NANOS = 500_000_000;
    /** How long the server waits while nothing is read, because the storage is slow. */
    private static final int WRITE_TIMEOUT_SECONDS = 3600;

    private static final int ERROR = 0xff;
    private static final int END = 0xfe;

    private final PacketChannel channel;
    /** The encrypted one, once there is one. */
    private Socket socket;

    private PacketInput input;
    private long lastHeard = System.nanoTime();
    private boolean hasChecksums;

    private String server = "";

    private LogConnection(Socket socket) throws IOException {
        this.socket = socket;
        this.channel = new PacketChannel(socket);
        this.input = new PacketInput(socket);
    }

    /** Connects and makes the connection that of the replica with this UUID; the server ends an older one that has it. */
    static LogConnection open(MysqlSettings settings, UUID replica) throws IOException {
        Socket socket = new Socket();
        boolean done = false;
        try {
            int timeout = Math.toIntExact(settings.connectTimeout().toMillis());
            socket.connect(new InetSocketAddress(settings.hostname(), settings.port()), timeout);
            socket.setSoTimeout(timeout);
            socket.setTcpNoDelay(true);
            LogConnection connection = new LogConnection(socket);
            connection.greet(settings);
            connection.prepare(replica);
            done = true;
            return connection;
        } finally {
            if (!done) {
                socket.close();
            }
        }
    }

    private void greet(MysqlSettings settings) throws IOException {
        byte[] packet = channel.read();
        requireNoError(packet);
        GreetingPacket greeting = new GreetingPacket(packet);
        if (settings.encryption() != MysqlSettings.Encryption.DISABLE) {
            if ((greeting.getServerCapabilities() & ClientCapabilities.SSL) == 0) {
                throw new IOException("the server offers no encryption");
            }
            SSLRequestCommand request = new SSLRequestCommand();
            request.setCollation(greeting.getServerCollation());
            channel.write(request);
            SSLSocket encrypted = Certificates.encrypted(socket, settings);
            channel.upgradeToSSL(plain -> encrypted, null);
            socket = encrypted;
        }
        new Authenticator(greeting, channel, null, settings.username(), settings.password()).authenticate();
        channel.authenticationComplete();
    }

    /** Former names of variables are set, too: a server looks at those that it knows. */
    private void prepare(UUID replica) throws IOException {
        execute("SET net_write_timeout = " + WRITE_TIMEOUT_SECONDS);
        execute("SET @source_heartbeat_period = " + HEARTBEAT_NANOS + ", @master_heartbeat_period = "
                + HEARTBEAT_NANOS);
        execute("SET @source_binlog_checksum = @@GLOBAL.binlog_checksum, @master_binlog_checksum ="
                + " @@GLOBAL.binlog_checksum");
        execute("SET @replica_uuid = '" + replica + "', @slave_uuid = '" + replica + "'");
        server = value("SELECT @@GLOBAL.server_uuid").toLowerCase(Locale.ROOT);
        hasChecksums = !"NONE".equals(value("SELECT @@GLOBAL.binlog_checksum"));
    }

    /** Whether events end in a checksum, until a format description says otherwise. */
    boolean hasChecksums() {
        return hasChecksums;
    }

    /** The UUID of the server that it leads to. */
    String server() {
        return server;
    }

    /** Begins the log with what is not in {@code executed}. */
    void dump(long serverId, GtidSet executed) throws IOException {
        input = new PacketInput(socket); // nothing is buffered: the server says nothing by itself before
        channel.write(new DumpCommand(serverId, executed));
        lastHeard = System.nanoTime();
    }

    /**
     * The next event; null when none came within {@code patience}.
     *
     * @throws ServerException when the server refuses
     * @throws EOFException when it ended the connection
     */
    byte @Nullable [] next(Duration patience) throws IOException {
        if (!input.await(patience)) {
            if (System.nanoTime() - lastHeard > SILENCE.toNanos()) {
                throw new IOException("the server was silent for " + SILENCE.toSeconds() + " seconds");
            }
            return null;
        }
        byte[] event = input.packet(SILENCE);
        lastHeard = System.nanoTime();
        if (event[0] == (byte) END) {
            throw new EOFException("the server ended the log");
        }
        requireNoError(event);
        return event;
    }

    private void execute(String sql) throws IOException {
        channel.write(new QueryCommand(sql));
        requireNoError(channel.read());
    }

    /** The only value of a result; the packets are those of a protocol in which an end follows the columns and the rows. */
    private String value(String sql) throws IOException {
        channel.write(new QueryCommand(sql));
        byte[] packet = channel.read();
        requireNoError(packet);
        while (channel.read()[0] != (byte) END) {
            // descriptions of columns
        }
        String value = "";
        for (packet = channel.read(); packet[0] != (byte) END; packet = channel.read()) {
            requireNoError(packet);
            value = new ResultSetRowPacket(packet).getValue(0);
        }
        return value;
    }

    private static void requireNoError(byte[] packet) throws IOException {
        if (packet[0] == (byte) ERROR) {
            ErrorPacket error = new ErrorPacket(Arrays.copyOfRange(packet, 1, packet.length));
            throw new ServerException(error.getErrorMessage(), error.getErrorCode(), error.getSqlState());
        }
    }

    /** Cuts the connection; whoever reads fails. Thread-safe. */
    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
