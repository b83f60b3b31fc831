package io.serai.api.sync;

/** Where the bytes of a stream go. Confined to one thread. */
interface Output {
    /** Sends bytes; waits while the client has not taken those before. */
    void write(byte[] bytes) throws ClientGone, InterruptedException;

    /** Ends the stream after all that was written. */
    void end() throws ClientGone, InterruptedException;
}
