package io.serai.api.sync;

import java.time.Duration;

/**
 * What one client may ask of the sync API. Immutable.
 *
 * @param buckets most buckets that a client may have
 * @param lookupResults most values that a client's lookups may give
 * @param streams most streams that a user may have open at once
 * @param bodyBytes most bytes of a request's body
 * @param keepalive how long a stream may be silent
 * @param patience how long a request may take to arrive, and a reader to take what was written
 */
public record SyncLimits(
        int buckets, int lookupResults, int streams, int bodyBytes, Duration keepalive, Duration patience) {
    /** What holds unless service.yaml says otherwise. */
    public static final SyncLimits DEFAULT =
            new SyncLimits(1000, 1000, 200, 2 << 20, Duration.ofSeconds(20), Duration.ofMinutes(2));
}
