package io.serai.bucket;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * The checksum of an operation: the first four bytes, little-endian, of a SHA-256 (spec.md, section 15). A bucket's checksum is the sum of its
 * operations' modulo 2^32, so plain {@code int} addition adds them.
 */
public final class Checksum {
    private Checksum() {}

    /** A new SHA-256. Confined to one thread. */
    public static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** The checksum that a digest stands for. */
    public static int of(byte[] digest) {
        return (digest[0] & 0xff) | (digest[1] & 0xff) << 8 | (digest[2] & 0xff) << 16 | (digest[3] & 0xff) << 24;
    }

    /** The number that a client gets: unsigned. */
    public static long unsigned(int checksum) {
        return Integer.toUnsignedLong(checksum);
    }
}
