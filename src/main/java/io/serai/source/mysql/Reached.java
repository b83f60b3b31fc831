package io.serai.source.mysql;

import io.serai.change.GtidSet;
import io.serai.source.Delivered;

/**
 * The transactions that the log has delivered. The server sends one before reads see it, so a read waits until the server counts all of them as
 * executed. They are those before the stored position and what came since, so that nothing is stored. Thread-safe.
 */
final class Reached implements Delivered {
    private volatile GtidSet executed = GtidSet.EMPTY;

    void began(GtidSet withIt) {
        executed = withIt;
    }

    /** All of them. */
    GtidSet executed() {
        return executed;
    }

    @Override
    public void began(long transactionId) {}

    @Override
    public byte[] encoded() {
        return new byte[0];
    }
}
