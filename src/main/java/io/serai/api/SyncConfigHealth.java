package io.serai.api;

import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.camel.health.HealthCheckResultBuilder;
import org.apache.camel.impl.health.AbstractHealthCheck;

/** The sync config in Camel's health: always up, since the one in use goes on to be served; what is wrong with the one on disk is a detail. Thread-safe. */
public final class SyncConfigHealth extends AbstractHealthCheck {
    private final Supplier<Optional<Problem>> problem;

    /** Why the sync config on disk is not used. */
    public record Problem(String code, String message) {}

    /** A check that asks {@code problem}. */
    public SyncConfigHealth(Supplier<Optional<Problem>> problem) {
        super("serai", "sync-config");
        this.problem = problem;
    }

    @Override
    public boolean isLiveness() {
        return false;
    }

    @Override
    protected void doCall(HealthCheckResultBuilder builder, Map<String, Object> options) {
        problem.get()
                .ifPresent(found ->
                        builder.detail(SourceReadiness.CODE, found.code()).message(found.message()));
        builder.up();
    }
}
