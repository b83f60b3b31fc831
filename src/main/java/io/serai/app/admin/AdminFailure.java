package io.serai.app.admin;

/** The running process could not do what it was asked; the message is its own, with code and remedy. Immutable. */
public final class AdminFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    AdminFailure(String message) {
        super(message);
    }
}
