package io.serai.source;

/**
 * The successive chunks of one range: each is read from where the one before it ended, while that waits to be written. They are written in their order. When one
 * is void, the chain is broken: it and all behind it are read again, as another chain.
 */
final class ChunkChain {
    private int number;
    private volatile boolean isBroken;

    /** A chain whose next chunk has this number in the table's copy. */
    ChunkChain(int number) {
        this.number = number;
    }

    /** The number of the next chunk to be written. For the commit thread. */
    int number() {
        return number;
    }

    /** Says under which number the rest of the range is kept. For the commit thread. */
    void goesOnAs(int rest) {
        number = rest;
    }

    void breakOff() {
        isBroken = true;
    }

    boolean isBroken() {
        return isBroken;
    }
}
