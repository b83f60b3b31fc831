package io.serai.benchmark;

import io.debezium.embedded.Connect;
import io.debezium.engine.ChangeEvent;
import io.debezium.engine.DebeziumEngine;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.runtime.WorkerConfig;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.kafka.connect.storage.OffsetBackingStore;
import org.apache.kafka.connect.util.Callback;
import org.jspecify.annotations.Nullable;

/** A Debezium engine that throws its events away: the measure beside which a source is set. */
final class BareEngine {
    private BareEngine() {}

    /** Where the engine begins; null makes it take a snapshot. Read by the engine's own thread. */
    private static volatile @Nullable String offset;

    /** Reads {@code rows} rows from the offset on, or by a snapshot when it is null, and answers rows per second since the first. */
    static double read(Map<String, String> connector, @Nullable String from, long rows) throws Exception {
        offset = from;
        CountDownLatch end = new CountDownLatch(1);
        long[] seen = new long[2];
        try (DebeziumEngine<ChangeEvent<SourceRecord, SourceRecord>> engine = DebeziumEngine.create(Connect.class)
                .using(properties(connector))
                .notifying((records, committer) -> {
                    for (ChangeEvent<SourceRecord, SourceRecord> event : records) {
                        if (event.value() != null
                                && event.value().value() instanceof Struct row
                                && row.schema().field("after") != null) {
                            if (seen[0]++ == 0) {
                                seen[1] = System.nanoTime();
                            }
                        }
                    }
                    if (seen[0] >= rows) {
                        end.countDown();
                    }
                    committer.markBatchFinished();
                })
                .build()) {
            ExecutorService thread = Executors.newSingleThreadExecutor();
            thread.execute(engine);
            if (!end.await(10, TimeUnit.MINUTES)) {
                throw new IllegalStateException("the engine stopped at row " + seen[0]);
            }
            double rate = seen[0] / ((System.nanoTime() - seen[1]) / 1e9);
            thread.shutdown();
            return rate;
        }
    }

    private static Properties properties(Map<String, String> connector) {
        Properties properties = new Properties();
        properties.putAll(Map.of(
                "name", "bare",
                "topic.prefix", "bare",
                "offset.storage", Offsets.class.getName(),
                "offset.flush.interval.ms", "0",
                "max.batch.size", "8192",
                "max.queue.size", "32768",
                "poll.interval.ms", "10",
                "tombstones.on.delete", "false",
                "decimal.handling.mode", "string",
                "binary.handling.mode", "bytes"));
        properties.putAll(connector);
        return properties;
    }

    /** Answers the offset that the engine is to begin at, and keeps nothing. */
    public static final class Offsets implements OffsetBackingStore {
        @Override
        public void start() {}

        @Override
        public void stop() {}

        @Override
        public void configure(WorkerConfig config) {}

        @Override
        public Future<Map<ByteBuffer, ByteBuffer>> get(Collection<ByteBuffer> keys) {
            Map<ByteBuffer, ByteBuffer> answer = new HashMap<>();
            String from = offset;
            for (ByteBuffer key : keys) {
                answer.put(key, from == null ? null : ByteBuffer.wrap(from.getBytes(StandardCharsets.UTF_8)));
            }
            return CompletableFuture.completedFuture(answer);
        }

        @Override
        public Future<Void> set(Map<ByteBuffer, ByteBuffer> values, Callback<Void> callback) {
            if (callback != null) {
                callback.onCompletion(null, null);
            }
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public Set<Map<String, Object>> connectorPartitions(String connector) {
            return Set.of();
        }
    }
}
