package io.serai.cli;

import io.serai.app.ConfigurationRefused;
import io.serai.app.admin.AdminFailure;
import io.serai.app.admin.ProcessGone;
import io.serai.error.ErrorCode;
import io.serai.error.SeraiException;
import java.io.PrintWriter;
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
            default -> {
                err.println("[" + ErrorCode.BUG.code() + "] " + ErrorCode.BUG.meaning() + " " + ErrorCode.BUG.remedy());
                failure.printStackTrace(err);
            }
        }
        return CommandLine.ExitCode.SOFTWARE;
    }

    /** The failure with a code that Camel has wrapped, or the failure itself. */
    private static Throwable known(Exception failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SeraiException) {
                return cause;
            }
        }
        return failure;
    }
}
