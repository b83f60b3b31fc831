package io.serai.source.postgres;

import io.serai.error.ErrorCode;
import io.serai.error.SeraiException;
import java.io.IOException;
import java.sql.SQLException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Says what a failure of the driver means. */
final class Failures {
    private Failures() {}

    /** The failure with a code; one that has a code already stays as it is. */
    static SeraiException explain(Throwable failure, String where) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SeraiException known) {
                return known;
            }
            if (cause instanceof SQLException sql) {
                ErrorCode code = code(sql);
                return new SeraiException(code, sentence(sql), where, code.remedy(), failure);
            }
            if (cause instanceof IOException) {
                ErrorCode code = ErrorCode.SOURCE_CONNECTION_FAILED;
                return new SeraiException(
                        code, "The connection broke: " + cause.getMessage(), where, code.remedy(), failure);
            }
        }
        return new SeraiException(
                ErrorCode.BUG, "An unexpected failure: " + failure, where, ErrorCode.BUG.remedy(), failure);
    }

    private static ErrorCode code(SQLException failure) {
        String state = String.valueOf(failure.getSQLState());
        String message = String.valueOf(failure.getMessage()).toLowerCase(Locale.ROOT);
        return switch (state) {
            case "28000" ->
                message.contains("no pg_hba.conf entry") || !message.contains("replication")
                        ? ErrorCode.SOURCE_AUTHENTICATION_FAILED
                        : ErrorCode.POSTGRES_ROLE;
            case "28P01" -> ErrorCode.SOURCE_AUTHENTICATION_FAILED;
            case "55006" -> ErrorCode.POSTGRES_SLOT_BUSY;
            case "42704" ->
                message.contains("publication") ? ErrorCode.POSTGRES_PUBLICATION_MISSING : ErrorCode.POSTGRES_SLOT_LOST;
            case "53300" ->
                message.contains("sender") ? ErrorCode.POSTGRES_SLOTS_EXHAUSTED : ErrorCode.SOURCE_CONNECTION_FAILED;
            case "53400" ->
                message.contains("slot") ? ErrorCode.POSTGRES_SLOTS_EXHAUSTED : ErrorCode.SOURCE_CONNECTION_FAILED;
            case "55000" -> notInState(message);
            case "42501" -> denied(message);
            default -> ErrorCode.SOURCE_CONNECTION_FAILED;
        };
    }

    private static ErrorCode denied(String message) {
        if (message.contains("row-level security")) {
            return ErrorCode.POSTGRES_ROW_SECURITY;
        }
        return message.contains("replication") ? ErrorCode.POSTGRES_ROLE : ErrorCode.POSTGRES_SELECT_DENIED;
    }

    private static ErrorCode notInState(String message) {
        if (message.contains("wal_level")) {
            return ErrorCode.POSTGRES_WAL_LEVEL;
        }
        if (message.contains("max_replication_slots")) {
            return ErrorCode.POSTGRES_SLOTS_EXHAUSTED;
        }
        return message.contains("slot") ? ErrorCode.POSTGRES_SLOT_LOST : ErrorCode.SOURCE_CONNECTION_FAILED;
    }

    /** The server's or driver's first line, which has no row data: details and hints, which may, are left out. */
    private static String sentence(SQLException failure) {
        String message = serverMessage(failure);
        String line = message == null
                ? "The connection failed"
                : message.lines().findFirst().orElse("").strip();
        String state = failure.getSQLState();
        String text = line.endsWith(".") ? line.substring(0, line.length() - 1) : line;
        return (state == null ? text : text + " (SQLSTATE " + state + ")") + reason(failure, line);
    }

    /** What the system said, where the driver's own words do not: an unknown host, no more file handles. */
    private static String reason(SQLException failure, String said) {
        return failure.getCause() instanceof IOException cause && !said.contains(String.valueOf(cause.getMessage()))
                ? ": " + cause.getClass().getSimpleName() + ": " + cause.getMessage()
                : "";
    }

    private static @Nullable String serverMessage(SQLException failure) {
        if (failure instanceof org.postgresql.util.PSQLException postgres && postgres.getServerErrorMessage() != null) {
            return postgres.getServerErrorMessage().getMessage();
        }
        return failure.getMessage();
    }
}
