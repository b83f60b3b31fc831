package io.serai.source.postgres;

import java.util.Arrays;

/**
 * Which transactions a read sees finished: those before {@code xmin}, and those before {@code xmax} that are not in progress. Numbers are 64 bits
 * wide, as {@code pg_current_snapshot()} prints them. Immutable.
 */
@SuppressWarnings("ArrayRecordComponent") // never handed out
record TransactionSnapshot(long xmin, long xmax, long[] inProgress) {
    /** Reads {@code 10:20:10,14,15}. */
    static TransactionSnapshot parse(String text) {
        String[] parts = text.split(":", -1);
        if (parts.length != 3) {
            throw new IllegalArgumentException("not a snapshot: " + text);
        }
        long[] inProgress = parts[2].isEmpty()
                ? new long[0]
                : Arrays.stream(parts[2].split(",", -1))
                        .mapToLong(Long::parseLong)
                        .sorted()
                        .toArray();
        return new TransactionSnapshot(Long.parseLong(parts[0]), Long.parseLong(parts[1]), inProgress);
    }

    /** Whether the transaction with these low 32 bits of its number is finished; it is at most 2^31 away. */
    boolean sees(int transaction) {
        long wide = xmax + (transaction - (int) xmax); // the number nearest to xmax with these low bits
        return wide < xmin || wide < xmax && Arrays.binarySearch(inProgress, wide) < 0;
    }
}
