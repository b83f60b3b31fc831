package io.serai.app.admin;

import io.serai.source.SourceStatus.TableProgress;
import java.time.Duration;
import java.util.Optional;

/** How long the copy of a table still takes, from the planner's estimate of its rows and the rate so far. */
final class CopyEta {
    private CopyEta() {}

    /** Empty when it is done, or when nobody can tell. */
    static Optional<Duration> of(TableProgress table) {
        long left = table.estimatedRows() - table.rows();
        if (table.isDone() || left <= 0 || table.rowsPerSecond() <= 0) {
            return Optional.empty();
        }
        return Optional.of(Duration.ofSeconds((long) Math.ceil(left / table.rowsPerSecond())));
    }
}
