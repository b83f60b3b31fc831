package io.serai.app.admin;

import io.serai.bucket.BucketOp;
import io.serai.error.ErrorCode;
import io.serai.error.SeraiException;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers commands on a unix socket that only the process's own user may open. One request a connection, each on a thread of its own, so that
 * a long dump or wait keeps nobody waiting. Thread-safe.
 */
public final class AdminServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(AdminServer.class);

    private final AdminAddress address;
    private final ServerSocketChannel channel;
    private final Admin admin;
    private final ExecutorService threads = Executors.newThreadPerTaskExecutor(
            Thread.ofPlatform().name("serai-admin-", 0).daemon().factory());

    private AdminServer(AdminAddress address, ServerSocketChannel channel, Admin admin) {
        this.address = address;
        this.channel = channel;
        this.admin = admin;
    }

    /** Listens for the storage in {@code folder}, whose lock the caller holds. */
    public static AdminServer open(Path folder, Admin admin) throws IOException {
        AdminAddress address = AdminAddress.of(folder);
        UnixDomainSocketAddress socket = address.claim();
        ServerSocketChannel channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        channel.bind(socket);
        Files.setPosixFilePermissions(socket.getPath(), PosixFilePermissions.fromString("rw-------"));
        AdminServer server = new AdminServer(address, channel, admin);
        server.threads.execute(server::acceptAll);
        return server;
    }

    /** Ends all connections and removes the socket. */
    @Override
    public void close() {
        try {
            channel.close();
            address.release();
        } catch (IOException e) {
            LOG.atWarn().setCause(e).log("The admin socket could not be removed");
        }
        threads.shutdownNow();
    }

    private void acceptAll() {
        while (channel.isOpen()) {
            try {
                SocketChannel connection = channel.accept();
                threads.execute(() -> serve(connection));
            } catch (ClosedChannelException e) {
                return;
            } catch (IOException e) {
                LOG.atWarn().setCause(e).log("A connection to the admin socket failed");
            }
        }
    }

    private void serve(SocketChannel connection) {
        try (connection;
                DataInputStream in = new DataInputStream(new BufferedInputStream(Channels.newInputStream(connection)));
                DataOutputStream out =
                        new DataOutputStream(new BufferedOutputStream(Channels.newOutputStream(connection), 1 << 16))) {
            answer(in, out);
        } catch (IOException | UncheckedIOException e) {
            LOG.atDebug().setCause(e).log("A command went away before its answer was whole");
        }
    }

    private void answer(DataInputStream in, DataOutputStream out) throws IOException {
        try {
            answer(AdminRequest.read(in), out);
            out.writeByte(Answer.END);
        } catch (SeraiException e) {
            fail(out, String.valueOf(e.getMessage()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            fail(out, "the process is stopping");
        } catch (RuntimeException e) { // the thread's outermost frame: the command must hear of it
            LOG.atError().setCause(e).log("A command could not be answered");
            fail(out, "[" + ErrorCode.BUG.code() + "] " + e);
        }
    }

    private void answer(AdminRequest request, DataOutputStream out) throws IOException, InterruptedException {
        switch (request) {
            case AdminRequest.StorageId id -> text(out, admin.storageId());
            case AdminRequest.Status status -> text(out, admin.status(status.format()));
            case AdminRequest.AwaitCaughtUp await -> flag(out, admin.awaitCaughtUp(await.patience()));
            case AdminRequest.Operations operations -> admin.operations(operations.selection(), new Wire(out));
            case AdminRequest.Explain explain -> text(out, admin.explain(explain.question(), explain.format()));
            case AdminRequest.RepairTables repair -> result(out, admin.repair(repair.request(), repair.format()));
            case AdminRequest.Compact compact -> text(out, admin.compact());
            case AdminRequest.Teardown teardown -> result(out, admin.teardown(teardown.source()));
        }
    }

    private static void result(DataOutputStream out, CommandResult result) throws IOException {
        text(out, result.text());
        flag(out, result.isComplete());
    }

    private static void fail(DataOutputStream out, String message) throws IOException {
        out.writeByte(Answer.FAILED);
        writeText(out, message);
    }

    private static void flag(DataOutputStream out, boolean flag) throws IOException {
        out.writeByte(Answer.FLAG);
        out.writeBoolean(flag);
    }

    private static void text(DataOutputStream out, String text) throws IOException {
        out.writeByte(Answer.TEXT);
        writeText(out, text);
    }

    private static void writeText(DataOutputStream out, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    private record Wire(DataOutputStream out) implements OperationSink {
        @Override
        public void bucket(String name) throws IOException {
            out.writeByte(Answer.BUCKET);
            writeText(out, name);
        }

        @Override
        public void operation(BucketOp operation) throws IOException {
            out.writeByte(Answer.OPERATION);
            OperationCodec.write(out, operation);
        }
    }
}
