package io.serai.error;

import org.jspecify.annotations.Nullable;

/**
 * A failure with a stable code, whose message says what happened, where, and what to do. The message never holds row data, keys or
 * secrets. Immutable.
 */
public final class SeraiException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final ErrorCode code;

    /** A failure without a further cause; {@code where} and {@code remedy} may be empty. */
    public SeraiException(ErrorCode code, String what, String where, String remedy) {
        this(code, what, where, remedy, null);
    }

    /** A failure that {@code cause} led to; {@code where} and {@code remedy} may be empty. */
    public SeraiException(ErrorCode code, String what, String where, String remedy, @Nullable Throwable cause) {
        super(text(code, what, where, remedy), cause);
        this.code = code;
    }

    /** The stable code. */
    public ErrorCode code() {
        return code;
    }

    private static String text(ErrorCode code, String what, String where, String remedy) {
        StringBuilder text =
                new StringBuilder("[").append(code.code()).append("] ").append(what);
        if (!where.isEmpty()) {
            text.append(" (").append(where).append(')');
        }
        text.append('.');
        if (!remedy.isEmpty()) {
            text.append(' ').append(remedy);
        }
        return text.toString();
    }
}
