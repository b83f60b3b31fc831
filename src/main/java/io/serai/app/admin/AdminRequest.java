package io.serai.app.admin;

import io.serai.app.explain.RowQuestion;
import io.serai.source.Repair;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** What a command asks the running process, one question a connection. Immutable. */
sealed interface AdminRequest {
    /** Names the protocol; a process of another version has another name. */
    String PROTOCOL = "serai-admin-1";

    /** As {@link Inspection#storageId}. */
    record StorageId() implements AdminRequest {}

    /** As {@link Inspection#status}. */
    record Status(StatusFormat format) implements AdminRequest {}

    /** As {@link Inspection#operations}. */
    record Operations(BucketSelection selection) implements AdminRequest {}

    /** As {@link Admin#awaitCaughtUp}. */
    record AwaitCaughtUp(Duration patience) implements AdminRequest {}

    /** As {@link Admin#explain}. */
    record Explain(RowQuestion question, StatusFormat format) implements AdminRequest {}

    /** As {@link Admin#repair}. */
    record RepairTables(RepairRequest request, StatusFormat format) implements AdminRequest {}

    /** As {@link Admin#compact}. */
    record Compact() implements AdminRequest {}

    /** As {@link Admin#teardown}. */
    record Teardown(String source) implements AdminRequest {}

    /** Writes the protocol's name and the request. */
    default void write(DataOutput out) throws IOException {
        out.writeUTF(PROTOCOL);
        switch (this) {
            case StorageId id -> out.writeUTF("storage-id");
            case Status status -> {
                out.writeUTF("status");
                out.writeUTF(status.format().name());
            }
            case Operations operations -> {
                out.writeUTF("operations");
                writeAll(out, operations.selection().names());
                out.writeUTF(operations.selection().prefix());
            }
            case AwaitCaughtUp await -> {
                out.writeUTF("await-caught-up");
                out.writeLong(await.patience().toMillis());
            }
            case Explain explain -> {
                out.writeUTF("explain");
                out.writeUTF(explain.format().name());
                out.writeUTF(explain.question().table());
                writeAll(out, explain.question().key());
                writeAll(out, explain.question().source().stream().toList());
            }
            case RepairTables repair -> {
                out.writeUTF("repair");
                out.writeUTF(repair.format().name());
                out.writeUTF(repair.request().repair().name());
                writeAll(out, repair.request().tables());
                writeAll(out, repair.request().source().stream().toList());
            }
            case Compact compact -> out.writeUTF("compact");
            case Teardown teardown -> {
                out.writeUTF("teardown");
                out.writeUTF(teardown.source());
            }
        }
    }

    /** Reads what {@link #write} wrote. */
    static AdminRequest read(DataInput in) throws IOException {
        String protocol = in.readUTF();
        if (!protocol.equals(PROTOCOL)) {
            throw new IOException("the command is of another version than this process");
        }
        String kind = in.readUTF();
        return switch (kind) {
            case "storage-id" -> new StorageId();
            case "status" -> new Status(StatusFormat.valueOf(in.readUTF()));
            case "operations" -> new Operations(readSelection(in));
            case "await-caught-up" -> new AwaitCaughtUp(Duration.ofMillis(in.readLong()));
            case "explain" -> {
                StatusFormat format = StatusFormat.valueOf(in.readUTF());
                yield new Explain(
                        new RowQuestion(
                                in.readUTF(), readAll(in), readAll(in).stream().findFirst()),
                        format);
            }
            case "repair" -> {
                StatusFormat format = StatusFormat.valueOf(in.readUTF());
                yield new RepairTables(
                        new RepairRequest(
                                Repair.valueOf(in.readUTF()),
                                readAll(in),
                                readAll(in).stream().findFirst()),
                        format);
            }
            case "compact" -> new Compact();
            case "teardown" -> new Teardown(in.readUTF());
            default -> throw new IOException("unknown request \"" + kind + "\"");
        };
    }

    private static BucketSelection readSelection(DataInput in) throws IOException {
        return new BucketSelection(readAll(in), in.readUTF());
    }

    private static void writeAll(DataOutput out, List<String> texts) throws IOException {
        out.writeInt(texts.size());
        for (String text : texts) {
            out.writeUTF(text);
        }
    }

    private static List<String> readAll(DataInput in) throws IOException {
        int count = in.readInt();
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            texts.add(in.readUTF());
        }
        return texts;
    }
}
