package io.serai.source;

import java.time.Duration;

/** Delays between tries: doubling from half a second to a cap; a failure that does not pass by itself waits for the cap at once. Confined to one thread. */
final class Backoff {
    private static final Duration FIRST = Duration.ofMillis(500);

    private final Duration cap;
    private Duration next = FIRST;

    Backoff(Duration cap) {
        this.cap = cap;
    }

    /** How long to wait now. */
    Duration next(boolean passing) {
        if (!passing) {
            return cap;
        }
        Duration now = next;
        Duration doubled = next.multipliedBy(2);
        next = doubled.compareTo(cap) < 0 ? doubled : cap;
        return now;
    }

    /** Something went well: the next delay is short again. */
    void reset() {
        next = FIRST;
    }
}
