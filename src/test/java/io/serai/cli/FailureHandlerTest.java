package io.serai.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Command;

class FailureHandlerTest {
    @Test
    void namesTheFileThatMayNotBeUsed() {
        assertThat(told(new AccessDeniedException("/data/LOCK")))
                .startsWith("[SERAI-S3103] A file cannot be used: access is denied (/data/LOCK).")
                .doesNotContain("\tat ");
    }

    @Test
    void givesTheReasonOfTheSystem() {
        assertThat(told(new FileSystemException("/data/x", null, "Read-only file system")))
                .startsWith("[SERAI-S3103] A file cannot be used: Read-only file system (/data/x).");
        assertThat(told(new UncheckedIOException(new NoSuchFileException("/data/x"))))
                .startsWith("[SERAI-S3103] A file cannot be used: it does not exist (/data/x).");
        assertThat(told(new IOException("No space left on device")))
                .startsWith("[SERAI-S3103] The system refused something: No space left on device.");
    }

    @Test
    void showsWhereABugIs() {
        assertThat(told(new IllegalStateException("x")))
                .startsWith("[SERAI-S9001]")
                .contains("\tat ");
    }

    private static String told(Exception failure) {
        StringWriter err = new StringWriter();
        CommandLine line = new CommandLine(new Nothing()).setErr(new PrintWriter(err));
        assertThat(new FailureHandler().handleExecutionException(failure, line, line.parseArgs()))
                .isEqualTo(1);
        return err.toString();
    }

    @Command
    private static final class Nothing {}
}
