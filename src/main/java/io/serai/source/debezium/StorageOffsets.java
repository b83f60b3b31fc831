package io.serai.source.debezium;

import io.serai.error.ErrorCode;
import io.serai.error.SeraiException;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import org.apache.kafka.connect.runtime.WorkerConfig;
import org.apache.kafka.connect.storage.OffsetBackingStore;
import org.apache.kafka.connect.util.Callback;
import org.jspecify.annotations.Nullable;

/**
 * What Serai's storage says of the position of a source, as an offset store of Debezium's: the {@code offsetStorage} of an endpoint whose route has
 * the step {@code debezium}. It answers only positions that are durable, always the end of a transaction, and stores nothing by itself. Thread-safe.
 */
public final class StorageOffsets implements OffsetBackingStore {
    /** The option of an engine that names it. */
    static final String ENGINE = "serai.engine";

    private volatile @Nullable Object name;
    private volatile @Nullable Engine engine;

    @Override
    public void configure(WorkerConfig config) {
        name = config.originals().get(ENGINE);
    }

    /** Waits until the source has opened its log; answers never when its route stops before. */
    @Override
    public void start() {
        Engine found = Engines.of(name);
        if (found == null) {
            throw new SeraiException(
                    ErrorCode.DEBEZIUM_SETTING,
                    "The offset storage of Serai is used by an endpoint whose route does not have the step debezium",
                    "",
                    "Make `process: {ref: \"#debezium\"}` the first step of the route, or use another offsetStorage.");
        }
        engine = found;
        found.started();
    }

    @Override
    public void stop() {
        Engine started = engine;
        if (started != null) {
            started.stopped();
        }
    }

    @Override
    public Future<Map<ByteBuffer, ByteBuffer>> get(Collection<ByteBuffer> keys) {
        Map<ByteBuffer, ByteBuffer> answer = new HashMap<>();
        Engine started = engine;
        byte[] offset = started == null ? null : started.offset();
        if (offset != null) {
            keys.forEach(key -> answer.put(key, ByteBuffer.wrap(offset)));
        }
        return CompletableFuture.completedFuture(answer);
    }

    @Override
    public Future<Void> set(Map<ByteBuffer, ByteBuffer> values, @Nullable Callback<Void> callback) {
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
