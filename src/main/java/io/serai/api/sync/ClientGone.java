package io.serai.api.sync;

/** The client closed its connection, or took nothing for too long. It has no stack trace: this is how streams end. */
final class ClientGone extends Exception {
    private static final long serialVersionUID = 1L;

    ClientGone() {
        super("the client is gone", null, false, false);
    }
}
