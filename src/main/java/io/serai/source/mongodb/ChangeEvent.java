package io.serai.source.mongodb;

import io.serai.change.ClusterTime;
import io.serai.change.TableRef;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** An event of a change stream, as it lies in a reply. Immutable; the bytes are never written. */
final class ChangeEvent {
    /** What happened, as far as it matters here. */
    enum Kind {
        /** A document appeared. */
        INSERT,
        /** Fields of a document changed. */
        UPDATE,
        /** A document was replaced. */
        REPLACE,
        /** A document went away. */
        DELETE,
        /** A collection was made. */
        CREATE,
        /** A collection went away. */
        DROP,
        /** A collection got another name. */
        RENAME,
        /** The stream ends here: what it watches was dropped or renamed. */
        INVALIDATE,
        /** Something that changes no document. */
        OTHER
    }

    private final byte[] bytes;
    private final int token;
    private final Kind kind;
    private final long time;
    private final Instant wallTime;
    private final @Nullable UUID collection;
    private final int namespace;
    private final int renamedTo;
    private final int document;
    private final byte idType;
    private final int id;
    private final int weight;

    /** The event that is the document at {@code offset}. */
    ChangeEvent(byte[] bytes, int offset) {
        this.bytes = bytes;
        this.weight = BsonElements.int32(bytes, offset);
        int eventToken = -1;
        Kind happened = Kind.OTHER;
        long clusterTime = 0;
        long wall = -1;
        UUID uuid = null;
        int ns = -1;
        int to = -1;
        int full = -1;
        byte keyType = 0;
        int key = -1;
        BsonElements elements = new BsonElements(bytes, offset);
        while (elements.next()) {
            if (elements.isNamed("_id")) {
                eventToken = elements.value();
            } else if (elements.isNamed("operationType")) {
                happened = kind(elements.text());
            } else if (elements.isNamed("clusterTime")) {
                clusterTime = elements.timestamp();
            } else if (elements.isNamed("wallTime")) {
                wall = BsonElements.int64(bytes, elements.value());
            } else if (elements.isNamed("collectionUUID")) {
                uuid = uuid(bytes, elements.value());
            } else if (elements.isNamed("ns")) {
                ns = elements.value();
            } else if (elements.isNamed("to")) {
                to = elements.value();
            } else if (elements.isNamed("fullDocument") && elements.type() == BsonElements.DOCUMENT) {
                full = elements.value();
            } else if (elements.isNamed("documentKey")) {
                BsonElements keys = new BsonElements(bytes, elements.value());
                if (keys.find("_id")) {
                    keyType = keys.type();
                    key = keys.value();
                }
            }
        }
        this.token = eventToken;
        this.kind = happened;
        this.time = clusterTime;
        this.wallTime = wall < 0 ? Instant.ofEpochSecond(clusterTime >>> 32) : Instant.ofEpochMilli(wall);
        this.collection = uuid;
        this.namespace = ns;
        this.renamedTo = to;
        this.document = full;
        this.idType = keyType;
        this.id = key;
    }

    Kind kind() {
        return kind;
    }

    /** The cluster time, which the events of a transaction share; unsigned. */
    long time() {
        return time;
    }

    /** When it happened by the server's clock. */
    Instant wallTime() {
        return wallTime;
    }

    /** The collection that it happened in, whatever it is called; null where the server does not say. */
    @Nullable
    UUID collection() {
        return collection;
    }

    /** What the collection was called; the name is empty where a whole database is meant. */
    TableRef table() {
        return table(namespace);
    }

    /** What the collection was renamed to. */
    TableRef renamedTo() {
        return table(renamedTo);
    }

    /** Whether it changed a document. */
    boolean isChange() {
        return switch (kind) {
            case INSERT, UPDATE, REPLACE, DELETE -> true;
            case CREATE, DROP, RENAME, INVALIDATE, OTHER -> false;
        };
    }

    /** Whether it changed a document and does not hold how it is now. */
    boolean lacksImage() {
        return document < 0 && kind != Kind.DELETE;
    }

    /** The document's key. */
    byte[] key() {
        return DocumentKey.of(bytes, idType, id);
    }

    /** The document after the change as an image. */
    byte[] image() {
        return BsonDocumentType.image(bytes, document);
    }

    /** How many bytes it has. */
    int weight() {
        return weight;
    }

    /** Its time, with what finds it again. */
    ClusterTime position() {
        return new ClusterTime(time, table() + " " + ResumeToken.text(bytes, token));
    }

    private TableRef table(int offset) {
        String database = "";
        String name = "";
        if (offset >= 0) {
            BsonElements elements = new BsonElements(bytes, offset);
            while (elements.next()) {
                if (elements.isNamed("db")) {
                    database = elements.text();
                } else if (elements.isNamed("coll")) {
                    name = elements.text();
                }
            }
        }
        return new TableRef(database, name);
    }

    private static UUID uuid(byte[] bytes, int value) {
        return new UUID(
                Long.reverseBytes(BsonElements.int64(bytes, value + 5)),
                Long.reverseBytes(BsonElements.int64(bytes, value + 13)));
    }

    private static Kind kind(String operation) {
        return switch (operation) {
            case "insert" -> Kind.INSERT;
            case "update" -> Kind.UPDATE;
            case "replace" -> Kind.REPLACE;
            case "delete" -> Kind.DELETE;
            case "create" -> Kind.CREATE;
            case "drop", "dropDatabase" -> Kind.DROP;
            case "rename" -> Kind.RENAME;
            case "invalidate" -> Kind.INVALIDATE;
            default -> Kind.OTHER;
        };
    }
}
