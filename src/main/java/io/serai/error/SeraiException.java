package io.serai.error;

import org.jspecify.annotations.Nullable;

/**
 * A failure with a stable code, whose message says what happened, where, and what to do. The message never holds row data, keys or
 * secrets. Immutable.
 */
public final class SeraiException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final ErrorCode code;
    private final String found;
    private final String remedy;

    /** A failure without a further cause; {@code where} and {@code remedy} may be empty. */
    public SeraiException(ErrorCode code, String what, String where, String remedy) {
        this(code, what, where, remedy, null);
    }

    /** A failure that {@code cause} led to; {@code where} and {@code remedy} may be empty. */
    public SeraiException(ErrorCode code, String what, String where, String remedy, @Nullable Throwable cause) {
        super(text(code, found(what, where), remedy), cause);
        this.code = code;
        this.found = found(what, where);
        this.remedy = remedy;
    }

    /** The stable code. */
    public ErrorCode code() {
        return code;
    }

    /** What happened and where: the message without code, full stop and remedy. */
    public String found() {
        return found;
    }

    /** What to do; may be empty. */
    public String remedy() {
        return remedy;
    }

    private static String found(String what, String where) {
        return where.isEmpty() ? what : what + " (" + where + ")";
    }

    private static String text(ErrorCode code, String found, String remedy) {
        String text = "[" + code.code() + "] " + found + ".";
        return remedy.isEmpty() ? text : text + " " + remedy;
    }
}
