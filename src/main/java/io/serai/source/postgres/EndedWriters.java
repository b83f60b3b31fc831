package io.serai.source.postgres;

import io.serai.change.Lsn;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/** Where the log is past the transactions that {@link TableIdentity#readableFrom} waits for, once they have ended. Thread-safe. */
final class EndedWriters {
    private final ConcurrentMap<Long, Lsn> ends = new ConcurrentHashMap<>();

    /** All transactions before this one have ended, and so has, before {@code head}, one that was begun later. */
    void ended(long transaction, Lsn head) {
        ends.putIfAbsent(transaction, head);
    }

    /** Whether a log that is opened there has none of the transactions before this one, not even as its last. */
    boolean areBefore(Lsn position, long transaction) {
        Lsn end = ends.get(transaction);
        return end != null && position.compareTo(end) >= 0;
    }

    /** Forgets all, for another log. */
    void clear() {
        ends.clear();
    }
}
