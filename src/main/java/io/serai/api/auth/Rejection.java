package io.serai.api.auth;

import io.serai.error.ErrorCode;
import io.serai.error.SeraiException;

/**
 * Why a token is not accepted: as the log says it, and as the client is told. Before its signature was found good, nothing that a token says is
 * answered. The wire codes are those of PowerSync's reference of error codes, sections S21xx and S22xx.
 */
enum Rejection {
    MISSING(ErrorCode.TOKEN_MISSING, "PSYNC_S2106", "Authentication required"),
    MALFORMED(ErrorCode.TOKEN_MALFORMED, "PSYNC_S2101", "The token is not valid"),
    KEY_UNKNOWN(ErrorCode.TOKEN_KEY_UNKNOWN, "PSYNC_S2101", "The token is not valid"),
    SIGNATURE(ErrorCode.TOKEN_SIGNATURE, "PSYNC_S2102", "The token's signature is not valid"),
    EXPIRED(ErrorCode.TOKEN_EXPIRED, "PSYNC_S2103", "The token has expired"),
    NOT_YET_VALID(ErrorCode.TOKEN_NOT_YET_VALID, "PSYNC_S2101", "The token is not valid yet"),
    LIFETIME(ErrorCode.TOKEN_LIFETIME, "PSYNC_S2104", "The token is valid for too long"),
    AUDIENCE(ErrorCode.TOKEN_AUDIENCE, "PSYNC_S2105", "The token is for another audience"),
    CLAIM(ErrorCode.TOKEN_CLAIM, "PSYNC_S2101", "The token lacks a claim");

    private static final int UNAUTHORIZED = 401;
    private static final int UNAVAILABLE = 503;

    private final ErrorCode code;
    private final String wireCode;
    private final String description;

    Rejection(ErrorCode code, String wireCode, String description) {
        this.code = code;
        this.wireCode = wireCode;
        this.description = description;
    }

    /** The token may be good, but keys could not be fetched: the client is to try again. */
    static AuthException of(SeraiException failure) {
        String wireCode = failure.code() == ErrorCode.KEYS_ADDRESS_REFUSED ? "PSYNC_S2203" : "PSYNC_S2204";
        return new AuthException(
                failure.code(),
                failure.found(),
                wireCode,
                UNAVAILABLE,
                "The keys that verify tokens are not available");
    }

    /** An exception with what was found, for the log: a sentence without its full stop. */
    AuthException because(String found) {
        return new AuthException(code, found, wireCode, UNAUTHORIZED, description);
    }
}
