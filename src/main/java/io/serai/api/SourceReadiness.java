package io.serai.api;

import io.serai.source.Replication;
import io.serai.source.Replications;
import io.serai.source.SourceStatus;
import java.util.Map;
import java.util.Optional;
import org.apache.camel.health.HealthCheckResultBuilder;
import org.apache.camel.impl.health.AbstractHealthCheck;

/**
 * Readiness of one source in Camel's health: down while it fails, is stopped, or is not in checkpoints yet. Rows that were diverted are a
 * detail and keep it up. Thread-safe.
 */
public final class SourceReadiness extends AbstractHealthCheck {
    /** The detail that holds the failure's code. */
    static final String CODE = "code";

    private final String source;
    private final Replications replications;

    /** The check of a source of service.yaml, whether it has started or not. */
    public SourceReadiness(String source, Replications replications) {
        super("serai", "source-" + source);
        this.source = source;
        this.replications = replications;
    }

    @Override
    public boolean isLiveness() {
        return false;
    }

    @Override
    protected void doCall(HealthCheckResultBuilder builder, Map<String, Object> options) {
        Optional<SourceStatus> status = replications.of(source).map(Replication::status);
        if (status.isPresent()) {
            report(status.get(), builder);
        } else {
            builder.message("Source " + source + " does not run").down();
        }
    }

    private void report(SourceStatus status, HealthCheckResultBuilder builder) {
        builder.detail("state", status.state().name())
                .detail("diverted", status.diverted().size());
        if (status.problem().isPresent()) {
            builder.detail(CODE, status.problem().get().code().code());
            builder.message(status.problem().get().message()).down();
        } else if (status.state() == SourceStatus.State.STOPPED) {
            builder.message("Source " + source + " is stopped").down();
        } else if (!status.takesPart()) {
            builder.message("Source " + source + " is in no checkpoint yet: it is being copied")
                    .down();
        } else {
            builder.up();
        }
    }
}
