package io.serai.storage.rocksdb;

import java.nio.charset.StandardCharsets;
import java.util.List;

/** The column families. Their keys are made in {@link Keys}. */
enum Family {
    /** Sources, definitions, tables, entries, the newest checkpoint, counters. */
    META("meta"),
    /** The operations of each bucket, in op id order. */
    OPS("ops"),
    /** The state of each source row as it was last published: image, places in buckets, lookups. */
    ROWS("rows"),
    /** The parameter index, with the op ids at which entries came and went. */
    LOOKUPS("lookups"),
    /** The number of each bucket. */
    BUCKETS("buckets"),
    /** Row states that are durable, but not visible yet. */
    STAGED("staged");

    /** All of them, in the order in which they are opened. */
    static final List<Family> ALL = List.of(values());

    private final String familyName;

    Family(String familyName) {
        this.familyName = familyName;
    }

    /** Its name in the database. */
    byte[] nameBytes() {
        return familyName.getBytes(StandardCharsets.UTF_8);
    }
}
