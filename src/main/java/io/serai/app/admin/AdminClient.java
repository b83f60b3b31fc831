package io.serai.app.admin;

import io.serai.app.explain.RowQuestion;
import io.serai.error.ErrorCode;
import io.serai.error.SeraiException;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketException;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The running process, asked over its socket; each question opens a connection. Confined to one thread. */
public final class AdminClient implements Admin {
    /** No look takes a process that is well so long. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final Duration FOREVER = Duration.ofSeconds(Long.MAX_VALUE);

    private final AdminAddress address;
    private final Duration patience;

    /** @param patience how long a question may take whose answer is at hand */
    AdminClient(AdminAddress address, Duration patience) {
        this.address = address;
        this.patience = patience;
    }

    /** The process that runs on the storage in {@code folder}, or empty when none answers. */
    public static Optional<AdminClient> of(Path folder) throws IOException {
        AdminAddress address = AdminAddress.of(folder);
        try {
            SocketChannel.open(address.find()).close();
            return Optional.of(new AdminClient(address, PATIENCE));
        } catch (ConnectException e) {
            return Optional.empty(); // a killed process left its socket
        } catch (SocketException e) {
            return Optional.empty(); // there is no socket
        }
    }

    @Override
    public String storageId() throws IOException {
        return ask(new AdminRequest.StorageId(), null, patience).text();
    }

    @Override
    public String status(StatusFormat format) throws IOException {
        return ask(new AdminRequest.Status(format), null, patience).text();
    }

    @Override
    public boolean awaitCaughtUp(Duration most) throws IOException {
        return ask(new AdminRequest.AwaitCaughtUp(most), null, most.plus(patience))
                .flag();
    }

    @Override
    public void operations(BucketSelection selection, OperationSink sink) throws IOException {
        ask(new AdminRequest.Operations(selection), sink, FOREVER);
    }

    @Override
    public String explain(RowQuestion question, StatusFormat format) throws IOException {
        return ask(new AdminRequest.Explain(question, format), null, patience).text();
    }

    @Override
    public CommandResult repair(RepairRequest request, StatusFormat format) throws IOException {
        return command(new AdminRequest.RepairTables(request, format));
    }

    @Override
    public String compact() throws IOException {
        return ask(new AdminRequest.Compact(), null, FOREVER).text();
    }

    @Override
    public CommandResult teardown(String source) throws IOException {
        return command(new AdminRequest.Teardown(source));
    }

    @Override
    public void close() {} // each question has closed its connection

    private CommandResult command(AdminRequest request) throws IOException {
        Result result = ask(request, null, FOREVER);
        return new CommandResult(result.text(), result.flag());
    }

    private Result ask(AdminRequest request, @Nullable OperationSink sink, Duration most) throws IOException {
        try (SocketChannel channel = SocketChannel.open(address.find());
                Watch watch = new Watch(channel, most)) {
            try {
                DataOutputStream out =
                        new DataOutputStream(new BufferedOutputStream(Channels.newOutputStream(channel)));
                request.write(out);
                out.flush();
                return read(
                        new DataInputStream(new BufferedInputStream(Channels.newInputStream(channel), 1 << 16)), sink);
            } catch (IOException e) {
                if (watch.isOver) {
                    throw silent(most);
                }
                throw e;
            }
        } catch (IOException e) {
            throw new ProcessGone(e);
        }
    }

    private static SeraiException silent(Duration most) {
        return new SeraiException(
                ErrorCode.COMMAND_TIMED_OUT,
                "The process that has the storage open did not answer within " + most.toSeconds() + " s",
                "",
                "Look at its log and at what its threads do (`jcmd PID Thread.print`), then start it again.");
    }

    /** Closes a connection on which the answer does not come in time. */
    private static final class Watch implements AutoCloseable {
        private final Thread thread;
        private volatile boolean isOver;

        Watch(SocketChannel channel, Duration most) {
            this.thread = Thread.ofVirtual().start(() -> {
                try {
                    Thread.sleep(most);
                    isOver = true;
                    channel.close();
                } catch (InterruptedException | IOException e) {
                    Thread.currentThread().interrupt(); // it was answered, or ends otherwise
                }
            });
        }

        @Override
        public void close() {
            thread.interrupt();
        }
    }

    private static Result read(DataInputStream in, @Nullable OperationSink sink) throws IOException {
        String text = "";
        boolean flag = false;
        while (true) {
            switch (in.readByte()) {
                case Answer.BUCKET -> required(sink).bucket(readText(in));
                case Answer.OPERATION -> required(sink).operation(OperationCodec.read(in));
                case Answer.TEXT -> text = readText(in);
                case Answer.FLAG -> flag = in.readBoolean();
                case Answer.FAILED -> throw new AdminFailure(readText(in));
                case Answer.END -> {
                    return new Result(text, flag);
                }
                default -> throw new IllegalStateException("the process answered in a way that is not known here");
            }
        }
    }

    private static OperationSink required(@Nullable OperationSink sink) {
        if (sink == null) {
            throw new IllegalStateException("the process answered operations that nobody asked for");
        }
        return sink;
    }

    private static String readText(DataInputStream in) throws IOException {
        byte[] bytes = new byte[in.readInt()];
        in.readFully(bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private record Result(String text, boolean flag) {}
}
