package io.serai.source.debezium;

import java.util.Map;
import java.util.Set;

/** What is known of the properties that all of Debezium's connectors have (3.4.0, and Camel 4.17.0's endpoints). */
final class Settings {
    /** Properties without which something would be lost, and the values that they must have. */
    static final Map<String, String> REQUIRED = Map.of(
            "offset.storage", StorageOffsets.class.getName(),
            "provide.transaction.metadata", "true",
            "skipped.operations", "none",
            "snapshot.mode", "no_data");

    /** Properties that may have any value: no change is lost, altered or doubled by it. */
    static final Set<String> HARMLESS = Set.of(
            "binary.handling.mode",
            "connection.validation.timeout.ms",
            "custom.metric.tags",
            "database.hostname",
            "database.password",
            "database.port",
            "database.query.timeout.ms",
            "database.user",
            "database.dbname",
            "decimal.handling.mode",
            "executor.shutdown.timeout.ms",
            "guardrail.collections.limit.action",
            "heartbeat.interval.ms",
            "heartbeat.topics.prefix",
            "include.schema.comments",
            "incremental.snapshot.chunk.size",
            "max.batch.size",
            "max.queue.size",
            "max.queue.size.in.bytes",
            "name",
            "offset.commit.timeout.ms",
            "offset.flush.interval.ms",
            "poll.interval.ms",
            "query.fetch.size",
            "retriable.restart.connector.wait.ms",
            "schema.exclude.list",
            "schema.include.list",
            "snapshot.delay.ms",
            "snapshot.fetch.size",
            "snapshot.isolation.mode",
            "snapshot.lock.timeout.ms",
            "snapshot.locking.mode",
            "snapshot.max.threads",
            "table.exclude.list",
            "table.include.list",
            "time.precision.mode",
            "tombstones.on.delete",
            "topic.prefix",
            "unavailable.value.placeholder");

    /** What Serai gives every engine. */
    static final Map<String, String> GIVEN = Map.of(
            "errors.max.retries", "0",
            "event.converting.failure.handling.mode", "fail",
            "transforms", "serai",
            "transforms.serai.type", WholeRecord.class.getName());

    private Settings() {}
}
