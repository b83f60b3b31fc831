package io.serai.bucket;

import io.serai.change.RowKey;
import io.serai.change.TableRef;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.UUID;

/**
 * Tells apart two source rows that have the same output table and id in one bucket; opaque to clients. Made from the names of the source and
 * the table and the row's key, so that a second copy of a table gives the same subkeys. Immutable.
 */
public record Subkey(UUID value) {
    /** Bytes of the stored form. */
    public static final int BYTES = 16;

    /** The subkey of a row. */
    public static Subkey of(String source, TableRef table, RowKey key) {
        return of(source, table, key, Checksum.sha256());
    }

    /** As above, with a SHA-256 that the caller keeps to use again. */
    public static Subkey of(String source, TableRef table, RowKey key, MessageDigest sha256) {
        update(sha256, source);
        update(sha256, table.schema());
        update(sha256, table.name());
        sha256.update(key.bytes());
        return ofBytes(ByteBuffer.wrap(sha256.digest()));
    }

    /** The subkey at the buffer's position, which moves behind it. */
    public static Subkey ofBytes(ByteBuffer bytes) {
        return new Subkey(new UUID(bytes.getLong(), bytes.getLong()));
    }

    /** Writes the stored form at the buffer's position. */
    public void write(ByteBuffer target) {
        target.putLong(value.getMostSignificantBits()).putLong(value.getLeastSignificantBits());
    }

    /** The text that clients get. */
    public String text() {
        return value.toString();
    }

    /** The checksum of a REMOVE operation with this subkey (spec.md, section 15). */
    public int removeChecksum() {
        return Checksum.of(Checksum.sha256().digest(("delete." + text()).getBytes(StandardCharsets.UTF_8)));
    }

    private static void update(MessageDigest digest, String name) {
        digest.update(name.getBytes(StandardCharsets.UTF_8));
        digest.update((byte) 0);
    }
}
