package io.serai.source.mongodb;

import io.serai.change.ClusterTime;
import io.serai.source.Delivered;
import java.util.concurrent.atomic.AtomicLong;

/** The latest time of which the stream has delivered something: reads are told to wait for it. Thread-safe. */
final class DeliveredTime implements Delivered {
    private final AtomicLong latest = new AtomicLong();

    /** Nothing from before {@code from} has to be waited for: it is durable. */
    void reached(ClusterTime from) {
        began(from.value());
    }

    @Override
    public void began(long transactionId) {
        latest.accumulateAndGet(transactionId, (a, b) -> Long.compareUnsigned(a, b) >= 0 ? a : b);
    }

    /** The latest time. */
    ClusterTime latest() {
        return new ClusterTime(latest.get());
    }

    /** Nothing: after a restart, the stored position is the latest time. */
    @Override
    public byte[] encoded() {
        return new byte[0];
    }
}
