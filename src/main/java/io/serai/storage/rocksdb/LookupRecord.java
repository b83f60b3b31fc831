package io.serai.storage.rocksdb;

import io.serai.bucket.Lookup;
import io.serai.bucket.Subkey;

/**
 * An entry of the parameter index in LOOKUPS. Its key: definition, hash of index and looked-up values, the owning row's subkey, hash of the bucket
 * parameters, and the op id at which it came or went, newest first. Its value: index, looked-up values and bucket parameters, or nothing when
 * it went.
 */
final class LookupRecord {
    /** Where the op id begins in a key. */
    static final int OP_ID_AT = LookupName.BYTES + Subkey.BYTES;
    /** The value of an entry that went. */
    static final byte[] GONE = {};

    private LookupRecord() {}

    /** What the keys of all entries that answer a query begin with. */
    static byte[] prefix(int definition, LookupName.Query query) {
        return new Encoder(LookupName.BYTES)
                .i32(definition)
                .i64(query.high())
                .i64(query.low())
                .toBytes();
    }

    /** The key, less its op id, of the entry with this name that a row owns. */
    static byte[] key(LookupName name, Subkey row) {
        return new Encoder(OP_ID_AT)
                .i32(name.definition())
                .i64(name.query().high())
                .i64(name.query().low())
                .i64(row.value().getMostSignificantBits())
                .i64(row.value().getLeastSignificantBits())
                .i64(name.values())
                .toBytes();
    }

    /** The op id in the form that sorts the newest first; also turns it back. */
    static long descending(long opId) {
        return ~opId;
    }

    /** The op id in a whole key. */
    static long opId(byte[] key) {
        return descending(new Decoder(key, OP_ID_AT).i64());
    }

    /** The value of an entry. */
    static byte[] encode(Lookup lookup) {
        return new Encoder(64)
                .text(lookup.index())
                .text(lookup.key())
                .text(lookup.values())
                .toBytes();
    }

    /** The entry with this value. */
    static Lookup decode(String definition, byte[] value) {
        Decoder in = new Decoder(value);
        return new Lookup(definition, in.text(), in.text(), in.text());
    }
}
