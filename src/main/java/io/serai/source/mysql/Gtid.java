package io.serai.source.mysql;

import io.serai.change.GtidSet;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.UUID;

/**
 * The event that a transaction begins with: its identifier. Immutable.
 *
 * @param source the UUID of the server that committed it first, in lower case, with a tag behind a colon if it has one
 * @param number its number there
 * @param commitTime when this server committed it
 * @param firstCommitTime when the first one did, as far as that is known
 */
record Gtid(String source, long number, Instant commitTime, Instant firstCommitTime) {
    private static final int HAS_ORIGINAL_TIME = 1 << 7;
    private static final int TIME_BYTES = 7;
    private static final int UUID_BYTES = 16;
    /** Of the log's own serialization: {@code mysql::serialization}, server 8.3 and later. */
    private static final int FIELD_FLAGS = 0;

    private static final int FIELD_UUID = 1;
    private static final int FIELD_NUMBER = 2;
    private static final int FIELD_TAG = 3;
    private static final int FIELD_COMMIT_TIME = 6;

    Gtid(String source, long number, Instant commitTime) {
        this(source, number, commitTime, commitTime);
    }

    /** Reads the event that servers write for identifiers without a tag; before 8.0.1 it has no time of its own. */
    static Gtid read(ByteReader in, Instant eventTime) {
        in.skip(1);
        String source = uuid(in.take(UUID_BYTES));
        long number = in.little(8);
        if (in.remaining() < 1 + 16 + TIME_BYTES) {
            return new Gtid(source, number, eventTime);
        }
        in.skip(1 + 16); // the logical clock
        long here = in.little(TIME_BYTES);
        long hasOriginal = (long) HAS_ORIGINAL_TIME << 48;
        long first = (here & hasOriginal) == 0 || in.remaining() < TIME_BYTES ? here : in.little(TIME_BYTES);
        return new Gtid(source, number, time(here & ~hasOriginal), time(first & ~hasOriginal));
    }

    /** Reads the event for identifiers with a tag: fields, each behind its number, until the ones that count were read. */
    static Gtid readTagged(ByteReader in, Instant eventTime) {
        variable(in); // the version of the serialization
        variable(in); // its size
        variable(in); // the last field that must be understood
        byte[] uuid = new byte[UUID_BYTES];
        long number = 0;
        String tag = "";
        Instant commitTime = eventTime;
        while (in.hasRemaining()) {
            int field = (int) variable(in);
            switch (field) {
                case FIELD_UUID -> {
                    for (int i = 0; i < UUID_BYTES; i++) {
                        uuid[i] = (byte) variable(in);
                    }
                }
                case FIELD_NUMBER -> number = signed(variable(in));
                case FIELD_TAG -> tag = new String(in.take((int) variable(in)), StandardCharsets.US_ASCII);
                case FIELD_COMMIT_TIME -> {
                    commitTime = time(variable(in));
                    return new Gtid(tag.isEmpty() ? uuid(uuid) : uuid(uuid) + ":" + tag, number, commitTime);
                }
                default -> {
                    if (field < FIELD_FLAGS || field > FIELD_COMMIT_TIME) {
                        return new Gtid(tag.isEmpty() ? uuid(uuid) : uuid(uuid) + ":" + tag, number, commitTime);
                    }
                    variable(in);
                }
            }
        }
        return new Gtid(tag.isEmpty() ? uuid(uuid) : uuid(uuid) + ":" + tag, number, commitTime);
    }

    /** As many more bytes follow the first one as it has ones at its low end. */
    private static long variable(ByteReader in) {
        int first = in.u8();
        int more = Integer.numberOfTrailingZeros(~first);
        if (more >= 8) {
            return in.little(8);
        }
        long low = (long) first >>> more + 1;
        return low | in.little(more) << 7 - more;
    }

    private static long signed(long zigzag) {
        return zigzag >>> 1 ^ -(zigzag & 1);
    }

    private static Instant time(long micros) {
        return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
    }

    private static String uuid(byte[] bytes) {
        ByteReader in = new ByteReader(bytes);
        return new UUID(in.big(8), in.big(8)).toString();
    }

    /** As sets have it. */
    String text() {
        return source + ":" + number;
    }

    /** Whether the set has it. */
    boolean isIn(GtidSet set) {
        return set.contains(source, number);
    }
}
