package io.serai.cli;

import java.io.Console;
import java.util.Optional;

/** The terminal that a person sits at. */
final class Terminal {
    private Terminal() {}

    /** Empty when input or output is a file or a pipe. */
    static Optional<Console> find() {
        System.setProperty(
                "jdk.console",
                "java.base"); // JDK 22 to 24 have another console, which is there without a terminal, too
        return Optional.ofNullable(System.console());
    }
}
