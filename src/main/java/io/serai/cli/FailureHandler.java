package io.serai.cli;

import io.serai.app.ConfigurationRefused;
import io.serai.app.admin.AdminFailure;
import io.serai.app.admin.ProcessGone;
import io.serai.error.ErrorCode;
import io.serai.error.SeraiException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.ParseResult;

/** Tells a failure of a command: with its own text when it has a code, with the stack trace when it is a bug. */
final class FailureHandler implements IExecutionExceptionHandler {
    @Override
    public int handleExecutionException(Exception failure, CommandLine commandLine, ParseResult parsed) {
        PrintWriter err = commandLine.getErr();
        switch (known(failure)) {
            case ConfigurationRefused refused -> {
                err.println(refused.getMessage());
                long errors = refused.faults().stream()
                        .filter(fault -> fault.isError())
                        .count();
                err.println(errors + (errors == 1 ? " error." : " errors."));
            }
            case SeraiException known when known.code() != ErrorCode.BUG -> err.println(known.getMessage());
            case AdminFailure told -> err.println(told.getMessage());
            case ProcessGone gone -> err.println(gone.getMessage());
            case StandardOutput.Closed closed -> {} // nobody reads on, and nobody needs to be told
            case FileSystemException refused ->
                err.println(failed("A file cannot be used: " + reason(refused), String.valueOf(refused.getFile()))
                        .getMessage());
            case IOException refused ->
                err.println(failed("The system refused something: " + reason(refused), "")
                        .getMessage());
            default -> {
                err.println("[" + ErrorCode.BUG.code() + "] " + ErrorCode.BUG.meaning() + " " + ErrorCode.BUG.remedy());
                failure.printStackTrace(err);
            }
        }
        return CommandLine.ExitCode.SOFTWARE;
    }

    private static SeraiException failed(String what, String where) {
        return new SeraiException(
                ErrorCode.COMMAND_FAILED,
                what,
                where,
                "Run the command as the user that the process runs as, and check the disk.");
    }

    private static String reason(IOException refused) {
        String reason = refused instanceof FileSystemException file ? file.getReason() : refused.getMessage();
        return switch (refused) {
            case AccessDeniedException denied -> "access is denied";
            case NoSuchFileException missing -> "it does not exist";
            default -> reason == null ? refused.getClass().getSimpleName() : reason;
        };
    }

    /** The failure with a code that Camel has wrapped, or the failure itself. */
    private static Throwable known(Exception failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SeraiException) {
                return cause;
            }
        }
        Throwable cause = failure.getCause();
        return failure instanceof UncheckedIOException && cause != null ? cause : failure;
    }
}
