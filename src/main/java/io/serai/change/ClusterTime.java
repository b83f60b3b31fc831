package io.serai.change;

/**
 * A time of a MongoDB cluster: that of an entry of its oplog, which one transaction shares. Ordered and equal by the time alone; a time that was
 * taken from an event of a change stream carries what finds the event again.
 *
 * @param value seconds since 1970 in the upper 32 bits, a counter in the lower; unsigned
 * @param event the event's collection and resume token in a text of the source's own; empty when it was not taken from an event
 */
public record ClusterTime(long value, String event) implements SourcePosition {
    /** Before every time. */
    public static final ClusterTime ZERO = new ClusterTime(0);

    /** A time that was not taken from an event. */
    public ClusterTime(long value) {
        this(value, "");
    }

    /** Reads {@code 1700000000.5} and, behind a blank, the event; anything else is an {@link IllegalArgumentException}. */
    public static ClusterTime parse(String text) {
        int blank = text.indexOf(' ');
        String time = blank < 0 ? text : text.substring(0, blank);
        int point = time.indexOf('.');
        if (point < 1) {
            throw new IllegalArgumentException("not a cluster time: " + time);
        }
        return new ClusterTime(
                Long.parseLong(time, 0, point, 10) << 32 | Long.parseLong(time, point + 1, time.length(), 10),
                blank < 0 ? "" : text.substring(blank + 1));
    }

    /** Seconds since 1970. */
    public long seconds() {
        return value >>> 32;
    }

    /** The least time after this one. */
    public ClusterTime next() {
        return new ClusterTime(value + 1);
    }

    /** The time alone. */
    public ClusterTime withoutEvent() {
        return event.isEmpty() ? this : new ClusterTime(value);
    }

    @Override
    public String text() {
        return event.isEmpty() ? toString() : this + " " + event;
    }

    @Override
    public int compareTo(SourcePosition other) {
        return switch (other) {
            case ClusterTime time -> Long.compareUnsigned(value, time.value);
            case Lsn lsn -> throw new IllegalArgumentException("a position of another kind: " + lsn);
            case GtidPosition gtid -> throw new IllegalArgumentException("a position of another kind: " + gtid);
        };
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ClusterTime time && value == time.value;
    }

    @Override
    public int hashCode() {
        return Long.hashCode(value);
    }

    @Override
    public String toString() {
        return seconds() + "." + (value & 0xffff_ffffL);
    }
}
