package io.serai.change;

import java.util.Locale;

/**
 * A place in Postgres' write-ahead log: the end of a commit record, or of a keepalive when no transaction was open. Unsigned 64 bits.
 *
 * @param value the place in bytes
 */
public record Lsn(long value) implements SourcePosition {
    /** Before every place. */
    public static final Lsn ZERO = new Lsn(0);

    /** Reads {@code 16/B374D848}; anything else is an {@link IllegalArgumentException}. */
    public static Lsn parse(String text) {
        int slash = text.indexOf('/');
        if (slash < 1 || slash > 8 || text.length() - slash < 2 || text.length() - slash > 9) {
            throw new IllegalArgumentException("not an LSN: " + text);
        }
        return new Lsn(Long.parseLong(text, 0, slash, 16) << 32 | Long.parseLong(text, slash + 1, text.length(), 16));
    }

    @Override
    public String text() {
        return (Long.toHexString(value >>> 32) + '/' + Long.toHexString(value & 0xffff_ffffL)).toUpperCase(Locale.ROOT);
    }

    /** How many bytes of log lie between an earlier place and this one; negative when {@code earlier} is later. */
    public long bytesSince(Lsn earlier) {
        return value - earlier.value;
    }

    @Override
    public int compareTo(SourcePosition other) {
        return switch (other) {
            case Lsn lsn -> Long.compareUnsigned(value, lsn.value);
            case ClusterTime time -> throw new IllegalArgumentException("a position of another kind: " + time);
            case GtidPosition gtid -> throw new IllegalArgumentException("a position of another kind: " + gtid);
        };
    }

    @Override
    public String toString() {
        return text();
    }
}
