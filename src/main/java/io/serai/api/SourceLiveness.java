package io.serai.api;

import io.serai.source.Replication;
import io.serai.source.Replications;
import io.serai.source.SourceStatus;
import java.util.Map;
import org.apache.camel.health.HealthCheckResultBuilder;
import org.apache.camel.impl.health.AbstractHealthCheck;

/**
 * Liveness of one source in Camel's health: down only when its threads ended although nobody stopped it, because then a restart of the
 * process helps, as it does not while the source copies, lags or fails. Thread-safe.
 */
public final class SourceLiveness extends AbstractHealthCheck {
    private final String source;
    private final Replications replications;

    /** The check of a source of service.yaml; one that was stopped has left {@code replications}. */
    public SourceLiveness(String source, Replications replications) {
        super("serai", "source-" + source + "-threads");
        this.source = source;
        this.replications = replications;
    }

    @Override
    public boolean isReadiness() {
        return false;
    }

    @Override
    protected void doCall(HealthCheckResultBuilder builder, Map<String, Object> options) {
        boolean ended = replications
                .of(source)
                .map(Replication::status)
                .filter(status -> status.state() == SourceStatus.State.STOPPED)
                .isPresent();
        if (ended) {
            builder.message("The threads of source " + source + " ended; restart the process")
                    .down();
        } else {
            builder.up();
        }
    }
}
