package io.serai.source.mongodb;

import io.serai.change.ClusterTime;
import org.bson.ByteBuf;
import org.bson.RawBsonDocument;

/** What a server replied to a command. Immutable; the bytes are never written. */
final class Reply {
    private final RawBsonDocument document;
    private final byte[] bytes;
    private final int offset;

    Reply(RawBsonDocument document) {
        this.document = document;
        ByteBuf buffer = document.getByteBuffer();
        this.bytes = buffer.array();
        this.offset = buffer.arrayOffset() + buffer.position();
    }

    /** As the driver shows it. */
    RawBsonDocument document() {
        return document;
    }

    /** The bytes that hold the reply, and may hold more. */
    byte[] bytes() {
        return bytes;
    }

    /** The elements of the reply. */
    BsonElements elements() {
        return new BsonElements(bytes, offset);
    }

    /** All that the command saw is at or before this time. */
    ClusterTime operationTime() {
        BsonElements elements = elements();
        if (!elements.find("operationTime")) {
            throw new IllegalStateException("a reply without an operation time");
        }
        return new ClusterTime(elements.timestamp());
    }
}
