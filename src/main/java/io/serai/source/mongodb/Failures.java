package io.serai.source.mongodb;

import com.mongodb.MongoCommandException;
import com.mongodb.MongoException;
import com.mongodb.MongoSecurityException;
import com.mongodb.MongoTimeoutException;
import io.serai.error.ErrorCode;
import io.serai.error.SeraiException;
import java.io.IOException;

/** Says what a failure of the driver means. */
final class Failures {
    /** The server's numbers of errors (src/mongo/base/error_codes.yml of MongoDB 6.0). */
    static final int UNAUTHORIZED = 13;

    static final int AUTHENTICATION_FAILED = 18;
    static final int COMMAND_NOT_FOUND = 59;
    static final int INVALID_OPTIONS = 72;
    static final int NAMESPACE_EXISTS = 48;
    static final int NAMESPACE_NOT_FOUND = 26;
    static final int SNAPSHOT_TOO_OLD = 239;
    static final int SNAPSHOT_UNAVAILABLE = 246;
    static final int CHANGE_STREAM_FATAL = 280;
    static final int CHANGE_STREAM_HISTORY_LOST = 286;
    static final int COLLECTION_UUID_MISMATCH = 361;
    static final int OBJECT_TOO_LARGE = 10334;

    private Failures() {}

    /** Whether the server answered with this error. */
    static boolean is(MongoException failure, int code) {
        return failure instanceof MongoCommandException && failure.getCode() == code;
    }

    /** The failure with a code; one that has a code already stays as it is. */
    static SeraiException explain(Throwable failure, String where) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SeraiException known) {
                return known;
            }
            if (cause instanceof MongoException mongo) {
                ErrorCode code = code(mongo);
                return new SeraiException(code, sentence(mongo), where, code.remedy(), failure);
            }
            if (cause instanceof IOException) {
                return failed("The connection broke: " + cause.getMessage(), where, failure);
            }
            if (cause instanceof IllegalStateException && "state should be: open".equals(cause.getMessage())) {
                return failed("The connection was closed", where, failure);
            }
        }
        if (failure instanceof IllegalArgumentException) {
            return new SeraiException(
                    ErrorCode.CONFIG_INVALID,
                    "The URI cannot be used" + reason(failure),
                    where,
                    "Correct `uri` of the connection in service.yaml.",
                    failure);
        }
        return new SeraiException(
                ErrorCode.BUG, "An unexpected failure: " + failure, where, ErrorCode.BUG.remedy(), failure);
    }

    /** What the driver says of it, unless it may quote the user's part of the URI. */
    private static String reason(Throwable failure) {
        String said = String.valueOf(failure.getMessage());
        return said.contains("@") || said.contains("://") ? "" : ": " + said;
    }

    private static SeraiException failed(String what, String where, Throwable cause) {
        ErrorCode code = ErrorCode.SOURCE_CONNECTION_FAILED;
        return new SeraiException(code, what, where, code.remedy(), cause);
    }

    private static ErrorCode code(MongoException failure) {
        if (failure instanceof MongoSecurityException || hasSecurityCause(failure)) {
            return ErrorCode.SOURCE_AUTHENTICATION_FAILED;
        }
        if (!(failure instanceof MongoCommandException)) {
            return ErrorCode.SOURCE_CONNECTION_FAILED;
        }
        return switch (failure.getCode()) {
            case UNAUTHORIZED -> ErrorCode.MONGODB_PRIVILEGE;
            case AUTHENTICATION_FAILED -> ErrorCode.SOURCE_AUTHENTICATION_FAILED;
            case CHANGE_STREAM_HISTORY_LOST, CHANGE_STREAM_FATAL -> ErrorCode.SOURCE_LOST_HISTORY;
            default -> ErrorCode.SOURCE_CONNECTION_FAILED;
        };
    }

    private static boolean hasSecurityCause(MongoException failure) {
        return failure instanceof MongoTimeoutException
                && String.valueOf(failure.getMessage()).contains("MongoSecurityException");
    }

    /** The server's error by name and number; its text may quote what a command held, and does so only where no command of ours holds row data. */
    private static String sentence(MongoException failure) {
        if (failure instanceof MongoCommandException command) {
            return "The server refused a command: " + command.getErrorCodeName() + " (" + command.getErrorCode() + ")"
                    + (command.getErrorCode() == UNAUTHORIZED ? ", " + action(command) : "");
        }
        if (failure instanceof MongoTimeoutException) {
            return "No server that takes writes was found in time";
        }
        return "The connection failed: " + failure.getClass().getSimpleName();
    }

    /** The name of the command that was not allowed. */
    private static String action(MongoCommandException failure) {
        String text = failure.getErrorMessage();
        int command = text.indexOf("command {");
        int end = text.indexOf(':', command);
        return command < 0 || end < 0 ? "not authorized" : "not authorized to run" + text.substring(command + 9, end);
    }
}
