package io.serai.source.mysql;

import com.github.shyiko.mysql.binlog.network.AuthenticationException;
import com.github.shyiko.mysql.binlog.network.ServerException;
import io.serai.error.ErrorCode;
import io.serai.error.SeraiException;
import java.io.IOException;
import java.sql.SQLException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Says what a failure of a connection means. */
final class Failures {
    private static final int ACCESS_DENIED = 1045;
    private static final int DATABASE_DENIED = 1044;
    private static final int TABLE_DENIED = 1142;
    private static final int COLUMN_DENIED = 1143;
    private static final int PRIVILEGE_DENIED = 1227;
    private static final int FATAL_LOG = 1236;

    private Failures() {}

    /** A failure of the connection that the log comes on, as the source's life cycle expects it. */
    static SQLException ofLog(IOException failure) {
        return new SQLException(failure.getMessage(), failure);
    }

    /** The failure with a code; one that has a code already stays as it is. */
    static SeraiException explain(Throwable failure, String where) {
        SQLException sql = null;
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SeraiException known) {
                return known;
            }
            if (cause instanceof ServerException server) {
                String message = server.getMessage();
                ErrorCode code = cause instanceof AuthenticationException
                        ? ErrorCode.SOURCE_AUTHENTICATION_FAILED
                        : code(server.getErrorCode(), message);
                return explained(code, sentence(message, server.getErrorCode()), where, failure);
            }
            if (cause instanceof SQLException found && sql == null && found.getErrorCode() != 0) {
                sql = found;
            }
        }
        if (sql != null) {
            String message = sql.getMessage();
            return explained(code(sql.getErrorCode(), message), sentence(message, sql.getErrorCode()), where, failure);
        }
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException || cause instanceof IOException) {
                return explained(ErrorCode.SOURCE_CONNECTION_FAILED, sentence(cause.getMessage(), 0), where, failure);
            }
        }
        return explained(ErrorCode.BUG, "An unexpected failure: " + failure, where, failure);
    }

    private static SeraiException explained(ErrorCode code, String what, String where, Throwable failure) {
        return new SeraiException(code, what, where, code.remedy(), failure);
    }

    private static ErrorCode code(int number, @Nullable String message) {
        return switch (number) {
            case ACCESS_DENIED -> ErrorCode.SOURCE_AUTHENTICATION_FAILED;
            case DATABASE_DENIED, TABLE_DENIED, COLUMN_DENIED, PRIVILEGE_DENIED -> ErrorCode.MYSQL_PRIVILEGE;
            case FATAL_LOG -> fatal(String.valueOf(message).toLowerCase(Locale.ROOT));
            default -> ErrorCode.SOURCE_CONNECTION_FAILED;
        };
    }

    /** All refusals of a log have one number. */
    private static ErrorCode fatal(String message) {
        if (message.contains("has connected")) { // another one with our UUID or number
            return ErrorCode.SOURCE_IN_USE;
        }
        return message.contains("purged") || message.contains("more gtid")
                ? ErrorCode.SOURCE_LOST_HISTORY
                : ErrorCode.SOURCE_CONNECTION_FAILED;
    }

    /** The server's or driver's first line without the driver's prefix; our statements have no row data but keys, which errors do not quote. */
    private static String sentence(@Nullable String message, int number) {
        String line =
                message == null ? "" : message.lines().findFirst().orElse("").strip();
        line = line.replaceFirst("^\\(conn=\\d+\\) ", "");
        line = line.isEmpty()
                ? "The connection broke"
                : line.endsWith(".") ? line.substring(0, line.length() - 1) : line;
        return number == 0 ? line : line + " (error " + number + ")";
    }
}
