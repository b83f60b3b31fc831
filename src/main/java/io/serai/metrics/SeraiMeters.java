package io.serai.metrics;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.serai.api.sync.SyncApi;
import io.serai.source.Replication;
import io.serai.source.Replications;
import io.serai.source.SourceStatus;
import io.serai.source.SourceStatus.State;
import io.serai.source.SourceStatus.TableProgress;
import io.serai.storage.BucketStorage;
import io.serai.storage.Checkpoint;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * The meters of sources, checkpoints and clients; {@code docs/operate.md} lists them. They are read when they are scraped; the state of a source is
 * asked at most once a second. Thread-safe.
 */
public final class SeraiMeters implements MeterBinder, AutoCloseable {
    private final List<String> sources;
    private final Replications replications;
    private final BucketStorage storage;
    private final SyncApi sync;
    private final Clock clock;
    private final BucketStorage.Subscription checkpoints;
    private volatile Instant lastCheckpoint;

    /** Meters for these sources of service.yaml. */
    public SeraiMeters(
            List<String> sources, Replications replications, BucketStorage storage, SyncApi sync, Clock clock) {
        this.sources = List.copyOf(sources);
        this.replications = replications;
        this.storage = storage;
        this.sync = sync;
        this.clock = clock;
        this.lastCheckpoint = clock.instant();
        this.checkpoints = storage.onCheckpoint(checkpoint -> lastCheckpoint = clock.instant());
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        sources.forEach(source -> bindSource(source, registry));
        Gauge.builder("serai.checkpoint.age", () -> seconds(Duration.between(lastCheckpoint, clock.instant())))
                .description("Time since the newest checkpoint was made, or since the start")
                .baseUnit("seconds")
                .register(registry);
        Gauge.builder(
                        "serai.checkpoint.sequence",
                        () -> storage.checkpoint().map(Checkpoint::sequence).orElse(0L))
                .description("Number of the newest checkpoint, 0 before the first")
                .register(registry);
        Gauge.builder(
                        "serai.checkpoint.op",
                        () -> storage.checkpoint()
                                .map(newest -> newest.opId().value())
                                .orElse(0L))
                .description("Id of the last operation that the newest checkpoint shows")
                .register(registry);
        Gauge.builder("serai.sync.streams", sync::streams)
                .description("Streams to clients that are open")
                .register(registry);
        Gauge.builder("serai.sync.requests", sync::requests)
                .description("Requests of clients that are being answered, streams among them")
                .register(registry);
    }

    @Override
    public void close() {
        checkpoints.close();
    }

    private void bindSource(String source, MeterRegistry registry) {
        LastStatus status = new LastStatus(source, replications, clock);
        gauge(registry, status, "serai.source.up", "", "1 while the source streams or copies", SeraiMeters::isUp);
        gauge(
                registry,
                status,
                "serai.source.lag",
                "seconds",
                "Age of the oldest commit that is read and not durable",
                found -> found.lagBytes() < 0 ? Double.NaN : seconds(found.lag()));
        gauge(
                registry,
                status,
                "serai.source.lag.bytes",
                "bytes",
                "Log that the server had and that is not durable here",
                found -> found.lagBytes() < 0 ? Double.NaN : found.lagBytes());
        gauge(
                registry,
                status,
                "serai.source.retries",
                "",
                "Tries in a row that failed",
                found -> found.problem().map(SourceStatus.Problem::attempts).orElse(0));
        gauge(
                registry,
                status,
                "serai.source.diverted",
                "rows",
                "Rows that were diverted or refused and are in no bucket",
                found -> found.diverted().size());
        gauge(
                registry,
                status,
                "serai.source.incomplete",
                "rows",
                "Rows that are read again by key",
                SourceStatus::incomplete);
        gauge(
                registry,
                status,
                "serai.copy.rows",
                "rows",
                "Rows that the copies have written",
                found -> found.tables().stream().mapToLong(TableProgress::rows).sum());
        gauge(
                registry,
                status,
                "serai.copy.rate",
                "rows",
                "Rows a second that the copies write",
                found -> found.tables().stream()
                        .filter(table -> !table.isDone())
                        .mapToDouble(TableProgress::rowsPerSecond)
                        .sum());
        gauge(
                registry,
                status,
                "serai.copy.tables",
                "tables",
                "Tables that are not copied completely",
                found ->
                        found.tables().stream().filter(table -> !table.isDone()).count());
        Gauge.builder("serai.source.queue", () -> of(source, Replication::queuedBytes))
                .tag("source", source)
                .description("Bytes of log that were read and wait for the route")
                .baseUnit("bytes")
                .register(registry);
        Gauge.builder("serai.rules.failures", () -> of(source, Replication::ruleFailures))
                .tag("source", source)
                .description("Rows that a query of the sync rules failed for, since the source started")
                .register(registry);
    }

    private double of(String source, ToDoubleFunction<Replication> value) {
        return replications.of(source).map(value::applyAsDouble).orElse(0.0);
    }

    private static void gauge(
            MeterRegistry registry,
            LastStatus status,
            String name,
            String unit,
            String description,
            ToDoubleFunction<SourceStatus> value) {
        Gauge.builder(name, () -> status.get().map(value::applyAsDouble).orElse(0.0))
                .tag("source", status.source())
                .description(description)
                .baseUnit(unit.isEmpty() ? null : unit)
                .register(registry);
    }

    private static double isUp(SourceStatus status) {
        return status.state() == State.STREAMING || status.state() == State.COPYING ? 1 : 0;
    }

    private static double seconds(Duration duration) {
        return duration.toMillis() / 1000.0;
    }
}
