package io.serai.app.admin;

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
                out.writeInt(operations.selection().names().size());
                for (String name : operations.selection().names()) {
                    out.writeUTF(name);
                }
                out.writeUTF(operations.selection().prefix());
            }
            case AwaitCaughtUp await -> {
                out.writeUTF("await-caught-up");
                out.writeLong(await.patience().toMillis());
            }
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
            case "teardown" -> new Teardown(in.readUTF());
            default -> throw new IOException("unknown request \"" + kind + "\"");
        };
    }

    private static BucketSelection readSelection(DataInput in) throws IOException {
        int count = in.readInt();
        List<String> names = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            names.add(in.readUTF());
        }
        return new BucketSelection(names, in.readUTF());
    }
}
