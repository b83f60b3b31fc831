package io.serai.app.admin;

import io.serai.source.SourceStatus;
import io.serai.storage.Checkpoint;
import io.serai.storage.Generations;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What {@code serai status} shows. Immutable.
 *
 * @param version of this program
 * @param storage the storage's folder
 * @param runningSince when the process that runs on the storage started, empty with none running
 * @param checkpoint the newest, empty while there is none
 * @param checkpointAge since the newest was made; empty when none was made in this process
 * @param generations of the sync config
 * @param syncConfigProblem why the sync config on disk is not used; empty when it is, or with no process running
 * @param sources those of service.yaml, in its order
 * @param forgotten sources that have data here and are not in service.yaml
 */
public record StatusReport(
        String version,
        Path storage,
        Optional<Instant> runningSince,
        Optional<Checkpoint> checkpoint,
        Optional<Duration> checkpointAge,
        Generations generations,
        Optional<SyncConfigProblem> syncConfigProblem,
        List<SourceStatus> sources,
        Set<String> forgotten) {
    /** Copies the collections. */
    public StatusReport {
        sources = List.copyOf(sources);
        forgotten = Set.copyOf(forgotten);
    }

    /** The report in one of its two forms; {@code now} is what ages are counted from. */
    public String in(StatusFormat format, Instant now) {
        return switch (format) {
            case TEXT -> StatusText.of(this, now);
            case JSON -> StatusJson.of(this, now);
        };
    }
}
