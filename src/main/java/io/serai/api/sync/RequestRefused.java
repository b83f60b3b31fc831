package io.serai.api.sync;

import io.serai.change.Json;

/** A request that is answered with an error. The message is what the client is told. It has no stack trace, because strangers can cause it. Immutable. */
final class RequestRefused extends Exception {
    private static final long serialVersionUID = 1L;

    private static final int BAD_REQUEST = 400;
    private static final int TOO_LARGE = 413;
    private static final int TOO_MANY = 429;
    private static final int INTERNAL = 500;
    private static final int UNAVAILABLE = 503;

    private final String code;
    private final int status;
    private final String name;

    private RequestRefused(String code, int status, String name, String description) {
        super(description, null, false, false);
        this.code = code;
        this.status = status;
        this.name = name;
    }

    static RequestRefused unauthorized(String code, int status, String description) {
        return new RequestRefused(code, status, "AuthorizationError", description);
    }

    static RequestRefused invalid(String description) {
        return new RequestRefused("PSYNC_S2001", BAD_REQUEST, "ValidationError", description);
    }

    static RequestRefused tooLarge(int limit) {
        return new RequestRefused(
                "PSYNC_S2001", TOO_LARGE, "ValidationError", "The request's body is larger than " + limit + " bytes.");
    }

    static RequestRefused tooManyBuckets(String description) {
        return new RequestRefused("PSYNC_S2305", BAD_REQUEST, "ServiceError", description);
    }

    static RequestRefused tooManyStreams(int limit) {
        return new RequestRefused(
                "PSYNC_S2304",
                TOO_MANY,
                "ServiceError",
                "The user has " + limit + " streams open, and may not have more at once.");
    }

    static RequestRefused unavailable(String description) {
        return new RequestRefused("PSYNC_S2003", UNAVAILABLE, "ServiceError", description);
    }

    static RequestRefused stopping() {
        return unavailable("The service is stopping.");
    }

    static RequestRefused failed() {
        return new RequestRefused("PSYNC_S2001", INTERNAL, "InternalServerError", "Something went wrong here.");
    }

    /** The HTTP status. */
    int status() {
        return status;
    }

    /** PowerSync's code. */
    String code() {
        return code;
    }

    /** The JSON that the client gets. */
    Json body() {
        return Json.object(
                "error",
                Json.object(
                        "code",
                        new Json.Text(code),
                        "status",
                        Json.number(status),
                        "description",
                        new Json.Text(String.valueOf(getMessage())),
                        "name",
                        new Json.Text(name)));
    }
}
