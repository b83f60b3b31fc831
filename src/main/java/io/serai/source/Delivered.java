package io.serai.source;

/**
 * The transactions that the log has delivered and that a read may not see yet, although they are committed (a server that waits for a synchronous
 * standby delivers a commit before it shows it). Thread-safe. Sources whose reads see all that was delivered have {@link #NOTHING}.
 */
public interface Delivered {
    /** Of a database whose reads always see what the log has delivered. */
    Delivered NOTHING = new Delivered() {
        @Override
        public void began(long transactionId) {}

        @Override
        public byte[] encoded() {
            return new byte[0];
        }
    };

    /** The log has delivered the BEGIN of this transaction. */
    void began(long transactionId);

    /** What is stored with the position. */
    byte[] encoded();
}
