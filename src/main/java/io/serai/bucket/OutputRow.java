package io.serai.bucket;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;

/**
 * What clients get of one source row: output table, id and the JSON text of its data. One instance may stand in many buckets. Immutable; the
 * arrays are shared, never written.
 */
public final class OutputRow {
    /** Bytes of {@link #hash}. */
    public static final int HASH_BYTES = 16;

    private final String table;
    private final String id;
    private final byte[] json;
    private final byte[] hash;

    /** A row whose data is the UTF-8 text {@code json}. */
    public OutputRow(String table, String id, byte[] json) {
        this(table, id, json, Checksum.sha256());
    }

    /** As above, with a SHA-256 that the caller keeps to use again. */
    public OutputRow(String table, String id, byte[] json, MessageDigest sha256) {
        this.table = table;
        this.id = id;
        this.json = json;
        sha256.update(("put." + table + "." + id + ".").getBytes(StandardCharsets.UTF_8));
        this.hash = Arrays.copyOf(sha256.digest(json), HASH_BYTES);
    }

    /** A row whose {@link #hash} was made before. */
    public OutputRow(String table, String id, byte[] json, byte[] hash) {
        this.table = table;
        this.id = id;
        this.json = json;
        this.hash = hash;
    }

    /** The output table. */
    public String table() {
        return table;
    }

    /** The id; empty when the row has none. */
    public String id() {
        return id;
    }

    /** The UTF-8 JSON text of the data. */
    public byte[] json() {
        return json;
    }

    /** The first 16 bytes of the SHA-256 over table, id and data: rows with equal hashes are byte-identical. */
    public byte[] hash() {
        return hash;
    }

    /** The checksum of the PUT operation of this row. */
    public int checksum() {
        return Checksum.of(hash);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof OutputRow row && Arrays.equals(hash, row.hash);
    }

    @Override
    public int hashCode() {
        return checksum();
    }
}
