package io.serai.route;

/** What a route's steps left cannot be stored as a row; the message says why, without row data. */
final class NotARowException extends Exception {
    private static final long serialVersionUID = 1L;

    private final String reason;

    NotARowException(String reason) {
        super(reason);
        this.reason = reason;
    }

    /** Why, without row data. */
    String reason() {
        return reason;
    }
}
