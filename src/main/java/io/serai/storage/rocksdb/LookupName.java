package io.serai.storage.rocksdb;

import io.serai.bucket.Checksum;
import io.serai.bucket.Lookup;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;

/**
 * How a row calls an entry of the parameter index that it owns. Immutable.
 *
 * @param definition the number of the definition
 * @param query hash of the index and the looked-up values
 * @param values hash of the bucket parameters
 */
record LookupName(int definition, Query query, long values) {
    /** Bytes of the stored form. */
    static final int BYTES = Integer.BYTES + 3 * Long.BYTES;

    /** 128 bits of a SHA-256. */
    record Query(long high, long low) {
        static Query of(String index, String key) {
            MessageDigest sha256 = Checksum.sha256();
            sha256.update(index.getBytes(StandardCharsets.UTF_8));
            sha256.update((byte) 0);
            Decoder digest = new Decoder(sha256.digest(key.getBytes(StandardCharsets.UTF_8)));
            return new Query(digest.i64(), digest.i64());
        }
    }

    static LookupName of(int definition, Lookup lookup) {
        byte[] values = Checksum.sha256().digest(lookup.values().getBytes(StandardCharsets.UTF_8));
        return new LookupName(definition, Query.of(lookup.index(), lookup.key()), new Decoder(values).i64());
    }

    static LookupName read(Decoder in) {
        return new LookupName(in.i32(), new Query(in.i64(), in.i64()), in.i64());
    }

    void write(Encoder out) {
        out.i32(definition).i64(query.high()).i64(query.low()).i64(values);
    }
}
