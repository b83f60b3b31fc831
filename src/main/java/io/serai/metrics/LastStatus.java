package io.serai.metrics;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.serai.source.Replication;
import io.serai.source.Replications;
import io.serai.source.SourceStatus;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** A source's status, at most a second old: one scrape reads a dozen meters of it. Thread-safe. */
final class LastStatus {
    private static final Duration MAX_AGE = Duration.ofSeconds(1);

    private final String source;
    private final Replications replications;
    private final Clock clock;

    @GuardedBy("this")
    private Instant askedAt = Instant.MIN;

    @GuardedBy("this")
    private Optional<SourceStatus> last = Optional.empty();

    LastStatus(String source, Replications replications, Clock clock) {
        this.source = source;
        this.replications = replications;
        this.clock = clock;
    }

    String source() {
        return source;
    }

    /** Empty while the source has not started. */
    synchronized Optional<SourceStatus> get() {
        Instant now = clock.instant();
        if (askedAt.plus(MAX_AGE).isBefore(now)) {
            last = replications.of(source).map(Replication::status);
            askedAt = now;
        }
        return last;
    }
}
