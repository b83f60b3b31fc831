package io.serai.api.auth;

import io.serai.error.ErrorCode;

/**
 * A request is not let in. The message is for the log: code, what was found, what to do, nothing secret; clients are told only wire code,
 * status and description. It has no stack trace, because strangers can cause as many as they like. Immutable.
 */
public final class AuthException extends Exception {
    private static final long serialVersionUID = 1L;

    private final ErrorCode code;
    private final String wireCode;
    private final int status;
    private final String description;

    AuthException(ErrorCode code, String found, String wireCode, int status, String description) {
        super("[" + code.code() + "] " + found + ". " + code.remedy(), null, false, false);
        this.code = code;
        this.wireCode = wireCode;
        this.status = status;
        this.description = description;
    }

    /** The code for the log and for meters. */
    public ErrorCode code() {
        return code;
    }

    /** The code that clients are told: one of PowerSync's, such as {@code PSYNC_S2103}. */
    public String wireCode() {
        return wireCode;
    }

    /** The HTTP status: 401, upon which an SDK fetches another token, or 503, upon which it tries again. */
    public int status() {
        return status;
    }

    /** What clients are told in words. */
    public String description() {
        return description;
    }
}
