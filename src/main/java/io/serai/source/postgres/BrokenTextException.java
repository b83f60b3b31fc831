package io.serai.source.postgres;

/** A text that Postgres does not write for the type that it was read as; the value stays text. */
final class BrokenTextException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    BrokenTextException(String message) {
        super(message, null, false, false);
    }
}
